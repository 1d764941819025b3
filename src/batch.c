/* Prints a batch (segment.com/docs/connections/sources/catalog/libraries/
 * server/http-api/#batch) and the ledger:
 *
 *   "firsthand":{"v":1,"stream":…,"first":n,"last":n,"attempt":n,"dropped":{…}}
 *
 * first and last are the numbers of the first and last event in the batch; the
 * number of an event is also the last eight digits of its messageId. dropped
 * counts, by reason, all that this stream has dropped so far. */
#include "batch.h"

/* More than everything after the events takes. */
#define CLOSING_BYTES (FH_MAX_KEY_BYTES * 6 + FH_ERRORS * 40 + 256)

static void put_record(fh_writer *writer, const fh_record *record) {
  fh_text text = fh_record_text(record);
  fh_put_bytes(writer, text.ptr, text.len);
}

static void put_stamped(fh_writer *writer, const fh_record *event, const fh_record *tail,
                        const fh_uuid *stream) {
  fh_uuid id = *stream;
  fh_stream_number(&id, event->seq);
  fh_put(writer, "{\"messageId\":\"");
  fh_put_uuid(writer, &id);
  fh_put(writer, "\",\"timestamp\":\"");
  fh_put_iso8601(writer, event->time);
  fh_put(writer, "\",");
  put_record(writer, event);
  if (!event->whole) put_record(writer, tail);
  fh_put(writer, "}");
}

static void put_member(fh_writer *writer, const char *name, uint32_t value) {
  fh_put_name(writer, name);
  fh_put_number(writer, value);
}

static void put_closing(fh_writer *writer, const fh_envelope *envelope,
                        double sent_at_ms) {
  fh_put(writer, "],\"writeKey\":");
  fh_put_string(writer, envelope->key, envelope->key_len);
  fh_put(writer, ",\"sentAt\":\"");
  fh_put_iso8601(writer, sent_at_ms);
  fh_put(writer, "\",\"firsthand\":{\"v\":1,\"stream\":\"");
  fh_put_uuid(writer, &envelope->stream);
  fh_put(writer, "\"");
  put_member(writer, "first", envelope->first);
  put_member(writer, "last", envelope->last);
  put_member(writer, "attempt", envelope->attempt);
  fh_put(writer, ",\"dropped\":{");
  for (int i = 1; i <= FH_ERRORS; i++)
    if (envelope->dropped[i])
      put_member(writer, fh_error_reason(-i), envelope->dropped[i]);
  fh_put(writer, "}}}");
}

uint32_t fh_put_batch(fh_writer *writer, fh_queue *queue, fh_record_state state,
                      fh_envelope *envelope, uint32_t max_events, size_t max_bytes,
                      double sent_at_ms) {
  uint32_t count = 0;
  const fh_record *tail = NULL;
  fh_put(writer, "{\"batch\":[");
  for (fh_record *r = fh_queue_first(queue); r; r = fh_queue_next(queue, r)) {
    if (r->state == FH_TAIL) tail = r;
    if (r->state != FH_WAITING) continue;
    size_t size = r->len + (r->whole ? 0 : tail->len) + FH_STAMP_BYTES;
    if (count == max_events || (count && writer->len + size + CLOSING_BYTES > max_bytes))
      break;
    fh_put_comma(writer);
    put_stamped(writer, r, tail, &envelope->stream);
    fh_queue_set(queue, r, state);
    if (!count++) envelope->first = r->seq;
    envelope->last = r->seq;
  }
  if (count)
    put_closing(writer, envelope, sent_at_ms);
  else
    writer->len = 0;
  return count;
}
