/* Prints a batch (segment.com/docs/connections/sources/catalog/libraries/
 * server/http-api/#batch) and the ledger:
 *
 *   "firsthand":{"v":1,"stream":…,"first":n,"last":n,"attempt":n,"dropped":{…},
 *                "masked":{…}}
 *
 * An empty batch with "ask":true asks which of these numbers are missing.
 *
 * first and last are the lowest and the highest number in the batch; the
 * number of an event is also the last eight digits of its messageId. dropped
 * counts, by reason, all that this stream has dropped so far, masked, by rule, all
 * that has been masked, where there is any; a batch of another document's events,
 * adopted from the journal, has neither. lost
 * counts the events of other documents whose rows the one with the stream `by`
 * has given up so far: they were too old, or too many.
 *
 * An event with a messageId of the page's own has its place in the stream as
 * firsthandId beside it.
 *
 * A relay's endpoint /v1/compact gets what most events have in common only once: one
 * that has neither id is compact, and the receiver (expand.h) knows what it lacks. The
 * ledger is then of version 2.
 *
 *   "number":n    of the event; without it, one more than the compact event before, or 0
 *   "age":ms      from timestamp to sentAt
 *   no "context"  anonymousId, userId and context are those of the last compact event
 *                 that had one, but for eventIndex, which goes on with the numbers
 *
 * timestamp runs with the monotonic clock. originalTimestamp, the wall clock's
 * time of the call, stands beside it where the two are a second apart or more. */
#include "batch.h"

#include "tail.h"
#include "translate.h"

/* Less is the clocks' own imprecision. */
#define FH_SKEW_MS 1000

/* More than everything after the events takes. */
#define CLOSING_BYTES (FH_MAX_KEY_BYTES * 6 + (FH_ERRORS + FH_RULES) * 40 + 256)

static void put_from(fh_writer *writer, const fh_record *record, size_t start) {
  fh_text text = fh_record_text(record);
  fh_put_bytes(writer, text.ptr + start, text.len - start);
}

static void put_member(fh_writer *writer, const char *name, uint32_t value) {
  fh_put_name(writer, name);
  fh_put_number(writer, value);
}

static void put_time(fh_writer *writer, const char *name, double ms) {
  fh_put_name(writer, name);
  fh_put(writer, "\"");
  fh_put_iso8601(writer, ms);
  fh_put(writer, "\"");
}

static void put_skewed(fh_writer *writer, const fh_record *event) {
  if (event->wall - event->time >= FH_SKEW_MS || event->time - event->wall >= FH_SKEW_MS)
    put_time(writer, "originalTimestamp", event->wall);
}

static void put_tail(fh_writer *writer, const fh_record *event, const fh_record *tail) {
  if (!(event->has & FH_HAS_TAIL)) put_from(writer, tail, FH_STREAM_BYTES);
  fh_put_number(writer, fh_record_index(event, tail));
  fh_put(writer, FH_TAIL_END);
}

void fh_put_stamped(fh_writer *writer, const fh_record *event, const fh_record *tail,
                    const char *extra) {
  fh_uuid id = fh_record_stream(tail);
  fh_stream_number(&id, event->seq);
  fh_put(writer, "{");
  fh_put_name(writer, event->has & FH_HAS_ID ? "firsthandId" : "messageId");
  fh_put(writer, "\"");
  fh_put_uuid(writer, &id);
  fh_put(writer, "\"");
  if (!(event->has & FH_HAS_TIME)) {
    put_time(writer, "timestamp", event->time);
    put_skewed(writer, event);
  }
  if (FH_DIALECTS) fh_put(writer, extra);
  fh_put_comma(writer);
  put_from(writer, event, 0);
  if (!(event->has & FH_HAS_END)) put_tail(writer, event, tail);
  fh_put(writer, "}");
}

/* How long before `sent_at_ms` the event was, by the texts of both times; -1 where that
 * is nothing to go by: the clock of another document may run ahead. */
static double age_of(const fh_record *event, double sent_at_ms) {
  bool known = event->time >= 0 && event->time <= sent_at_ms &&
               sent_at_ms - event->time < UINT32_MAX && sent_at_ms < FH_LAST_MS;
  return known ? (double)((int64_t)sent_at_ms - (int64_t)event->time) : -1;
}

/* Appends an event that has nothing of its own but its members. `before` is the compact
 * one before it, and `told` its tail, or NULL. */
static void put_compact(fh_writer *writer, const fh_record *event, const fh_record *tail,
                        const fh_record *before, const fh_record *told,
                        double sent_at_ms) {
  double age = age_of(event, sent_at_ms);
  fh_put(writer, "{");
  if (event->seq != (before ? before->seq + 1 : 0))
    put_member(writer, "number", event->seq);
  if (age >= 0)
    put_member(writer, "age", (uint32_t)age);
  else
    put_time(writer, "timestamp", event->time);
  put_skewed(writer, event);
  fh_put_comma(writer);
  put_from(writer, event, 0);
  if (tail != told) put_tail(writer, event, tail);
  fh_put(writer, "}");
}

void fh_put_queued(fh_writer *writer, fh_queue *queue, const fh_uuid *stream,
                   uint32_t number) {
  const fh_record *tail = NULL;
  const fh_record *event = fh_queue_find(queue, stream, number, &tail);
  if (event) fh_put_stamped(writer, event, tail, "");
}

size_t fh_stamped_size(const fh_record *event, const fh_record *tail) {
  return event->len + (event->has & FH_HAS_TAIL ? 0 : tail->len) + FH_STAMP_BYTES;
}

/* Whether events leave in another format than Segment's. */
static bool translates(const fh_envelope *envelope) {
  return FH_DIALECTS && envelope->dialect && envelope->dialect->put;
}

static const char *extra_of(const fh_envelope *envelope) {
  return FH_DIALECTS && envelope->dialect ? envelope->dialect->extra : "";
}

/* `n` counts, by their names, each of which ends in NUL. */
static void put_counts(fh_writer *writer, const char *names, const uint32_t *counts,
                       int n) {
  for (; n--; names += strlen(names) + 1, counts++)
    if (*counts) put_member(writer, names, *counts);
}

/* What is dropped, and where there is any what is masked. */
static void put_losses(fh_writer *writer, const fh_envelope *envelope) {
  fh_put(writer, ",\"dropped\":{");
  put_counts(writer, fh_error_reason(-1), envelope->dropped + 1, FH_ERRORS);
  size_t none = writer->len;
  fh_put(writer, "},\"masked\":{");
  size_t start = writer->len;
  put_counts(writer, fh_rules, envelope->masked, FH_RULES);
  if (writer->len == start) writer->len = none;
  fh_put(writer, "}");
}

static void put_lost(fh_writer *writer, const fh_envelope *envelope) {
  put_member(writer, "lost", envelope->lost);
  fh_put(writer, ",\"by\":\"");
  fh_put_uuid(writer, &envelope->stream);
  fh_put(writer, "\"");
}

static void put_closing(fh_writer *writer, const fh_envelope *envelope,
                        const fh_uuid *stream, bool ask, double sent_at_ms) {
  fh_put(writer, "],\"writeKey\":");
  fh_put_string(writer, envelope->key, envelope->key_len);
  fh_put(writer, ",\"sentAt\":\"");
  fh_put_iso8601(writer, sent_at_ms);
  fh_put(writer, "\",\"firsthand\":{");
  put_member(writer, "v", envelope->compact ? 2 : 1);
  fh_put(writer, ",\"stream\":\"");
  fh_put_uuid(writer, stream);
  fh_put(writer, "\"");
  put_member(writer, "first", envelope->first);
  put_member(writer, "last", envelope->last);
  put_member(writer, "attempt", envelope->attempt);
  if (ask) fh_put(writer, ",\"ask\":true");
  if (envelope->own) put_losses(writer, envelope);
  if (envelope->lost) put_lost(writer, envelope);
  fh_put(writer, "}}");
}

/* Whether a question of `number` too would be of more numbers than one answer has
 * to account for: each of them may be a range of its own, or lie between two. */
static bool is_far(const fh_envelope *envelope, uint32_t number) {
  return number >= envelope->first + FH_MAX_BATCH_EVENTS ||
         number + FH_MAX_BATCH_EVENTS <= envelope->last;
}

uint32_t fh_put_batch(fh_writer *writer, fh_queue *queue, fh_choice choice,
                      fh_record_state state, fh_envelope *envelope, uint32_t max_events,
                      size_t max_bytes, double sent_at_ms) {
  uint32_t count = 0;
  const fh_record *tail = NULL, *before = NULL, *told = NULL; /* see put_compact */
  size_t whole_bytes = 0;                                     /* with all they share */
  fh_uuid stream = {{0}};
  fh_put(writer, translates(envelope) ? envelope->dialect->opening : "{\"batch\":[");
  for (fh_record *r = fh_queue_first(queue); r; r = fh_queue_next(queue, r)) {
    if (r->state == FH_TAIL) tail = r;
    if (r->state != FH_WAITING || (choice != FH_ALL && r->doubt != (choice == FH_ASK)))
      continue;
    /* A batch is of one stream: its ledger speaks of that one. */
    fh_uuid its = fh_record_stream(tail);
    if (count && memcmp(&its, &stream, sizeof its) != 0) break;
    if (count && choice == FH_ASK && is_far(envelope, r->seq)) break;
    stream = its;
    size_t size = fh_stamped_size(r, tail);
    whole_bytes += size;
    bool is_compact = envelope->compact && !r->has;
    if (is_compact && tail == told) size -= tail->len;
    if (translates(envelope)) {
      if (count == max_events) break;
      int put = fh_put_translated(writer, queue, r, tail, envelope, count == 0, max_bytes,
                                  sent_at_ms);
      if (put == 0) break;
      if (put < 0) continue;
    } else if (choice != FH_ASK) {
      if (count == max_events ||
          (count && (writer->len + size + CLOSING_BYTES > max_bytes ||
                     whole_bytes > FH_MAX_WHOLE_BYTES)))
        break;
      fh_put_comma(writer);
      if (is_compact) {
        put_compact(writer, r, tail, before, told, sent_at_ms);
        before = r;
        told = tail;
      } else {
        fh_put_stamped(writer, r, tail, extra_of(envelope));
      }
      if (FH_DIALECTS) r->rows = 1;
    }
    fh_queue_set(queue, r, state);
    /* Rows come back in any order. */
    if (!count || r->seq < envelope->first) envelope->first = r->seq;
    if (!count || r->seq > envelope->last) envelope->last = r->seq;
    count++;
  }
  envelope->own = memcmp(&stream, &envelope->stream, sizeof stream) == 0;
  if (count && translates(envelope))
    fh_put_translated_closing(writer, envelope, sent_at_ms);
  else if (count)
    put_closing(writer, envelope, &stream, choice == FH_ASK, sent_at_ms);
  else
    writer->len = 0;
  return count;
}
