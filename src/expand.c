/* Gives events back what they share, and ids and times their texts. */
#include "expand.h"

#include "clock.h"
#include "errors.h"
#include "uuid.h"

/* What the events of a batch have in common. */
typedef struct common {
  const fh_json *stream, *sent_at;
  fh_uuid id; /* of the stream; all zero where that is none */
  bool has_id;
  double sent_ms;      /* -1: unknown */
  double next;         /* the number of an event that does not say it */
  const char *tail;    /* anonymousId, userId, context up to the index; in the output */
  size_t tail_len;     /* 0: none so far */
  bool has_index;      /* the index follows the tail, and FH_TAIL_END the index */
  double before_index; /* what an event's number is added to */
} common;

static double number_of(const fh_json *value) {
  return value && fh_json_is_number(value) ? fh_json_whole(value) : -1;
}

static bool is_whole(const fh_json *event) {
  return !fh_json_is_object(event) || fh_json_get(event, "messageId") ||
         fh_json_get(event, "firsthandId");
}

static void put_value(fh_writer *writer, const char *name, const fh_json *value) {
  fh_put_name(writer, name);
  if (value)
    fh_json_print(writer, value);
  else
    fh_put(writer, "0"); /* no id and no time */
}

static void put_id(fh_writer *writer, const common *all, double number) {
  fh_uuid id = all->id;
  if (!all->has_id || number < 0 || number > UINT32_MAX) {
    put_value(writer, "messageId", NULL);
    return;
  }
  fh_stream_number(&id, (uint32_t)number);
  fh_put_name(writer, "messageId");
  fh_put(writer, "\"");
  fh_put_uuid(writer, &id);
  fh_put(writer, "\"");
}

static void put_time(fh_writer *writer, const common *all, const fh_json *age) {
  double ms = number_of(age);
  if (ms < 0 || all->sent_ms < ms) {
    put_value(writer, "timestamp", all->sent_ms < 0 ? all->sent_at : age);
    return;
  }
  fh_put_name(writer, "timestamp");
  fh_put(writer, "\"");
  fh_put_iso8601(writer, all->sent_ms - ms);
  fh_put(writer, "\"");
}

/* Appends the members that are not of these words, each behind a comma. */
static void put_others(fh_writer *writer, const fh_json *object, const char *words) {
  for (const fh_json *m = fh_json_first(object); m; m = fh_json_next(m))
    if (!fh_is_one_of(fh_json_name(m), words))
      put_value(writer, fh_json_name(m), m);
}

/* Appends what a compact event tells for those after it, up to its index in the session:
 * it is last in session, and session in context, as the agent prints them. */
static void put_shared(fh_writer *writer, const fh_json *event, common *all,
                       double number) {
  static const char ids[] = "anonymousId\0userId\0";
  const fh_json *context = fh_json_get(event, "context");
  const fh_json *session = fh_json_get(context, "session");
  const fh_json *index = fh_json_get(session, "eventIndex");
  size_t start = writer->len;
  for (const char *id = ids; *id; id += strlen(id) + 1)
    if (fh_json_get(event, id)) put_value(writer, id, fh_json_get(event, id));
  all->has_index = number_of(index) >= 0;
  if (all->has_index) {
    fh_put_name(writer, "context");
    fh_put(writer, "{");
    put_others(writer, context, "session\0");
    fh_put_name(writer, "session");
    fh_put(writer, "{");
    put_others(writer, session, "eventIndex\0");
    fh_put_name(writer, "eventIndex");
    all->before_index = number_of(index) - number;
  } else {
    put_value(writer, "context", context);
  }
  all->tail = writer->ptr + start;
  all->tail_len = writer->len - start;
}

static void put_event(fh_writer *writer, const fh_json *event, common *all) {
  static const char ours[] = "number\0age\0anonymousId\0userId\0context\0";
  const fh_json *said = fh_json_get(event, "number");
  double number = said ? number_of(said) : all->next;
  all->next = number + 1;
  fh_put(writer, "{");
  put_id(writer, all, number);
  if (!fh_json_get(event, "timestamp"))
    put_time(writer, all, fh_json_get(event, "age"));
  put_others(writer, event, ours);
  if (fh_json_get(event, "context")) {
    put_shared(writer, event, all, number);
  } else if (all->tail_len) {
    fh_put_bytes(writer, all->tail, all->tail_len);
  }
  if (all->has_index) {
    fh_put_number(writer, all->before_index + number);
    fh_put(writer, "}}");
  }
  fh_put(writer, "}");
}

int fh_expand(fh_writer *writer, const fh_json *body) {
  common all = {.stream = fh_json_get(fh_json_get(body, "firsthand"), "stream"),
                .sent_at = fh_json_get(body, "sentAt")};
  const char *stream = fh_json_text(all.stream);
  all.has_id = strlen(stream) == FH_UUID_CHARS && fh_uuid_read(stream, &all.id);
  all.sent_ms = fh_read_iso8601(fh_json_text(all.sent_at));
  fh_put(writer, "{");
  for (const fh_json *m = fh_json_first(body); m; m = fh_json_next(m)) {
    if (strcmp(fh_json_name(m), "batch") != 0 || !fh_json_is_array(m)) {
      put_value(writer, fh_json_name(m), m);
      continue;
    }
    fh_put_name(writer, "batch");
    fh_put(writer, "[");
    for (const fh_json *e = fh_json_first(m); e; e = fh_json_next(e)) {
      fh_put_comma(writer);
      if (is_whole(e))
        fh_json_print(writer, e);
      else
        put_event(writer, e, &all);
    }
    fh_put(writer, "]");
  }
  fh_put(writer, "}");
  return writer->full ? FH_ERR_LARGE : 0;
}
