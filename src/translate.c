/* Makes of each event a tree, and of the tree what the dialect wants. */
#include "translate.h"

/* More than any dialect's opening and closing take. */
#define FRAME_BYTES (FH_MAX_KEY_BYTES * 6 + 256)

/* Who it is known as at the backend, when it happened, and what else there is to it. */
static void describe(fh_item *item, const fh_json *event, const fh_record *record,
                     const fh_record *tail, const fh_envelope *envelope) {
  fh_uuid id = fh_record_stream(tail);
  bool own = memcmp(&id, &envelope->stream, sizeof id) == 0;
  item->event = event;
  item->type = fh_json_get_text(event, "type");
  item->page = *item->type == 'p' ? fh_json_get(event, "properties") : NULL;
  if (!item->page) item->page = fh_at(event, "context.page");
  /* Of another document's time only the wall clock is known here. */
  item->time_ms = own ? record->time : record->wall;
  double named_ms = fh_read_iso8601(fh_json_get_text(event, "timestamp"));
  if (record->has & FH_HAS_TIME && named_ms >= 0) item->time_ms = named_ms;
  fh_writer writer = fh_writer_on(item->id, FH_UUID_CHARS);
  fh_stream_number(&id, record->seq);
  fh_put_uuid(&writer, &id);
}

/* How many rows it is; or why it cannot be any. */
static int put(fh_writer *writer, const fh_record *record, const fh_record *tail,
               const fh_envelope *envelope, double sent_at_ms) {
  fh_arena *arena = envelope->arena;
  size_t size = fh_stamped_size(record, tail);
  fh_arena_reset(arena);
  char *text = fh_arena_alloc(arena, size);
  if (!text) return FH_ERR_COMPLEX;
  fh_writer whole = fh_writer_on(text, size);
  fh_put_stamped(&whole, record, tail, "");
  int error;
  const fh_json *event = fh_json_parse(arena, text, whole.len, &error);
  if (!event) return error;
  error = fh_dialect_check(envelope->dialect, event);
  if (error) return error;
  char key[FH_MAX_KEY_BYTES + 1] = "";
  memcpy(key, envelope->key, envelope->key_len);
  fh_item item = {.key = key,
                  .label = envelope->label,
                  .sent_ms = sent_at_ms,
                  .arena = arena,
                  .rows = 1};
  describe(&item, event, record, tail, envelope);
  envelope->dialect->put(writer, &item);
  return (int)item.rows;
}

static void give_up(fh_queue *queue, fh_record *event, const fh_record *tail,
                    fh_envelope *envelope, int error) {
  fh_uuid stream = fh_record_stream(tail);
  fh_queue_set(queue, event, FH_GONE);
  if (memcmp(&stream, &envelope->stream, sizeof stream) == 0)
    envelope->dropped[-error]++;
  else
    envelope->lost++;
}

int fh_put_translated(fh_writer *writer, fh_queue *queue, fh_record *event,
                      const fh_record *tail, fh_envelope *envelope, bool is_first,
                      size_t max_bytes, double sent_at_ms) {
  size_t start = writer->len;
  if (is_first) max_bytes = FH_MAX_BATCH_BYTES;
  int rows = put(writer, event, tail, envelope, sent_at_ms);
  bool fits = !writer->full && writer->len + FRAME_BYTES <= max_bytes;
  if (rows > 0 && fits) {
    event->rows = (uint8_t)rows;
    return 1;
  }
  writer->len = start;
  writer->full = false;
  if (rows > 0 && !is_first) return 0;
  give_up(queue, event, tail, envelope, rows < 0 ? rows : FH_ERR_LARGE);
  return -1;
}

void fh_put_translated_closing(fh_writer *writer, const fh_envelope *envelope,
                               double sent_at_ms) {
  const fh_dialect *dialect = envelope->dialect;
  if (dialect->before_key) {
    fh_put(writer, dialect->before_key);
    fh_put_string(writer, envelope->key, envelope->key_len);
  }
  if (dialect->before_time) {
    fh_put(writer, dialect->before_time);
    fh_put(writer, "\"");
    fh_put_iso8601(writer, sent_at_ms);
    fh_put(writer, "\"");
  }
  fh_put(writer, dialect->closing);
}

int fh_try_queued(fh_writer *writer, fh_queue *queue, const fh_envelope *envelope,
                  uint32_t number) {
  const fh_record *tail = NULL;
  const fh_record *event = fh_queue_find(queue, &envelope->stream, number, &tail);
  if (!event || !envelope->dialect || !envelope->dialect->put) return 0;
  int rows = put(writer, event, tail, envelope, event->time);
  if (rows < 0) return rows;
  return writer->full || writer->len + 2 * FRAME_BYTES > FH_MAX_BATCH_BYTES ? FH_ERR_LARGE
                                                                            : 0;
}
