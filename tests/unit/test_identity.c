#include "identity.h"

#include "check.h"
#include "tree.h"

#define ANONYMOUS "d9f9c642-0c0d-4f71-b18e-e6c5955b6241"
#define SESSION   "019b76c8-5880-755c-a3b3-0e9a8772432d"
#define IDS       "1." ANONYMOUS "." SESSION
#define GOOD      IDS ".7.1767225000.4"

/* 64 and 65 characters. */
#define X16     "xxxxxxxxxxxxxxxx"
#define LONGEST X16 X16 X16 X16
#define LONGER  LONGEST "x"

static const char *printed(const fh_identity *identity) {
  static char text[160];
  fh_writer writer = fh_writer_on(text, sizeof text - 1);
  fh_put_identity(&writer, identity);
  text[writer.len] = '\0';
  return text;
}

static void a_new_visitor(void) {
  fh_random random = {{1, 2, 3, 4}};
  fh_identity a = {.session = {.index = 9, .events = 3}}, b;
  fh_identity_new(&a, &random);
  fh_identity_new(&b, &random);
  CHECK(a.session.index == 0 && a.session.events == 0);
  CHECK(strlen(a.anonymous_id) == FH_UUID_CHARS && a.anonymous_id[14] == '4');
  CHECK(strcmp(a.anonymous_id, b.anonymous_id) != 0);
}

static void what_is_printed_can_be_read(void) {
  static const char *const rows[] = {
      GOOD,
      IDS ".0.0.0",
      IDS ".4294967294.999999999999999.4294967294",
      "1.00000000-0000-0000-0000-000000000000.ffffffff-ffff-ffff-ffff-ffffffffffff.1.1.1",
      "1.D9F9C642-0C0D-4F71-B18E-E6C5955B6241." SESSION ".1.1.1",
      "1.a." SESSION ".1.1.1",
      "1.0aZ_z-9~A." SESSION ".1.1.1",
      "1." LONGEST "." SESSION ".1.1.1",
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fh_identity identity;
    const char *rest = NULL;
    CHECK_ROW(fh_identity_read(&identity, rows[i], &rest), rows[i]);
    CHECK_ROW(strcmp(printed(&identity), rows[i]) == 0, printed(&identity));
    CHECK_ROW(rest && *rest == '\0', rows[i]);
  }
}

static void the_parts_and_what_follows(void) {
  fh_identity identity;
  const char *rest;
  CHECK(fh_identity_read(&identity, GOOD " {\"userId\":\"ada\"}", &rest));
  CHECK(strcmp(identity.anonymous_id, ANONYMOUS) == 0);
  CHECK(identity.session.index == 7 && identity.session.events == 4);
  CHECK(!(identity.session.last_ms < 1767225000000.0));
  CHECK(!(identity.session.last_ms > 1767225000000.0));
  CHECK(strcmp(rest, " {\"userId\":\"ada\"}") == 0);
}

static void what_is_not_in_this_format(void) {
  static const char *const rows[] = {
      "",
      "1",
      "1.",
      "1..",
      "0." ANONYMOUS "." SESSION ".7.1767225000.4",
      "2." ANONYMOUS "." SESSION ".7.1767225000.4",
      "11" ANONYMOUS "." SESSION ".7.1767225000.4",
      " " GOOD,
      "1-" ANONYMOUS "." SESSION ".7.1767225000.4",
      "1." ANONYMOUS "-" SESSION ".7.1767225000.4",
      IDS "-7.1767225000.4",
      IDS ".7-1767225000.4",
      IDS ".7.1767225000-4",
      "1." ANONYMOUS,
      IDS,
      IDS ".",
      IDS ".7",
      IDS ".7.",
      IDS ".7.1767225000", /* the former format */
      IDS ".7.1767225000.",
      IDS "..1767225000.4",
      IDS ".x.1767225000.4",
      IDS ".-7.1767225000.4",
      IDS ".4294967296.1767225000.4",
      IDS ".7.1767225000.4294967296",
      IDS ".99999999999999999999.1767225000.4",
      IDS ".7.-1.4",
      IDS ".7.1e9.4",
      IDS ".7.9999999999999999.4",
      IDS ".7.1767225000.x",
      "1.." SESSION ".7.1767225000.4",
      "1." LONGER "." SESSION ".7.1767225000.4",
      "1.a b." SESSION ".7.1767225000.4",
      "1.a@b." SESSION ".7.1767225000.4",
      "1.a[b." SESSION ".7.1767225000.4",
      "1.a`b." SESSION ".7.1767225000.4",
      "1.a{b." SESSION ".7.1767225000.4",
      "1.\xC3\xA9." SESSION ".7.1767225000.4",
      "1." ANONYMOUS ".019b76c8-5880-755c-a3b3-0e9a8772432..7.1767225000.4",
      "1." ANONYMOUS ".g19b76c8-5880-755c-a3b3-0e9a8772432d.7.1767225000.4",
      "GA1.2.1234567890.1767225600",
      "%22d9f9c642%22",
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fh_identity identity = {.anonymous_id = "before", .session = {.index = 3}};
    const fh_identity before = identity;
    const char *rest;
    CHECK_ROW(!fh_identity_read(&identity, rows[i], &rest), rows[i]);
    CHECK_ROW(memcmp(&identity, &before, sizeof before) == 0, rows[i]);
  }
}

/* Cut short anywhere, in memory of just that size, it is refused. */
static void cut_short(void) {
  const char good[] = GOOD;
  for (size_t len = 0; len < sizeof good - 1; len++) {
    char *text = malloc(len + 1);
    memcpy(text, good, len);
    text[len] = '\0';
    fh_identity identity;
    const char *rest;
    CHECK_ROW(!fh_identity_read(&identity, text, &rest), text);
    free(text);
  }
}

static void ids_of_somebody_else(void) {
  static const struct {
    const char *id;
    bool is_taken;
  } rows[] = {
      {ANONYMOUS, true},   {"a", true},      {"0123456789", true},
      {"azAZ09-_~", true}, {LONGEST, true},  {"", false},
      {LONGER, false},     {"a.b", false}, /* a dot ends it in the cookie */
      {"a b", false},      {"a;b", false},   {"a=b", false},
      {"a%20b", false},    {"a/b", false},   {"a:b", false},
      {"a@b", false},      {"a[b", false},   {"a`b", false},
      {"a{b", false},      {"a\x7F", false}, {"a\n", false},
      {"\xC3\xA9", false}, {" a", false},    {"a ", false},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fh_identity identity = {.session = {.index = 3}};
    memset(identity.anonymous_id, 'b', FH_MAX_ANONYMOUS_ID_BYTES);
    const fh_identity before = identity;
    CHECK_ROW(fh_identity_adopt(&identity, rows[i].id) == rows[i].is_taken, rows[i].id);
    CHECK_ROW(identity.session.index == 3, rows[i].id);
    if (rows[i].is_taken)
      CHECK_ROW(strcmp(identity.anonymous_id, rows[i].id) == 0, rows[i].id);
    else
      CHECK_ROW(memcmp(&identity, &before, sizeof before) == 0, rows[i].id);
  }
}

/* Any character between two others: taken and read alike. */
static void each_character(void) {
  for (int c = 1; c < 256; c++) {
    char id[4] = {'a', (char)c, 'b', '\0'}, text[96];
    bool is_good = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                   (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '~';
    fh_identity identity = {.session = {.index = 0}};
    const char *rest;
    sprintf(text, "1.%s." SESSION ".7.1767225000.4", id);
    CHECK_ROW(fh_identity_adopt(&identity, id) == is_good, id);
    CHECK_ROW(fh_identity_read(&identity, text, &rest) == is_good, id);
  }
}

int main(void) {
  RUN(a_new_visitor);
  RUN(what_is_printed_can_be_read);
  RUN(the_parts_and_what_follows);
  RUN(what_is_not_in_this_format);
  RUN(cut_short);
  RUN(ids_of_somebody_else);
  RUN(each_character);
  return finish();
}
