#include "event.h"

#include "check.h"
#include "errors.h"
#include "tree.h"

static fh_page page;

static void what_passes_and_what_does_not(void) {
  static const struct {
    const char *call;
    int code;
  } rows[] = {
      {"{\"type\":\"track\",\"event\":\"A\"}", 0},
      {"{\"type\":\"track\",\"event\":\" \"}", 0},
      {"{\"type\":\"track\",\"event\":\"A\",\"properties\":null,\"context\":null}", 0},
      {"{\"type\":\"track\",\"event\":\"A\",\"userId\":null}", 0},
      {"{\"type\":\"page\"}", 0},
      {"{\"type\":\"page\",\"event\":\"\"}", 0},
      {"{\"type\":\"screen\",\"name\":5}", 0},
      {"{\"type\":\"identify\"}", 0},
      {"{\"type\":\"identify\",\"userId\":\"a\",\"traits\":{}}", 0},
      {"{\"type\":\"identify\",\"userId\":0}", 0},
      {"{\"type\":\"group\",\"groupId\":\"g\"}", 0},
      {"{\"type\":\"group\",\"groupId\":7,\"traits\":{}}", 0},
      {"{\"type\":\"alias\",\"userId\":\"u\"}", 0},
      {"{\"type\":\"alias\",\"userId\":\"u\",\"previousId\":\"p\"}", 0},
      {"{\"type\":\"alias\",\"userId\":\"u\",\"previousId\":null}", 0},
      {"{\"type\":\"track\",\"event\":\"A\",\"groupId\":null}", 0},
      {"{}", FH_ERR_TYPE},
      {"{\"type\":\"\"}", FH_ERR_TYPE},
      {"{\"type\":\"trackk\"}", FH_ERR_TYPE},
      {"{\"type\":\"trac\"}", FH_ERR_TYPE},
      {"{\"type\":[\"track\"]}", FH_ERR_TYPE},
      {"{\"type\":\"reset\"}", FH_ERR_TYPE},
      {"{\"type\":\"consent\"}", FH_ERR_TYPE},
      {"[\"type\",\"track\"]", FH_ERR_TYPE},
      {"{\"type\":\"track\"}", FH_ERR_NAME},
      {"{\"type\":\"track\",\"event\":\"\"}", FH_ERR_NAME},
      {"{\"type\":\"track\",\"event\":0}", FH_ERR_NAME},
      {"{\"type\":\"track\",\"event\":\"A\",\"properties\":[]}", FH_ERR_PROPERTIES},
      {"{\"type\":\"track\",\"event\":\"A\",\"properties\":false}", FH_ERR_PROPERTIES},
      {"{\"type\":\"track\",\"event\":\"A\",\"context\":0}", FH_ERR_PROPERTIES},
      {"{\"type\":\"track\",\"event\":\"A\",\"integrations\":\"\"}", FH_ERR_PROPERTIES},
      {"{\"type\":\"identify\",\"traits\":[]}", FH_ERR_PROPERTIES},
      {"{\"type\":\"track\",\"event\":\"A\",\"context\":{},\"context\":1}",
       FH_ERR_PROPERTIES},
      {"{\"type\":\"identify\",\"userId\":\"\"}", FH_ERR_USER_ID},
      {"{\"type\":\"identify\",\"userId\":false}", FH_ERR_USER_ID},
      {"{\"type\":\"identify\",\"userId\":[\"a\"]}", FH_ERR_USER_ID},
      {"{\"type\":\"track\",\"event\":\"A\",\"userId\":\"\"}", FH_ERR_USER_ID},
      {"{\"type\":\"group\"}", 0},
      {"{\"type\":\"group\",\"groupId\":null}", 0},
      {"{\"type\":\"group\",\"groupId\":\"\"}", FH_ERR_USER_ID},
      {"{\"type\":\"group\",\"groupId\":[\"g\"]}", FH_ERR_USER_ID},
      {"{\"type\":\"group\",\"groupId\":\"g\",\"traits\":1}", FH_ERR_PROPERTIES},
      {"{\"type\":\"alias\"}", FH_ERR_USER_ID},
      {"{\"type\":\"alias\",\"userId\":null,\"previousId\":\"p\"}", FH_ERR_USER_ID},
      {"{\"type\":\"alias\",\"userId\":\"\"}", FH_ERR_USER_ID},
      {"{\"type\":\"alias\",\"userId\":\"u\",\"previousId\":\"\"}", FH_ERR_USER_ID},
      {"{\"type\":\"alias\",\"userId\":\"u\",\"previousId\":{}}", FH_ERR_USER_ID},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    CHECK_ROW(fh_event_check(tree(rows[i].call)) == rows[i].code, rows[i].call);
}

/* Each id on each call that may bring it, at its longest and one byte longer. */
static void ids_that_are_too_long(void) {
  static const char *const rows[] = {
      "{\"type\":\"track\",\"event\":\"A\",\"userId\":\"%s\"}",
      "{\"type\":\"identify\",\"userId\":\"%s\"}",
      "{\"type\":\"group\",\"groupId\":\"%s\"}",
      "{\"type\":\"alias\",\"userId\":\"%s\"}",
      "{\"type\":\"alias\",\"userId\":\"u\",\"previousId\":\"%s\"}",
      "{\"type\":\"page\",\"anonymousId\":\"%s\"}",
      "{\"type\":\"page\",\"messageId\":\"%s\"}",
      "{\"type\":\"page\",\"timestamp\":\"%s\"}",
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char id[FH_MAX_USER_ID_BYTES + 2] = {0}, call[512];
    memset(id, 'x', FH_MAX_USER_ID_BYTES);
    snprintf(call, sizeof call, rows[i], id);
    CHECK_ROW(fh_event_check(tree(call)) == 0, rows[i]);
    id[FH_MAX_USER_ID_BYTES] = 'x';
    snprintf(call, sizeof call, rows[i], id);
    CHECK_ROW(fh_event_check(tree(call)) == FH_ERR_USER_ID, rows[i]);
  }
}

/* Registered properties or known traits, a call, and the event. */
static void what_is_known(void) {
  static const char *const rows[][3] = {
      {"{\"a\":1,\"b\":2}", "{\"type\":\"track\",\"event\":\"A\",\"properties\":{}}",
       "\"type\":\"track\",\"event\":\"A\",\"properties\":{\"a\":1,\"b\":2}"},
      {"{\"a\":1,\"b\":2}",
       "{\"type\":\"track\",\"event\":\"A\",\"properties\":{\"b\":3,\"c\":4}}",
       "\"type\":\"track\",\"event\":\"A\",\"properties\":{\"a\":1,\"b\":3,\"c\":4}"},
      {"{\"a\":1}", "{\"type\":\"track\",\"event\":\"A\",\"properties\":{\"a\":null}}",
       "\"type\":\"track\",\"event\":\"A\",\"properties\":{\"a\":null}"},
      {"{\"a\":{\"x\":1}}",
       "{\"type\":\"track\",\"event\":\"A\",\"properties\":{\"a\":{\"y\":2}}}",
       "\"type\":\"track\",\"event\":\"A\",\"properties\":{\"a\":{\"y\":2}}"},
      {"{\"a\":1}", "{\"type\":\"screen\",\"properties\":{\"b\":2}}",
       "\"type\":\"screen\",\"properties\":{\"a\":1,\"b\":2}"},
      {"{\"a\":1}", "{\"type\":\"page\",\"properties\":{\"b\":2}}",
       "\"type\":\"page\",\"properties\":{\"a\":1,\"path\":\"/p\",\"referrer\":\"r\","
       "\"search\":\"?q\",\"title\":\"T\",\"url\":\"http://a/p?q\",\"b\":2}"},
      {"{\"a\":1}", "{\"type\":\"identify\",\"traits\":{\"b\":2}}",
       "\"type\":\"identify\",\"traits\":{\"a\":1,\"b\":2}"},
      {"{\"a\":1,\"b\":2}",
       "{\"type\":\"group\",\"groupId\":\"g\",\"traits\":{\"b\":null}}",
       "\"type\":\"group\",\"groupId\":\"g\",\"traits\":{\"a\":1,\"b\":null}"},
      {"{\"a\":1}", "{\"type\":\"identify\",\"properties\":{\"b\":2}}",
       "\"type\":\"identify\",\"properties\":{\"b\":2}"},
  };
  fh_page_read(&page,
               tree("{\"url\":\"http://a/p?q\",\"title\":\"T\",\"referrer\":\"r\"}"));
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char both[256], out[512];
    sprintf(both, "[%s,%s]", rows[i][0], rows[i][1]);
    const fh_json *all = fh_json_first(tree(both));
    fh_writer writer = fh_writer_on(out, sizeof out);
    fh_put_event(&writer, fh_json_next(all), &page, all);
    CHECK_ROW(wrote(&writer, rows[i][2]), both);
  }
}

static void what_is_printed(void) {
  static const char *const rows[][2] = {
      {"{\"type\":\"track\",\"event\":\"A\",\"properties\":{\"a\":[1,{}]}}",
       "\"type\":\"track\",\"event\":\"A\",\"properties\":{\"a\":[1,{}]}"},
      {"{\"page\":{\"url\":\"x\"},\"type\":\"track\",\"context\":{\"a\":1},\"userId\":"
       "\"u\",\"event\":\"A\"}",
       "\"type\":\"track\",\"event\":\"A\""},
      {"{\"type\":\"alias\",\"userId\":\"u\",\"previousId\":\"p\"}",
       "\"type\":\"alias\",\"previousId\":\"p\""},
      {"{\"type\":\"group\",\"groupId\":\"g\",\"traits\":{\"a\":1}}",
       "\"type\":\"group\",\"groupId\":\"g\",\"traits\":{\"a\":1}"},
      {"{\"type\":\"identify\",\"traits\":{\"page\":1,\"userId\":2,\"context\":3},"
       "\"name\":null}",
       "\"type\":\"identify\",\"traits\":{\"page\":1,\"userId\":2,\"context\":3}"},
      {"{\"type\":\"track\",\"event\":\"A\",\"properties\":{},\"integrations\":{\"All\":"
       "false}}",
       "\"type\":\"track\",\"event\":\"A\",\"properties\":{},\"integrations\":{\"All\":"
       "false}"},
      {"{\"type\":\"page\",\"name\":\"N\",\"properties\":{\"title\":\"mine\"}}",
       "\"type\":\"page\",\"name\":\"N\",\"properties\":{\"path\":\"/"
       "p\",\"referrer\":\"r\","
       "\"search\":\"?q\",\"url\":\"http://a/p?q\",\"title\":\"mine\"}"},
  };
  fh_page_read(&page,
               tree("{\"url\":\"http://a/p?q\",\"title\":\"T\",\"referrer\":\"r\"}"));
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char out[512];
    fh_writer writer = fh_writer_on(out, sizeof out);
    fh_put_event(&writer, tree(rows[i][0]), &page, NULL);
    CHECK_ROW(wrote(&writer, rows[i][1]), rows[i][0]);
  }
}

int main(void) {
  RUN(what_passes_and_what_does_not);
  RUN(ids_that_are_too_long);
  RUN(what_is_printed);
  RUN(what_is_known);
  return finish();
}
