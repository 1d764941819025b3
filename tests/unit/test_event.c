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
      {"{}", FH_ERR_TYPE},
      {"{\"type\":\"\"}", FH_ERR_TYPE},
      {"{\"type\":\"trackk\"}", FH_ERR_TYPE},
      {"{\"type\":\"trac\"}", FH_ERR_TYPE},
      {"{\"type\":[\"track\"]}", FH_ERR_TYPE},
      {"{\"type\":\"group\"}", FH_ERR_TYPE},
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
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    CHECK_ROW(fh_event_check(tree(rows[i].call)) == rows[i].code, rows[i].call);
}

static void what_is_printed(void) {
  static const char *const rows[][2] = {
      {"{\"type\":\"track\",\"event\":\"A\",\"properties\":{\"a\":[1,{}]}}",
       "\"type\":\"track\",\"event\":\"A\",\"properties\":{\"a\":[1,{}]}"},
      {"{\"page\":{\"url\":\"x\"},\"type\":\"track\",\"context\":{\"a\":1},\"userId\":"
       "\"u\",\"event\":\"A\"}",
       "\"type\":\"track\",\"event\":\"A\""},
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
    fh_put_event(&writer, tree(rows[i][0]), &page);
    CHECK_ROW(wrote(&writer, rows[i][1]), rows[i][0]);
  }
}

int main(void) {
  RUN(what_passes_and_what_does_not);
  RUN(what_is_printed);
  return finish();
}
