#include "tail.h"

#include "check.h"
#include "queue.h"
#include "tree.h"

#define SESSION_ID "019b76da-a800-7000-8000-000000000000" /* of 1767225600000 */

static fh_context context;

static void set(fh_slot slot, const char *value) {
  char copy[256];
  fh_writer writer = fh_writer_on(copy, sizeof copy);
  fh_put(&writer, value);
  fh_profile_set(&context.profile, slot, &writer);
}

static void begin(const char *facts) {
  context = (fh_context){.identity = {.anonymous_id = "anon", .session = {.index = 7}}};
  context.profile.len = FH_SLOTS;
  fh_uuid_read(SESSION_ID, &context.identity.session.id);
  fh_page_read(&context.page, tree("{\"url\":\"http://a/?utm_source=s\"}"));
  fh_browser_read(&context.browser, facts ? tree(facts) : NULL);
}

/* The printed tail, closed behind the number of an event, as an object: it begins
 * with a comma. */
static const fh_json *printed(const char *overrides) {
  static char out[FH_MAX_TAIL_BYTES + 16];
  fh_writer writer = fh_writer_on(out, sizeof out - 1);
  char call[512];
  snprintf(call, sizeof call, "{\"context\":%s}", overrides ? overrides : "null");
  fh_put_tail(&writer, &context, tree(call));
  fh_put(&writer, "1" FH_TAIL_END "}");
  if (writer.full || out[0] != ',') return NULL;
  out[0] = '{';
  int code;
  return tree_of(out, writer.len, &code);
}

static const fh_json *printed_context(void) {
  return fh_json_get(printed(NULL), "context");
}

static bool context_is(const char *overrides, const char *expected) {
  const fh_json *value = fh_json_get(printed(overrides), "context");
  return value && prints(value, expected);
}

#define PAGE                                                                 \
  "\"page\":{\"path\":\"/\",\"referrer\":\"\",\"search\":\"?utm_source=s\"," \
  "\"title\":\"\",\"url\":\"http://a/?utm_source=s\"}"
#define CAMPAIGN "\"campaign\":{\"source\":\"s\"}"
#define START    "\"sessionId\":1767225600000"
#define LIBRARY  "\"library\":{\"name\":\"firsthand\",\"version\":\"0.1.0\"}"
#define VIEW     "\"pageViewId\":\"00000000-0000-0000-0000-000000000000\""
#define SESSION                       \
  "\"session\":{\"id\":\"" SESSION_ID \
  "\",\"index\":7,"                   \
  "\"start\":1767225600000,\"eventIndex\":1}"

static void the_context_and_its_overrides(void) {
  static const char *const rows[][2] = {
      {NULL, "{" PAGE "," CAMPAIGN "," START "," LIBRARY "," VIEW
             ",\"locale\":\"en\"," SESSION "}"},
      {"{}", "{" PAGE "," CAMPAIGN "," START "," LIBRARY "," VIEW
             ",\"locale\":\"en\"," SESSION "}"},
      {"{\"page\":1}", "{" PAGE "," CAMPAIGN "," START "," LIBRARY "," VIEW
                       ",\"locale\":\"en\"," SESSION "}"},
      {"{\"page\":{\"title\":\"T\",\"a\":1,\"url\":null}}",
       "{\"page\":{\"path\":\"/"
       "\",\"referrer\":\"\",\"search\":\"?utm_source=s\",\"title\":"
       "\"T\",\"a\":1,\"url\":null}," CAMPAIGN "," START "," LIBRARY "," VIEW
       ",\"locale\":\"en\"," SESSION "}"},
      {"{\"campaign\":{}}", "{" PAGE "," START "," LIBRARY "," VIEW
                            ",\"locale\":\"en\",\"campaign\":{}," SESSION "}"},
      {"{\"sessionId\":2}", "{" PAGE "," CAMPAIGN "," LIBRARY "," VIEW
                            ",\"locale\":\"en\",\"sessionId\":2," SESSION "}"},
      {"{\"library\":3}", "{" PAGE "," CAMPAIGN "," START "," VIEW
                          ",\"locale\":\"en\",\"library\":3," SESSION "}"},
      {"{\"pageViewId\":4}", "{" PAGE "," CAMPAIGN "," START "," LIBRARY
                             ",\"locale\":\"en\",\"pageViewId\":4," SESSION "}"},
      {"{\"locale\":5}",
       "{" PAGE "," CAMPAIGN "," START "," LIBRARY "," VIEW ",\"locale\":5," SESSION "}"},
      {"{\"page\":{},\"campaign\":2,\"sessionId\":3,\"library\":4,\"pageViewId\":5,"
       "\"locale\":6}",
       "{" PAGE ",\"campaign\":2,\"sessionId\":3,\"library\":4,\"pageViewId\":5,"
       "\"locale\":6," SESSION "}"},
  };
  begin("{\"locale\":\"en\"}");
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    CHECK_ROW(context_is(rows[i][0], rows[i][1]), rows[i][1]);
}

/* What is remembered of the visitor, each with what replaces it. */
static void the_profile_and_its_overrides(void) {
  static const struct {
    fh_slot slot;
    const char *value, *name;
  } rows[] = {
      {FH_TRAITS, "{\"plan\":\"pro\"}", "traits"},
      {FH_GROUP_ID, "\"g\"", "groupId"},
      {FH_CONSENT, "{\"version\":1}", "consent"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char overrides[64];
    sprintf(overrides, "{\"%s\":9}", rows[i].name);
    begin(NULL);
    CHECK_ROW(!fh_json_get(printed_context(), rows[i].name), rows[i].name);
    set(rows[i].slot, rows[i].value);
    const fh_json *value = fh_json_get(printed_context(), rows[i].name);
    CHECK_ROW(value && prints(value, rows[i].value), rows[i].name);
    value = fh_json_get(fh_json_get(printed(overrides), "context"), rows[i].name);
    CHECK_ROW(value && prints(value, "9"), rows[i].name);
  }
}

/* What goes with single events, or is not for the wire. */
static void what_is_not_of_the_context(void) {
  begin(NULL);
  set(FH_GROUP_TRAITS, "{\"hidden\":1}");
  set(FH_PROPERTIES, "{\"hidden\":2}");
  CHECK(context_is(NULL,
                   "{" PAGE "," CAMPAIGN "," START "," LIBRARY "," VIEW "," SESSION "}"));
}

/* Both touches, from the first on. */
static void the_attribution(void) {
  begin(NULL);
  set(FH_FIRST_TOUCH, "{\"a\":3}");
  set(FH_LAST_TOUCH, "{\"b\":4}");
  const fh_json *value = fh_json_get(printed_context(), "attribution");
  CHECK(value && prints(value, "{\"first\":{\"a\":3},\"last\":{\"b\":4}}"));
  value =
      fh_json_get(fh_json_get(printed("{\"attribution\":9}"), "context"), "attribution");
  CHECK(value && prints(value, "9"));
}

static void the_ids(void) {
  begin(NULL);
  CHECK(strcmp(fh_json_get_text(printed(NULL), "anonymousId"), "anon") == 0);
  CHECK(!fh_json_get(printed(NULL), "userId"));
  CHECK(!fh_json_get(printed_context(), "tabId"));
  set(FH_USER_ID, "\"a\\\"\xC3\xA9\"");
  memset(context.tab, 't', FH_UUID_CHARS);
  CHECK(strcmp(fh_json_get_text(printed(NULL), "userId"), "a\"\xC3\xA9") == 0);
  CHECK(strcmp(fh_json_get_text(printed_context(), "tabId"), context.tab) == 0);
  CHECK(
      strcmp(fh_json_get_text(fh_json_get(printed("{\"tabId\":1}"), "context"), "tabId"),
             "1") == 0);
}

static void the_session(void) {
  begin(NULL);
  set(FH_PREVIOUS, "\"before\"");
  set(FH_ENTRY, "{\"path\":\"/in\"}");
  const fh_json *session = fh_json_get(printed_context(), "session");
  CHECK(session &&
        prints(session, "{\"id\":\"" SESSION_ID "\","
                        "\"index\":7,\"start\":1767225600000,"
                        "\"previousId\":\"before\",\"entry\":{\"path\":\"/in\"},"
                        "\"eventIndex\":1}"));
  /* It is the agent's own: a look-up finds the last one. */
  session = fh_json_get(fh_json_get(printed("{\"session\":1}"), "context"), "session");
  CHECK(fh_json_is_object(session));
}

static void browser_facts_that_are_too_long(void) {
  static char facts[3 * FH_MAX_BROWSER_BYTES];
  for (size_t len = FH_MAX_BROWSER_BYTES - 30; len < FH_MAX_BROWSER_BYTES + 2; len++) {
    fh_writer writer = fh_writer_on(facts, sizeof facts - 1);
    fh_put(&writer, "{\"a\":1,\"long\":\"");
    for (size_t i = 0; i < len; i++) fh_put(&writer, "x");
    fh_put(&writer, "\",\"b\":2}");
    facts[writer.len] = '\0';
    begin(facts);
    const fh_json *value = printed_context();
    CHECK(strcmp(fh_json_get_text(value, "a"), "1") == 0);
    bool fits = strlen("\"a\":1,\"long\":\"\"") + len <= FH_MAX_BROWSER_BYTES;
    CHECK((fh_json_get(value, "long") != NULL) == fits);
    bool b_fits =
        !fits || strlen("\"a\":1,\"long\":\"\",\"b\":2") + len <= FH_MAX_BROWSER_BYTES;
    CHECK((fh_json_get(value, "b") != NULL) == b_fits);
  }
}

/* FH_MAX_TAIL_BYTES is what the queue keeps free for it: whatever of the profile
 * takes all of its room. */
static void the_longest_tail_fits(void) {
  static char facts[2 * FH_MAX_BROWSER_BYTES], value[FH_MAX_PROFILE_BYTES];
  fh_writer writer = fh_writer_on(facts, sizeof facts - 1);
  fh_put(&writer, "{\"ua\":\"");
  for (size_t i = 0; i < FH_MAX_BROWSER_BYTES - 8; i++) fh_put(&writer, "x");
  fh_put(&writer, "\"}");
  facts[writer.len] = '\0';
  memset(value, '1', sizeof value);
  for (int slot = 0; slot < FH_SLOTS; slot++) {
    begin(facts);
    memset(context.page.text, 'x', sizeof context.page.text);
    context.page.fields.count = 1;
    context.page.fields.item[0] = (fh_text){context.page.text, sizeof context.page.text};
    context.page.context.count = 0;
    memset(context.page.providers, 'x', sizeof context.page.providers);
    context.page.providers_len = sizeof context.page.providers;
    memset(context.identity.anonymous_id, 'a', FH_MAX_ANONYMOUS_ID_BYTES);
    memset(context.tab, 't', FH_UUID_CHARS);
    context.identity.session.index = UINT32_MAX;
    writer = fh_writer_on(value, sizeof value);
    writer.len = FH_MAX_PROFILE_BYTES - FH_SLOTS - (slot < FH_TRAITS ? 0 : FH_IDS_BYTES);
    CHECK(fh_profile_set(&context.profile, (fh_slot)slot, &writer));
    static char out[FH_MAX_TAIL_BYTES];
    fh_writer tail = fh_writer_on(out, sizeof out);
    char stream[FH_STREAM_BYTES] = {0};
    fh_put_bytes(&tail, stream, sizeof stream);
    fh_put_tail(&tail, &context, NULL);
    CHECK(!tail.full);
  }
}

int main(void) {
  RUN(the_context_and_its_overrides);
  RUN(the_profile_and_its_overrides);
  RUN(what_is_not_of_the_context);
  RUN(the_attribution);
  RUN(the_ids);
  RUN(the_session);
  RUN(browser_facts_that_are_too_long);
  RUN(the_longest_tail_fits);
  return finish();
}
