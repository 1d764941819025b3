/* The table of answers: which mean done, which mean try again. The statuses
 * follow Segment's own library (408, 410, 429, 460, 5xx) and RFC 9110. */
#include "reply.h"

#include "dialect.h"
#include "limits.h"

static fh_verdict by_status(int status) {
  switch (status) {
    case 401:
    case 403:
    case 404: return FH_SLOW;
    case 410: return FH_STOP;
    case 413: return FH_SMALLER;
    case 400:
    case 422: return FH_BISECT;
    default: return FH_RETRY;
  }
}

/* {"success":true} is Segment's, Hightouch's and our relay's; RudderStack
 * says OK. */
static bool is_acknowledgement(const char *body, size_t len, const fh_json *json) {
  return fh_json_is_true(fh_json_get(json, "success")) ||
         strcmp(fh_json_text(json), "OK") == 0 ||
         (len == 2 && memcmp(body, "OK", 2) == 0);
}

static uint32_t count_of(const fh_json *array) {
  uint32_t count = 0;
  if (!fh_json_is_array(array)) return 0;
  for (const fh_json *m = fh_json_first(array); m; m = fh_json_next(m)) count++;
  return count;
}

fh_reply fh_reply_judge(int status, char *body, size_t len, int retry_after_s,
                        fh_arena *arena) {
  int error;
  fh_arena_reset(arena);
  const fh_json *json = fh_json_parse(arena, body, len, &error);
  fh_reply reply = {
      .verdict = by_status(status), .unknown = status < 300, .came = status != 0};
  if (status >= 200 && status < 300 && is_acknowledgement(body, len, json))
    reply.verdict = FH_ACCEPTED;
  /* A list of errors means that the others are stored: 207, or 400 when there
   * are no others. */
  const fh_json *missing = fh_json_get(json, "missing");
  if (fh_json_is_array(missing)) reply.missing = missing;
  reply.refused = count_of(fh_json_get(json, "errors"));
  if (reply.refused && (status == 207 || status == 400)) reply.verdict = FH_ACCEPTED;
  double wait_s = fh_json_whole(fh_json_get(json, "retryAfter"));
  if (FH_DIALECTS) reply.json = json;
  if (wait_s < retry_after_s) wait_s = retry_after_s;
  if (wait_s > FH_RETRY_AFTER_CAP_S) wait_s = FH_RETRY_AFTER_CAP_S;
  reply.wait_ms = wait_s * 1000;
  return reply;
}
