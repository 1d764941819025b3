#include "dialect.h"

#include "amplitude.h"
#include "check.h"
#include "clock.h"
#include "errors.h"
#include "posthog.h"
#include "snowplow.h"
#include "tree.h"

static char out[512];

static void paths(void) {
  const fh_json *event = tree("{\"a\":{\"b\":{\"c\":\"x\"},\"n\":1.50},\"d\":\"y\"}");
  CHECK(strcmp(fh_text_at(event, "a.b.c"), "x") == 0);
  CHECK(strcmp(fh_text_at(event, "a.n"), "1.50") == 0);
  CHECK(strcmp(fh_text_at(event, "d"), "y") == 0);
  CHECK(fh_at(event, "") == event);
  static const char *const none[] = {
      "b",
      "a.c",
      "a.b.c.d",
      "d.e",
      ".a",
      "a..b",
      "a.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++)
    CHECK_ROW(!fh_at(event, none[i]), none[i]);
  CHECK(!fh_at(NULL, "a"));
}

static void fields(void) {
  const fh_json *event = tree(
      "{\"a\":\"x\",\"e\":\"\",\"n\":1e400,\"z\":null,\"o\":{\"p\":[true]},"
      "\"named\":{\"N\":0,\"a\":0}}");
  static const char table[] = "a\0A\0e\0E\0n\0N\0z\0Z\0o.p\0P\0none\0X\0";
  fh_writer writer = fh_writer_on(out, sizeof out);
  fh_put_fields(&writer, event, table);
  CHECK(wrote(&writer, "\"A\":\"x\",\"N\":1e400,\"P\":[true]"));
  writer = fh_writer_on(out, sizeof out);
  fh_put_texts(&writer, event, "a\0A\0n\0N\0");
  CHECK(wrote(&writer, "\"A\":\"x\",\"N\":\"1e400\""));
  writer = fh_writer_on(out, sizeof out);
  fh_put_missing(&writer, event, table, fh_json_get(event, "named"));
  CHECK(wrote(&writer, "\"A\":\"x\",\"P\":[true]"));
}

static void hosts_and_paths(void) {
  static const struct {
    const char *url, *expected;
  } rows[] = {{"https://a.example/b/c?d=/e", "\"h\":\"a.example\",\"p\":\"/b/c\""},
              {"https://a.example:8080", "\"h\":\"a.example:8080\""},
              {"https://a.example?x=//y/z", "\"h\":\"a.example\""},
              {"//a/", "\"h\":\"a\",\"p\":\"/\""},
              {"/b", "\"p\":\"/b\""},
              {"", ""}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fh_writer writer = fh_writer_on(out, sizeof out);
    fh_put_host(&writer, rows[i].url, "h");
    fh_put_path(&writer, rows[i].url, "p");
    CHECK_ROW(wrote(&writer, rows[i].expected), rows[i].url);
  }
}

static void origins(void) {
  const fh_json *touch = tree(
      "{\"campaign\":{\"name\":\"spring\",\"source\":\"mail\"},\"clickIds\":{\"name\":"
      "\"odd\",\"gclid\":\"7\"},"
      "\"named\":{\"utm_source\":1,\"gclid\":null}}");
  fh_writer writer = fh_writer_on(out, sizeof out);
  fh_put_origin(&writer, touch, "i_", NULL);
  CHECK(wrote(&writer,
              "\"i_utm_campaign\":\"spring\",\"i_utm_source\":\"mail\","
              "\"i_name\":\"odd\",\"i_gclid\":\"7\""));
  writer = fh_writer_on(out, sizeof out);
  fh_put_origin(&writer, touch, "", fh_json_get(touch, "named"));
  CHECK(wrote(&writer, "\"utm_campaign\":\"spring\",\"name\":\"odd\""));
}

static const fh_dialect *chosen(const char *options, bool expected) {
  const fh_dialect *dialect = NULL;
  CHECK_ROW(fh_dialect_choose(tree(options), &dialect) == expected, options);
  return dialect;
}

static void choice(void) {
  CHECK(chosen("{}", true) == NULL);
  CHECK(chosen("{\"dialect\":\"segment\"}", true) == NULL);
  CHECK(chosen("{\"dialect\":\"amplitude\"}", true) == &fh_amplitude);
  CHECK(chosen("{\"dialect\":\"Amplitude\"}", false) == NULL);
  CHECK(chosen("{\"dialect\":\"amplitud\"}", false) == NULL);
  CHECK(chosen("{\"endpoint\":\"https://us.i.posthog.com/batch/\"}", true) ==
        &fh_posthog);
  CHECK(chosen("{\"endpoint\":\"https://x.example/us.i.posthog.com/batch\"}", true) ==
        NULL);
  CHECK(chosen("{\"endpoint\":\"https://us.i.posthog.com.example/batch\"}", true) ==
        NULL);
  CHECK(chosen("{\"endpoint\":\"/com.snowplowanalytics.snowplow/tp2?a=b\"}", true) ==
        &fh_snowplow);
  CHECK(chosen("{\"endpoint\":\"/in?x=amplitude.com\"}", true) == NULL);
  CHECK(chosen("{\"endpoint\":7}", true) == NULL);
}

static void limits(void) {
  static const struct {
    const char *event;
    int code;
  } rows[] = {{"{\"userId\":\"null\"}", FH_ERR_USER_ID},
              {"{\"userId\":\"NuLL\"}", FH_ERR_USER_ID},
              {"{\"userId\":\"nullx\"}", 0},
              {"{\"userId\":\"nul\"}", 0},
              {"{\"userId\":\"N/A\"}", FH_ERR_USER_ID},
              {"{\"anonymousId\":\"0\"}", FH_ERR_USER_ID},
              {"{\"previousId\":\"unknown\"}", FH_ERR_USER_ID},
              {"{\"groupId\":\"null\"}", 0},
              {"{}", 0},
              {"{\"event\":\"$identify\"}", FH_ERR_NAME},
              {"{\"event\":\"[Amplitude] Revenue (Verified)\"}", FH_ERR_NAME},
              {"{\"event\":\"[Amplitude] Page Viewed\"}", 0},
              {"{\"event\":\"$Identify\"}", 0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    CHECK_ROW(fh_dialect_check(&fh_amplitude, tree(rows[i].event)) == rows[i].code,
              rows[i].event);
}

/* What is read is what was written, whatever the day. */
static void times(void) {
  for (double ms = 0; ms < 4e12; ms += 86399999.0 * 7) {
    char text[32] = "";
    fh_writer writer = fh_writer_on(text, sizeof text - 1);
    fh_put_iso8601(&writer, ms);
    double read = fh_read_iso8601(text);
    CHECK_ROW(!(read < ms) && !(read > ms), text);
  }
  static const char *const none[] = {"",
                                     "2026",
                                     "yesterday",
                                     "2026-11-21",
                                     "2026-13-01T00:00:00Z",
                                     "2026-00-01T00:00:00Z",
                                     "2026-01-32T00:00:00Z",
                                     "2026-01-01T24:00:00Z",
                                     "2026-01-01T00:60:00Z",
                                     "2026-01-01T00:00:00",
                                     "2026-01-01T00:00:00+01:00",
                                     "2026-01-01T00:00:00.0Z",
                                     "2026-01-01T00:00:00Zx",
                                     "1969-12-31T23:59:59Z",
                                     "+12026-01-01T00:00:00Z"};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++)
    CHECK_ROW(fh_read_iso8601(none[i]) < 0, none[i]);
  double leap = fh_read_iso8601("2024-02-29T12:00:00Z");
  CHECK(!(leap < 1709208000000.0) && !(leap > 1709208000000.0));
}

int main(void) {
  RUN(paths);
  RUN(fields);
  RUN(hosts_and_paths);
  RUN(origins);
  RUN(choice);
  RUN(limits);
  RUN(times);
  return finish();
}
