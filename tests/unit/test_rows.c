/* Dialects for servers: rows of an event, frames, and what answers mean. */
#include "rows.h"

#include <stdlib.h>

#include "check.h"
#include "errors.h"
#include "refusal.h"

static _Alignas(8) char room[1 << 18];
static fh_arena arena;
static char out[1 << 16];
static fh_writer writer;

static const fh_json *request_of(const char *text) {
  int code;
  size_t len = strlen(text);
  char *exact = memcpy(malloc(len), text, len);
  arena = (fh_arena){room, sizeof room, 0, false};
  writer = fh_writer_on(out, sizeof out - 1);
  const fh_json *request = fh_json_parse(&arena, exact, len, &code);
  free(exact);
  return request;
}

static int rows(const char *text) {
  int count = fh_put_rows(&writer, request_of(text), &arena);
  out[writer.len] = '\0';
  return count;
}

static bool has(const char *text) { return strstr(out, text) != NULL; }

#define EVENT                                                                   \
  "\"key\":\"k\",\"label\":\"\",\"sentAt\":2000,\"event\":{\"type\":\"track\"," \
  "\"event\":\"A\",\"anonymousId\":\"a\",\"messageId\":\"m\",\"timestamp\":"    \
  "\"1970-01-01T00:00:01.000Z\",\"properties\":{\"n\":1.50}"

static void of_each_dialect(void) {
  CHECK(rows("{\"dialect\":\"amplitude\"," EVENT "}}") == 1);
  CHECK(has("\"insert_id\":\"m\"") && has("\"time\":1000") && has("\"n\":1.50"));
  CHECK(rows("{\"dialect\":\"snowplow\"," EVENT "}}") == 1);
  CHECK(has("\"aid\":\"k\"") && has("\"dtm\":\"1000\"") && has("\"stm\":\"2000\""));
  CHECK(rows("{\"dialect\":\"posthog\"," EVENT "}}") == 1);
  CHECK(has("\"distinct_id\":\"a\"") && has("\"uuid\":\"62c66a7a-5dd7-8c31-8661-"));
}

static void more_than_one_row(void) {
  CHECK(rows("{\"dialect\":\"amplitude\"," EVENT
             ",\"context\":{\"session\":{\"eventIndex\":1}}}}") == 2);
  CHECK(has("session_start"));
}

static void a_uuid_stays(void) {
  CHECK(rows("{\"dialect\":\"posthog\",\"sentAt\":1,\"event\":{\"type\":\"page\","
             "\"anonymousId\":\"a\",\"messageId\":"
             "\"4FDA63C0-fbc1-8c2a-9b1c-c63c00000001\"}}") == 1);
  CHECK(has("\"uuid\":\"4fda63c0-fbc1-8c2a-9b1c-c63c00000001\""));
  CHECK(has("\"timestamp\":\"1970-01-01T00:00:00.001Z\""));
}

static void refused(void) {
  CHECK(rows("{\"dialect\":\"none\"," EVENT "}}") == FH_REFUSED_DIALECT);
  CHECK(rows("{\"dialect\":\"rudderstack\"," EVENT "}}") == FH_REFUSED_DIALECT);
  CHECK(rows("{\"dialect\":\"segment\"," EVENT "}}") == FH_REFUSED_DIALECT);
  CHECK(rows("{\"dialect\":\"posthog\",\"event\":[]}") == FH_ERR_TYPE);
  CHECK(rows("{\"dialect\":\"posthog\"," EVENT ",\"userId\":\"undefined\"}}") ==
        FH_ERR_USER_ID);
  CHECK(rows("{\"dialect\":\"amplitude\",\"event\":{\"type\":\"track\",\"event\":"
             "\"$identify\"}}") == FH_ERR_NAME);
}

static void no_room(void) {
  const fh_json *request = request_of("{\"dialect\":\"posthog\"," EVENT "}}");
  writer = fh_writer_on(out, 100);
  CHECK(fh_put_rows(&writer, request, &arena) == FH_ERR_LARGE);
}

static bool frame_is(const char *text, const char *expected) {
  int code = fh_put_frame(&writer, request_of(text));
  out[writer.len] = '\0';
  return code == 0 && strcmp(out, expected) == 0;
}

static void frames(void) {
  CHECK(frame_is("{\"dialect\":\"posthog\",\"key\":\"k\\\"\",\"sentAt\":0}",
                 "{\"batch\":[\n],\"api_key\":\"k\\\"\",\"sent_at\":"
                 "\"1970-01-01T00:00:00.000Z\"}"));
  CHECK(frame_is("{\"dialect\":\"snowplow\"}",
                 "{\"schema\":\"iglu:com.snowplowanalytics.snowplow/payload_data/"
                 "jsonschema/1-0-4\",\"data\":[\n]}"));
}

static bool verdict_is(const char *text, const char *expected) {
  int code = fh_put_verdict(&writer, request_of(text), &arena);
  out[writer.len] = '\0';
  return code == 0 && strcmp(out, expected) == 0;
}

static void verdicts(void) {
  CHECK(verdict_is("{\"status\":200,\"body\":\"{\\\"success\\\":true}\"}",
                   "{\"verdict\":\"accepted\",\"wait\":0}"));
  CHECK(verdict_is("{\"status\":200,\"body\":\"<html>\"}",
                   "{\"verdict\":\"retry\",\"wait\":0}"));
  CHECK(verdict_is("{\"status\":503,\"retryAfter\":7,\"body\":\"\"}",
                   "{\"verdict\":\"retry\",\"wait\":7000}"));
  CHECK(verdict_is("{\"status\":401}", "{\"verdict\":\"slow\",\"wait\":0}"));
  CHECK(verdict_is("{\"status\":410}", "{\"verdict\":\"stop\",\"wait\":0}"));
  CHECK(verdict_is("{\"status\":413}", "{\"verdict\":\"smaller\",\"wait\":0}"));
  CHECK(verdict_is("{\"status\":400}", "{\"verdict\":\"bisect\",\"wait\":0}"));
  CHECK(verdict_is("{\"status\":0}", "{\"verdict\":\"retry\",\"wait\":0}"));
  CHECK(verdict_is("{\"dialect\":\"snowplow\",\"status\":200,\"body\":\"ok\"}",
                   "{\"verdict\":\"accepted\",\"wait\":0}"));
  CHECK(verdict_is(
      "{\"dialect\":\"amplitude\",\"status\":400,\"ids\":[\"a\",\"b\"],\"body\":"
      "\"{\\\"events_with_invalid_fields\\\":{\\\"time\\\":[1]}}\"}",
      "{\"verdict\":\"bisect\",\"wait\":0,\"fates\":[\"again\",\"unwanted\"]}"));
  /* Those that speak Segment's format answer in their own. */
  CHECK(
      verdict_is("{\"dialect\":\"jitsu\",\"status\":200,\"body\":\"{\\\"ok\\\":true}\"}",
                 "{\"verdict\":\"accepted\",\"wait\":0}"));
  CHECK(verdict_is(
      "{\"endpoint\":\"https://x.metarouter.io/v1/batch\",\"status\":207,"
      "\"ids\":[\"a\",\"b\"],\"body\":\"{\\\"results\\\":[{\\\"status\\\":200},"
      "{\\\"status\\\":400}]}\"}",
      "{\"verdict\":\"retry\",\"wait\":0,\"fates\":[\"taken\",\"unwanted\"]}"));
  CHECK(fh_put_verdict(&writer, request_of("{\"dialect\":\"none\",\"status\":200}"),
                       &arena) == FH_REFUSED_DIALECT);
}

int main(void) {
  RUN(of_each_dialect);
  RUN(more_than_one_row);
  RUN(a_uuid_stays);
  RUN(refused);
  RUN(no_room);
  RUN(frames);
  RUN(verdicts);
  return finish();
}
