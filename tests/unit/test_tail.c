#include "tail.h"

#include "check.h"
#include "tree.h"

static fh_identity identity;
static fh_page page;
static fh_browser browser;
static fh_attribution attribution;

static void begin(const char *facts) {
  fh_random random = {{1, 2, 3, 4}};
  identity = (fh_identity){.user_id_len = 0};
  fh_uuid_v7(&identity.session.id, 1767225600000.0, &random);
  fh_page_read(&page, tree("{\"url\":\"http://a/?utm_source=s\"}"));
  fh_browser_read(&browser, facts ? tree(facts) : NULL);
}

/* The printed tail as an object; it begins with a comma. */
static const fh_json *printed(const char *overrides) {
  static char out[FH_MAX_TAIL_BYTES + 2];
  fh_writer writer = fh_writer_on(out, sizeof out - 1);
  fh_put_tail(&writer, &identity, &browser, &page, &attribution,
              overrides ? tree(overrides) : NULL);
  fh_put(&writer, "}");
  if (writer.full || out[0] != ',') return NULL;
  out[0] = '{';
  int code;
  return tree_of(out, writer.len, &code);
}

static bool context_is(const char *overrides, const char *expected) {
  const fh_json *context = fh_json_get(printed(overrides), "context");
  return context && prints(context, expected);
}

#define PAGE                                                                 \
  "\"page\":{\"path\":\"/\",\"referrer\":\"\",\"search\":\"?utm_source=s\"," \
  "\"title\":\"\",\"url\":\"http://a/?utm_source=s\"}"
#define CAMPAIGN "\"campaign\":{\"source\":\"s\"}"
#define SESSION  "\"sessionId\":1767225600000"
#define LIBRARY  "\"library\":{\"name\":\"firsthand\",\"version\":\"0.1.0\"}"

static void the_context_and_its_overrides(void) {
  static const char *const rows[][2] = {
      {NULL, "{" PAGE "," CAMPAIGN "," SESSION "," LIBRARY ",\"locale\":\"en\"}"},
      {"{}", "{" PAGE "," CAMPAIGN "," SESSION "," LIBRARY ",\"locale\":\"en\"}"},
      {"{\"page\":1}",
       "{" CAMPAIGN "," SESSION "," LIBRARY ",\"locale\":\"en\",\"page\":1}"},
      {"{\"campaign\":{}}",
       "{" PAGE "," SESSION "," LIBRARY ",\"locale\":\"en\",\"campaign\":{}}"},
      {"{\"sessionId\":2}",
       "{" PAGE "," CAMPAIGN "," LIBRARY ",\"locale\":\"en\",\"sessionId\":2}"},
      {"{\"library\":3}",
       "{" PAGE "," CAMPAIGN "," SESSION ",\"locale\":\"en\",\"library\":3}"},
      {"{\"locale\":4}", "{" PAGE "," CAMPAIGN "," SESSION "," LIBRARY ",\"locale\":4}"},
      {"{\"page\":1,\"campaign\":2,\"sessionId\":3,\"library\":4,\"locale\":5}",
       "{\"page\":1,\"campaign\":2,\"sessionId\":3,\"library\":4,\"locale\":5}"},
  };
  begin("{\"locale\":\"en\"}");
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    CHECK_ROW(context_is(rows[i][0], rows[i][1]), rows[i][1]);
}

static void the_ids(void) {
  begin(NULL);
  CHECK(strcmp(fh_json_get_text(printed(NULL), "anonymousId"),
               "00000000-0000-0000-0000-000000000000") == 0);
  CHECK(!fh_json_get(printed(NULL), "userId"));
  fh_identity_set_user(&identity, "a\"é");
  CHECK(strcmp(fh_json_get_text(printed(NULL), "userId"), "a\"é") == 0);
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
    const fh_json *context = fh_json_get(printed(NULL), "context");
    CHECK(strcmp(fh_json_get_text(context, "a"), "1") == 0);
    bool fits = strlen("\"a\":1,\"long\":\"\"") + len <= FH_MAX_BROWSER_BYTES;
    CHECK((fh_json_get(context, "long") != NULL) == fits);
    bool b_fits =
        !fits || strlen("\"a\":1,\"long\":\"\",\"b\":2") + len <= FH_MAX_BROWSER_BYTES;
    CHECK((fh_json_get(context, "b") != NULL) == b_fits);
  }
}

/* FH_MAX_TAIL_BYTES is what the queue keeps free for it. */
static void the_longest_tail_fits(void) {
  static char facts[2 * FH_MAX_BROWSER_BYTES];
  fh_writer writer = fh_writer_on(facts, sizeof facts - 1);
  fh_put(&writer, "{\"ua\":\"");
  for (size_t i = 0; i < FH_MAX_BROWSER_BYTES - 8; i++) fh_put(&writer, "x");
  fh_put(&writer, "\"}");
  facts[writer.len] = '\0';
  begin(facts);
  memset(page.text, 'x', sizeof page.text);
  page.fields.count = 1;
  page.fields.item[0] = (fh_text){page.text, sizeof page.text};
  page.context.count = 0;
  memset(attribution.first, 'x', FH_MAX_TOUCH_BYTES);
  memset(attribution.last, 'x', FH_MAX_TOUCH_BYTES);
  memset(identity.user_id, 1, sizeof identity.user_id);
  identity.user_id_len = sizeof identity.user_id;
  static char out[FH_MAX_TAIL_BYTES];
  fh_writer tail = fh_writer_on(out, sizeof out);
  fh_put_tail(&tail, &identity, &browser, &page, &attribution, NULL);
  CHECK(!tail.full);
}

int main(void) {
  RUN(the_context_and_its_overrides);
  RUN(the_ids);
  RUN(browser_facts_that_are_too_long);
  RUN(the_longest_tail_fits);
  return finish();
}
