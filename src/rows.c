/* The dialects' own functions, called for one event or one answer. */
#include "rows.h"

#include "clock.h"
#include "refusal.h"
#include "transform.h"

/* The dialect that has rows of its own; NULL where it has none. */
static const fh_dialect *dialect_of(const fh_json *request) {
  const fh_dialect *dialect = NULL;
  fh_dialect_choose(request, &dialect);
  return dialect && dialect->put ? dialect : NULL;
}

/* An id that is a UUID is the event's own everywhere; of any other one is made, which is
 * the same at each attempt. */
static void put_id(fh_writer *writer, const char *message_id) {
  fh_uuid id;
  bool is_uuid = strlen(message_id) == FH_UUID_CHARS && fh_uuid_read(message_id, &id);
  if (!is_uuid) id = fh_uuid_of(message_id);
  fh_put_uuid(writer, &id);
}

int fh_put_rows(fh_writer *writer, const fh_json *request, fh_arena *arena) {
  const fh_dialect *dialect = dialect_of(request);
  const fh_json *event = fh_json_get(request, "event");
  if (!dialect) return FH_REFUSED_DIALECT;
  if (!fh_json_is_object(event)) return FH_ERR_TYPE;
  int refused = fh_dialect_check(dialect, event);
  if (refused) return refused;
  fh_item item = {.event = event,
                  .type = fh_json_get_text(event, "type"),
                  .key = fh_json_get_text(request, "key"),
                  .label = fh_json_get_text(request, "label"),
                  .time_ms = fh_read_iso8601(fh_json_get_text(event, "timestamp")),
                  .sent_ms = fh_json_whole(fh_json_get(request, "sentAt")),
                  .arena = arena,
                  .rows = 1};
  if (item.time_ms < 0) item.time_ms = item.sent_ms;
  if (*item.type == 'p') item.page = fh_json_get(event, "properties");
  if (!item.page) item.page = fh_at(event, "context.page");
  fh_writer id = fh_writer_on(item.id, FH_UUID_CHARS);
  put_id(&id, fh_json_get_text(event, "messageId"));
  dialect->put(writer, &item);
  return writer->full ? FH_ERR_LARGE : (int)item.rows;
}

int fh_put_frame(fh_writer *writer, const fh_json *request) {
  const fh_dialect *dialect = dialect_of(request);
  const char *key = fh_json_get_text(request, "key");
  if (!dialect) return FH_REFUSED_DIALECT;
  fh_put(writer, dialect->opening);
  fh_put(writer, "\n");
  if (dialect->before_key) {
    fh_put(writer, dialect->before_key);
    fh_put_string(writer, key, strlen(key));
  }
  if (dialect->before_time) {
    fh_put(writer, dialect->before_time);
    fh_put(writer, "\"");
    fh_put_iso8601(writer, fh_json_whole(fh_json_get(request, "sentAt")));
    fh_put(writer, "\"");
  }
  fh_put(writer, dialect->closing);
  return writer->full ? FH_ERR_LARGE : 0;
}

static const char *word_of(fh_verdict verdict) {
  switch (verdict) {
    case FH_ACCEPTED: return "accepted";
    case FH_RETRY: return "retry";
    case FH_SLOW: return "slow";
    case FH_SMALLER: return "smaller";
    case FH_BISECT: return "bisect";
    case FH_STOP: return "stop";
  }
  return "";
}

static void put_fates(fh_writer *writer, const fh_reply *reply, const fh_json *ids) {
  static const char *const words[] = {
      [FH_TAKEN] = "taken", [FH_UNWANTED] = "unwanted", [FH_ONCE_MORE] = "again"};
  uint32_t row = 0;
  fh_put(writer, ",\"fates\":[");
  for (const fh_json *m = fh_json_first(ids); m; m = fh_json_next(m)) {
    const char *word = words[reply->fate(reply->json, row++, fh_json_text(m))];
    fh_put_comma(writer);
    fh_put_string(writer, word, strlen(word));
  }
  fh_put(writer, "]");
}

int fh_put_verdict(fh_writer *writer, const fh_json *request, fh_arena *arena) {
  const fh_dialect *dialect;
  const fh_json *ids = fh_json_get(request, "ids");
  const char *said = fh_json_get_text(request, "body");
  size_t len = strlen(said);
  if (!fh_dialect_choose(request, &dialect)) return FH_REFUSED_DIALECT;
  int status = (int)fh_json_whole(fh_json_get(request, "status"));
  double wait_s = fh_json_whole(fh_json_get(request, "retryAfter"));
  int wait = wait_s > 0 && wait_s < 1e9 ? (int)wait_s : 0;
  /* The answer is parsed in place, in what the request has left of the arena. */
  char *body = fh_arena_alloc(arena, len + 1);
  if (!body) return FH_ERR_COMPLEX;
  memcpy(body, said, len + 1);
  fh_arena rest = {arena->base + arena->used, arena->cap - arena->used, 0, false};
  fh_reply reply = fh_reply_judge(status, body, len, wait, &rest);
  if (dialect && dialect->judge) dialect->judge(&reply, status, (fh_text){said, len});
  fh_put(writer, "{\"verdict\":\"");
  fh_put(writer, word_of(reply.verdict));
  fh_put(writer, "\"");
  fh_put_count(writer, "wait", reply.wait_ms);
  if (reply.fate) put_fates(writer, &reply, ids);
  fh_put(writer, "}");
  return writer->full ? FH_ERR_LARGE : 0;
}
