#include "reply.h"

#include <stdlib.h>

#include "check.h"
#include "limits.h"

static fh_reply judge(int status, const char *body, int retry_after_s) {
  static _Alignas(8) char block[4096];
  fh_arena arena = {block, sizeof block, sizeof block, false};
  char *exact = malloc(strlen(body) + !*body);
  memcpy(exact, body, strlen(body));
  fh_reply reply = fh_reply_judge(status, exact, strlen(body), retry_after_s, &arena);
  free(exact);
  return reply;
}

#define OK "{\"success\":true}"

static void verdicts(void) {
  static const struct {
    int status;
    const char *body;
    fh_verdict verdict;
    uint32_t refused;
  } rows[] = {
      {200, OK, FH_ACCEPTED, 0},
      {200, "OK", FH_ACCEPTED, 0},
      {200, "\"OK\"", FH_ACCEPTED, 0},
      {200, " {\"x\":1,\"success\":true} ", FH_ACCEPTED, 0},
      {201, OK, FH_ACCEPTED, 0},
      {202, OK, FH_ACCEPTED, 0},
      {299, OK, FH_ACCEPTED, 0},
      {200, "", FH_RETRY, 0},
      {200, "ok", FH_RETRY, 0},
      {200, "OK\n", FH_RETRY, 0},
      {200, "OKAY", FH_RETRY, 0},
      {200, "KO", FH_RETRY, 0},
      {200, "<html>", FH_RETRY, 0},
      {200, "{\"success\":false}", FH_RETRY, 0},
      {200, "{\"success\":1}", FH_RETRY, 0},
      {200, "{\"success\":\"true\"}", FH_RETRY, 0},
      {200, "{\"success\":true}}", FH_RETRY, 0},
      {200, "{\"Success\":true}", FH_RETRY, 0},
      {200, "{\"data\":{\"success\":true}}", FH_RETRY, 0},
      {200, "[true]", FH_RETRY, 0},
      {200, "true", FH_RETRY, 0},
      {200, "\xFF", FH_RETRY, 0},
      {204, "", FH_RETRY, 0},
      {207, "{\"errors\":[{},{}]}", FH_ACCEPTED, 2},
      {207, "{\"success\":true,\"errors\":[{}]}", FH_ACCEPTED, 1},
      {207, "{\"errors\":[]}", FH_RETRY, 0},
      {207, "{\"errors\":{\"a\":1}}", FH_RETRY, 0},
      {400, "", FH_BISECT, 0},
      {400, OK, FH_BISECT, 0},
      {400, "{\"errors\":[{}]}", FH_ACCEPTED, 1},
      {422, "", FH_BISECT, 0},
      {401, "", FH_SLOW, 0},
      {403, "", FH_SLOW, 0},
      {404, "OK", FH_SLOW, 0},
      {410, "", FH_STOP, 0},
      {413, "", FH_SMALLER, 0},
      {0, "", FH_RETRY, 0},
      {0, OK, FH_RETRY, 0},
      {199, OK, FH_RETRY, 0},
      {300, OK, FH_RETRY, 0},
      {302, OK, FH_RETRY, 0},
      {304, "", FH_RETRY, 0},
      {402, "", FH_RETRY, 0},
      {408, "", FH_RETRY, 0},
      {409, "", FH_RETRY, 0},
      {425, "", FH_RETRY, 0},
      {429, "", FH_RETRY, 0},
      {460, "", FH_RETRY, 0},
      {500, OK, FH_RETRY, 0},
      {502, "<html>", FH_RETRY, 0},
      {503, "", FH_RETRY, 0},
      {504, "", FH_RETRY, 0},
      {-1, OK, FH_RETRY, 0},
      {999, OK, FH_RETRY, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char row[64];
    snprintf(row, sizeof row, "%d %s", rows[i].status, rows[i].body);
    fh_reply reply = judge(rows[i].status, rows[i].body, 0);
    CHECK_ROW(reply.verdict == rows[i].verdict, row);
    if (reply.verdict == FH_ACCEPTED) CHECK_ROW(reply.refused == rows[i].refused, row);
    CHECK_ROW(!(reply.wait_ms > 0), row);
  }
}

static void waits(void) {
  static const struct {
    const char *body;
    int header_s;
    double wait_s;
  } rows[] = {{"", 0, 0},
              {"", 7, 7},
              {"{\"retryAfter\":9}", 0, 9},
              {"{\"retryAfter\":9}", 7, 9},
              {"{\"retryAfter\":5}", 7, 7},
              {"{\"retryAfter\":0}", 0, 0},
              {"{\"retryAfter\":\"9\"}", 0, 0},
              {"{\"retryAfter\":-9}", 7, 7},
              {"{\"retryAfter\":1.5}", 7, 7},
              {"", FH_RETRY_AFTER_CAP_S, FH_RETRY_AFTER_CAP_S},
              {"", FH_RETRY_AFTER_CAP_S + 1, FH_RETRY_AFTER_CAP_S},
              {"{\"retryAfter\":999999999999999}", 0, FH_RETRY_AFTER_CAP_S},
              {"", 2147483647, FH_RETRY_AFTER_CAP_S}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    double wait_ms = judge(503, rows[i].body, rows[i].header_s).wait_ms;
    double expected = rows[i].wait_s * 1000;
    CHECK_ROW(!(wait_ms < expected) && !(wait_ms > expected), rows[i].body);
  }
  CHECK(!(judge(503, "", -5).wait_ms > 0));
}

/* An answer that is too complex to be read is none: the events stay. */
static void an_answer_beyond_the_arena(void) {
  char body[2048] = "{\"success\":true,\"x\":[0";
  for (size_t len = strlen(body); len < 1900; len += 2) memcpy(body + len, ",0", 3);
  strcat(body, "]}");
  CHECK(judge(200, body, 0).verdict == FH_RETRY);
}

int main(void) {
  RUN(verdicts);
  RUN(waits);
  RUN(an_answer_beyond_the_arena);
  return finish();
}
