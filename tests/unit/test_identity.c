#include "identity.h"

#include "check.h"
#include "errors.h"
#include "tree.h"

#define ANONYMOUS "d9f9c642-0c0d-4f71-b18e-e6c5955b6241"
#define SESSION   "019b76c8-5880-755c-a3b3-0e9a8772432d"
#define GOOD      "1." ANONYMOUS "." SESSION ".7.1767225000"

static const char *printed(const fh_identity *identity) {
  static char text[128];
  fh_writer writer = fh_writer_on(text, sizeof text - 1);
  fh_put_identity(&writer, identity);
  text[writer.len] = '\0';
  return text;
}

static void a_new_visitor(void) {
  fh_random random = {{1, 2, 3, 4}};
  fh_identity a = {.user_id_len = 9}, b;
  fh_identity_new(&a, &random);
  fh_identity_new(&b, &random);
  CHECK(a.user_id_len == 0 && a.session.index == 0);
  CHECK(memcmp(&a.anonymous_id, &b.anonymous_id, sizeof(fh_uuid)) != 0);
  CHECK(printed(&a)[2 + 14] == '4');
}

static void what_is_printed_can_be_read(void) {
  static const char *const rows[] = {
      GOOD,
      "1." ANONYMOUS "." SESSION ".0.0",
      "1." ANONYMOUS "." SESSION ".4294967294.999999999",
      "1.00000000-0000-0000-0000-000000000000.ffffffff-ffff-ffff-ffff-ffffffffffff.1.1",
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fh_identity identity;
    CHECK_ROW(fh_identity_read(&identity, rows[i]), rows[i]);
    CHECK_ROW(strcmp(printed(&identity), rows[i]) == 0, printed(&identity));
    CHECK_ROW(identity.user_id_len == 0, rows[i]);
  }
}

static void the_parts(void) {
  fh_identity identity;
  CHECK(fh_identity_read(&identity, GOOD " ada b"));
  CHECK(identity.session.index == 7);
  CHECK(!(identity.session.last_ms < 1767225000000.0));
  CHECK(!(identity.session.last_ms > 1767225000000.0));
  CHECK(fh_identity_is_user(&identity, "ada b"));
}

static void what_is_not_in_this_format(void) {
  static const char *const rows[] = {
      "",
      "1",
      "1.",
      "0." ANONYMOUS "." SESSION ".7.1767225000",
      "2." ANONYMOUS "." SESSION ".7.1767225000",
      "11" ANONYMOUS "." SESSION ".7.1767225000",
      " " GOOD,
      "1-" ANONYMOUS "." SESSION ".7.1767225000",
      "1." ANONYMOUS "-" SESSION ".7.1767225000",
      "1." ANONYMOUS "." SESSION "-7.1767225000",
      "1." ANONYMOUS "." SESSION ".7-1767225000",
      "1." ANONYMOUS,
      "1." ANONYMOUS "." SESSION,
      "1." ANONYMOUS "." SESSION ".",
      "1." ANONYMOUS "." SESSION ".7",
      "1." ANONYMOUS "." SESSION ".7.",
      "1." ANONYMOUS "." SESSION "..1767225000",
      "1." ANONYMOUS "." SESSION ".x.1767225000",
      "1." ANONYMOUS "." SESSION ".-7.1767225000",
      "1." ANONYMOUS "." SESSION ".4294967295.1767225000",
      "1." ANONYMOUS "." SESSION ".99999999999999999999.1767225000",
      "1." ANONYMOUS "." SESSION ".7.-1",
      "1." ANONYMOUS "." SESSION ".7.1e9",
      "1." ANONYMOUS "." SESSION ".7.1767225000.",
      "1." ANONYMOUS "." SESSION ".7.1767225000x",
      "1." ANONYMOUS "." SESSION ".7.9999999999999999",
      "1.g9f9c642-0c0d-4f71-b18e-e6c5955b6241." SESSION ".7.1767225000",
      "1.d9f9c6420c0d-4f71-b18e-e6c5955b6241-." SESSION ".7.1767225000",
      "1." ANONYMOUS
      ".019b76c8-5880-755c-a3b3-0e9a8772432."
      ".7.1767225000",
      "GA1.2.1234567890.1767225600",
      "%22d9f9c642%22",
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fh_identity identity = {.user_id_len = 3, .user_id = "ada"};
    const fh_identity before = identity;
    CHECK_ROW(!fh_identity_read(&identity, rows[i]), rows[i]);
    CHECK_ROW(memcmp(&identity, &before, sizeof before) == 0, rows[i]);
  }
}

/* Cut short anywhere it is either refused or, at most, another activity. */
static void cut_short(void) {
  const char good[] = GOOD;
  for (size_t len = 0; len < sizeof good - 1; len++) {
    char *text = malloc(len + 1);
    memcpy(text, good, len);
    text[len] = '\0';
    fh_identity identity;
    bool is_read = fh_identity_read(&identity, text);
    CHECK_ROW(is_read == (len > sizeof good - 1 - 10), text);
    free(text);
  }
}

static void user_ids(void) {
  char longest[FH_MAX_USER_ID_BYTES + 2];
  memset(longest, 'u', sizeof longest);
  longest[sizeof longest - 1] = '\0';
  fh_identity identity = {.user_id_len = 0};
  CHECK(fh_identity_is_user(&identity, ""));
  CHECK(fh_identity_set_user(&identity, "ada") == 0);
  CHECK(fh_identity_set_user(&identity, longest) == FH_ERR_USER_ID);
  CHECK(fh_identity_is_user(&identity, "ada"));
  CHECK(!fh_identity_is_user(&identity, "ad"));
  CHECK(!fh_identity_is_user(&identity, "adam"));
  CHECK(!fh_identity_is_user(&identity, "eve"));
  longest[FH_MAX_USER_ID_BYTES] = '\0';
  CHECK(fh_identity_set_user(&identity, longest) == 0);
  CHECK(fh_identity_is_user(&identity, longest));
}

int main(void) {
  RUN(a_new_visitor);
  RUN(what_is_printed_can_be_read);
  RUN(the_parts);
  RUN(what_is_not_in_this_format);
  RUN(cut_short);
  RUN(user_ids);
  return finish();
}
