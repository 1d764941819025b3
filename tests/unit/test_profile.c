#include "profile.h"

#include "check.h"
#include "dice.h"
#include "tree.h"

static fh_profile *profile; /* as many bytes as it has, for ASan to watch */

static void begin(void) {
  free(profile);
  profile = calloc(1, sizeof *profile);
  fh_profile_clear(profile);
}

static bool set(fh_slot slot, const char *text) {
  char *copy = malloc(strlen(text) + 1);
  fh_writer writer = fh_writer_on(copy, strlen(text));
  fh_put(&writer, text);
  bool changed = fh_profile_set(profile, slot, &writer);
  free(copy);
  return changed;
}

static bool is(fh_slot slot, const char *text) {
  return strcmp(fh_profile_get(profile, slot), text) == 0;
}

/* A value of `len` characters. */
static const char *of_length(size_t len) {
  static char text[2 * FH_MAX_PROFILE_BYTES];
  memset(text, '1', len);
  text[len] = '\0';
  return text;
}

static bool prints_as(const char *expected) {
  static char out[2 * FH_MAX_PROFILE_BYTES];
  fh_writer writer = fh_writer_on(out, sizeof out);
  fh_put_profile(&writer, profile);
  return wrote(&writer, expected);
}

static void read_back(const char *stored) {
  static char scratch[FH_MAX_PROFILE_BYTES];
  fh_profile_read(profile, tree(stored), fh_writer_on(scratch, sizeof scratch));
}

/* --- Setting ------------------------------------------------------------------ */

static void nothing_is_known_at_first(void) {
  begin();
  for (int slot = 0; slot < FH_SLOTS; slot++) CHECK(is((fh_slot)slot, ""));
  CHECK(profile->len == FH_SLOTS && prints_as("{}"));
}

static void a_slot_changes_alone(void) {
  static const char *const values[] = {"\"longer than it was\"", "\"s\"", "{}", ""};
  for (int slot = 0; slot < FH_SLOTS; slot++) {
    begin();
    for (int other = 0; other < FH_SLOTS; other++) {
      const char name[] = {(char)('a' + other), '\0'};
      CHECK(set((fh_slot)other, name));
    }
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
      CHECK(set((fh_slot)slot, values[i]));
      CHECK(is((fh_slot)slot, values[i]));
      for (int other = 0; other < FH_SLOTS; other++) {
        const char name[] = {(char)('a' + other), '\0'};
        CHECK(other == slot || is((fh_slot)other, name));
      }
      CHECK(profile->len == 2 * FH_SLOTS - 1 + strlen(values[i]));
    }
  }
}

static void what_is_there_already_is_no_change(void) {
  begin();
  CHECK(!set(FH_TRAITS, ""));
  CHECK(set(FH_TRAITS, "{\"a\":1}"));
  CHECK(!set(FH_TRAITS, "{\"a\":1}"));
  CHECK(set(FH_TRAITS, "{\"a\":2}"));
  CHECK(set(FH_TRAITS, "{\"a\":21}"));
  CHECK(set(FH_TRAITS, ""));
  CHECK(!set(FH_TRAITS, ""));
}

static void what_is_incomplete_is_not_kept(void) {
  char text[8];
  fh_writer writer = fh_writer_on(text, sizeof text);
  fh_put(&writer, "{\"a\":");
  fh_put(&writer, "1234567}");
  begin();
  set(FH_TRAITS, "{}");
  CHECK(writer.full && !fh_profile_set(profile, FH_TRAITS, &writer));
  CHECK(is(FH_TRAITS, "{}"));
}

static void as_much_as_fits(void) {
  for (int slot = 0; slot < FH_SLOTS; slot++) {
    /* Room for ids is kept free of objects. */
    size_t max = FH_MAX_PROFILE_BYTES - (slot < FH_TRAITS ? 0 : FH_IDS_BYTES);
    begin();
    CHECK(!set((fh_slot)slot, of_length(max - FH_SLOTS + 1)));
    CHECK(is((fh_slot)slot, "") && profile->len == FH_SLOTS);
    CHECK(set((fh_slot)slot, of_length(max - FH_SLOTS)));
    CHECK(profile->len == max);
    fh_slot other = (fh_slot)((slot + 1) % FH_SLOTS);
    bool has_room = slot >= FH_TRAITS && other < FH_TRAITS;
    CHECK(set(other, "1") == has_room && is(other, has_room ? "1" : ""));
    /* One that takes the place of another counts what that one had. */
    CHECK(!set((fh_slot)slot, of_length(max - FH_SLOTS + 1)));
    CHECK(set((fh_slot)slot, of_length(max - FH_SLOTS - 1)));
    CHECK(has_room || slot < FH_TRAITS || (set(other, "1") && is(other, "1")));
    CHECK(strlen(fh_profile_get(profile, (fh_slot)slot)) == max - FH_SLOTS - 1);
  }
}

/* Whatever objects have taken, the longest ids go in. */
static void ids_always_fit(void) {
  begin();
  CHECK(set(FH_TRAITS, of_length(FH_MAX_PROFILE_BYTES - FH_IDS_BYTES - FH_SLOTS)));
  CHECK(set(FH_USER_ID, of_length(6 * FH_MAX_USER_ID_BYTES + 2)));
  CHECK(set(FH_GROUP_ID, of_length(6 * FH_MAX_USER_ID_BYTES + 2)));
  CHECK(set(FH_PREVIOUS, of_length(38)));
  CHECK(profile->len == FH_MAX_PROFILE_BYTES);
  CHECK(!set(FH_CONSENT, "1") && set(FH_TRAITS, "{}"));
}

static void all_but_the_consent_is_forgotten(void) {
  begin();
  for (int slot = 0; slot < FH_SLOTS; slot++) set((fh_slot)slot, "{\"some\":\"value\"}");
  fh_profile_clear(profile);
  for (int slot = 0; slot < FH_CONSENT; slot++) CHECK(is((fh_slot)slot, ""));
  CHECK(is(FH_CONSENT, "{\"some\":\"value\"}"));
  CHECK(prints_as("{\"consent\":{\"some\":\"value\"}}"));
  CHECK(set(FH_TRAITS, "{}") && is(FH_CONSENT, "{\"some\":\"value\"}"));
  set(FH_CONSENT, "");
  fh_profile_clear(profile);
  CHECK(prints_as("{}") && profile->len == FH_SLOTS);
}

static void a_slot_as_a_tree(void) {
  static _Alignas(8) char block[1 << 12];
  fh_arena arena = {block, sizeof block, 0, false};
  begin();
  set(FH_USER_ID, "\"a\\\"\xC3\xA9\"");
  set(FH_TRAITS, "{\"a\":1e400}");
  CHECK(strcmp(fh_json_text(fh_profile_parse(profile, FH_USER_ID, &arena)),
               "a\"\xC3\xA9") == 0);
  CHECK(prints(fh_profile_parse(profile, FH_TRAITS, &arena), "{\"a\":1e400}"));
  CHECK(is(FH_TRAITS, "{\"a\":1e400}"));
  CHECK(!fh_profile_parse(profile, FH_ENTRY, &arena));
  arena.cap = arena.used;
  CHECK(!fh_profile_parse(profile, FH_TRAITS, &arena));
}

/* --- In and out --------------------------------------------------------------- */

#define ALL                                                                      \
  "{\"userId\":\"u\",\"groupId\":\"g\",\"previous\":\"p\",\"traits\":{\"a\":1}," \
  "\"groupTraits\":{\"b\":2},\"properties\":{\"c\":3},\"entry\":{\"d\":4},"      \
  "\"first\":{\"e\":5},\"last\":{\"f\":6},\"consent\":{\"g\":7}}"

static void what_is_printed_can_be_read(void) {
  begin();
  read_back(ALL);
  CHECK(prints_as(ALL));
  CHECK(is(FH_USER_ID, "\"u\"") && is(FH_PREVIOUS, "\"p\""));
  CHECK(is(FH_GROUP_TRAITS, "{\"b\":2}") && is(FH_CONSENT, "{\"g\":7}"));
  begin();
  read_back("{\"last\":{\"f\":6},\"traits\":{\"a\":1}}"); /* in any order */
  CHECK(prints_as("{\"traits\":{\"a\":1},\"last\":{\"f\":6}}"));
}

/* What is read takes the place of all that there was. */
static void what_is_read_replaces(void) {
  begin();
  read_back(ALL);
  read_back("{\"traits\":{}}");
  CHECK(prints_as("{\"traits\":{}}"));
  read_back("{}");
  CHECK(prints_as("{}"));
}

static void what_is_stored_is_not_trusted(void) {
  static const char *const rows[][2] = {
      {"null", "{}"},
      {"1", "{}"},
      {"\"userId\"", "{}"},
      {"[\"userId\",\"u\"]", "{}"},
      {"[{\"userId\":\"u\"}]", "{}"},
      {"{\"userId\":1,\"groupId\":true,\"previous\":null}", "{}"},
      {"{\"userId\":{},\"groupId\":[],\"previous\":[\"p\"]}", "{}"},
      {"{\"traits\":\"t\",\"groupTraits\":1,\"properties\":[],\"entry\":null}", "{}"},
      {"{\"first\":true,\"last\":[{}],\"consent\":\"granted\"}", "{}"},
      {"{\"__proto__\":{\"userId\":\"u\"},\"constructor\":{},\"toString\":\"x\"}", "{}"},
      {"{\"traits\":{\"__proto__\":{\"a\":1}}}",
       "{\"traits\":{\"__proto__\":{\"a\":1}}}"},
      {"{\"USERID\":\"u\",\"user\":\"u\",\"userIds\":\"u\",\"\":\"u\"}", "{}"},
      {"{\"userId\":\"u\",\"userId\":1}", "{}"}, /* the last one counts */
      {"{\"userId\":\"\"}", "{}"},
      {"{\"userId\":1,\"traits\":{\"a\":1}}", "{\"traits\":{\"a\":1}}"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    begin();
    read_back(rows[i][0]);
    CHECK_ROW(prints_as(rows[i][1]), rows[i][0]);
  }
}

/* What does not fit is left out, what does is taken. */
static void stored_values_that_are_too_long(void) {
  static char stored[4 * FH_MAX_PROFILE_BYTES];
  const size_t max = FH_MAX_PROFILE_BYTES - FH_IDS_BYTES;
  for (size_t len = max - 40; len < max + 2; len++) {
    fh_writer writer = fh_writer_on(stored, sizeof stored - 1);
    fh_put(&writer, "{\"traits\":{\"long\":\"");
    fh_put(&writer, of_length(len));
    fh_put(&writer, "\"},\"groupId\":\"g\"}");
    stored[writer.len] = '\0';
    begin();
    read_back(stored);
    bool fits = strlen("\"g\"{\"long\":\"\"}") + len + FH_SLOTS <= max;
    CHECK(is(FH_GROUP_ID, "\"g\""));
    CHECK((*fh_profile_get(profile, FH_TRAITS) != '\0') == fits);
    CHECK(profile->len <= FH_MAX_PROFILE_BYTES);
  }
}

/* --- Random operations beside a simple model ---------------------------------- */

static void anything_in_any_order(void) {
  static char model[FH_SLOTS][FH_MAX_PROFILE_BYTES + 1];
  static char value[FH_MAX_PROFILE_BYTES + 1];
  uint64_t state = 7;
  for (int run = 0; run < 40; run++) {
    begin();
    memset(model, 0, sizeof model);
    for (int step = 0; step < 200; step++) {
      size_t slot = dice(&state, FH_SLOTS), sum = FH_SLOTS;
      size_t len = dice(&state, dice(&state, 4) ? 900 : 6000);
      memset(value, (int)('a' + dice(&state, 26)), len);
      value[len] = '\0';
      for (size_t i = 0; i < FH_SLOTS; i++) sum += i == slot ? len : strlen(model[i]);
      size_t max = FH_MAX_PROFILE_BYTES - (slot < FH_TRAITS ? 0 : FH_IDS_BYTES);
      bool fits = len <= strlen(model[slot]) || sum <= max;
      bool changes = fits && strcmp(model[slot], value) != 0;
      CHECK(set((fh_slot)slot, value) == changes);
      if (changes) strcpy(model[slot], value);
      if (dice(&state, 50) == 0) {
        fh_profile_clear(profile);
        memset(model, 0, sizeof *model * FH_CONSENT);
      }
      for (size_t i = 0; i < FH_SLOTS; i++) CHECK(is((fh_slot)i, model[i]));
    }
  }
}

int main(void) {
  RUN(nothing_is_known_at_first);
  RUN(a_slot_changes_alone);
  RUN(what_is_there_already_is_no_change);
  RUN(what_is_incomplete_is_not_kept);
  RUN(as_much_as_fits);
  RUN(ids_always_fit);
  RUN(all_but_the_consent_is_forgotten);
  RUN(a_slot_as_a_tree);
  RUN(what_is_printed_can_be_read);
  RUN(what_is_read_replaces);
  RUN(what_is_stored_is_not_trusted);
  RUN(stored_values_that_are_too_long);
  RUN(anything_in_any_order);
  free(profile);
  return finish();
}
