#include "batch.h"

#include <stdlib.h>

#include "check.h"
#include "dice.h"
#include "tree.h"

#define QUEUE_BYTES (256 * 1024)

/* What a tail, and an event that holds its own, ends with. */
#define OPEN_END ",\"c\":{\"s\":{\"n\":"

static _Alignas(8) char block[QUEUE_BYTES];
static fh_queue queue;
static fh_envelope envelope;
static char body[FH_IO_BYTES];
static size_t body_len;
static uint32_t next_seq;

static void begin(void) {
  queue = (fh_queue){.block = block, .cap = sizeof block};
  envelope = (fh_envelope){.attempt = 1, .key = "k", .key_len = 1};
  next_seq = 0;
}

/* Begins a tail: with the stream of its events, `before` of whose session came
 * before event 0 of it. */
static fh_writer open_tail(const fh_uuid *stream, uint32_t before) {
  fh_writer writer = fh_queue_open(&queue);
  fh_uuid head = *stream;
  memcpy(head.bytes + FH_STREAM_BYTES - sizeof before, &before, sizeof before);
  fh_put_bytes(&writer, (const char *)&head, FH_STREAM_BYTES);
  return writer;
}

/* A tail of one member. */
static void push_tail(const fh_uuid *stream, uint32_t before, const char *text) {
  fh_writer writer = open_tail(stream, before);
  fh_put(&writer, text);
  fh_put(&writer, OPEN_END);
  fh_queue_close(&queue, &writer, FH_TAIL);
}

/* A record of `len` bytes of JSON members, and the open end where it belongs;
 * `whole` has no need of a tail. A tail is of the envelope's stream. */
static fh_record *push(fh_record_state state, size_t len, bool whole) {
  bool is_tail = state == FH_TAIL;
  fh_writer writer = is_tail ? open_tail(&envelope.stream, 1) : fh_queue_open(&queue);
  if (is_tail) len += FH_STREAM_BYTES;
  fh_put(&writer, state == FH_TAIL ? ",\"tail\":\"" : "\"p\":\"");
  while (writer.len + 1 < len) fh_put(&writer, "x");
  fh_put(&writer, "\"");
  if (is_tail || whole) fh_put(&writer, OPEN_END);
  fh_record *record = fh_queue_close(&queue, &writer, state);
  if (!record) return NULL;
  record->has = whole ? FH_HAS_TAIL : 0;
  if (state != FH_TAIL) record->seq = next_seq++;
  return record;
}

static uint32_t batch(uint32_t max_events, size_t max_bytes) {
  fh_writer writer = fh_writer_on(body, sizeof body);
  uint32_t count = fh_put_batch(&writer, &queue, FH_ALL, FH_FLYING, &envelope, max_events,
                                max_bytes, 0);
  CHECK(!writer.full);
  body_len = writer.len;
  return count;
}

static uint32_t events_in_body(void) {
  int code;
  uint32_t n = 0;
  const fh_json *value = tree_of(body, body_len, &code);
  for (const fh_json *m = fh_json_first(fh_json_get(value, "batch")); m;
       m = fh_json_next(m))
    n++;
  return n;
}

static void nothing_waits(void) {
  begin();
  CHECK(batch(10, 1000) == 0 && body_len == 0);
  push(FH_TAIL, 20, false);
  CHECK(batch(10, 1000) == 0 && body_len == 0);
  fh_queue_set(&queue, push(FH_WAITING, 20, false), FH_HANDED);
  CHECK(batch(10, 1000) == 0 && body_len == 0);
}

static void at_most_so_many_events(void) {
  for (uint32_t max = 1; max <= 12; max++) {
    begin();
    push(FH_TAIL, 20, false);
    for (int i = 0; i < 10; i++) push(FH_WAITING, 20, false);
    uint32_t expected = max < 10 ? max : 10;
    CHECK(batch(max, FH_MAX_BATCH_BYTES) == expected);
    CHECK(events_in_body() == expected);
    CHECK(queue.count[FH_FLYING] == expected && queue.count[FH_WAITING] == 10 - expected);
    CHECK(envelope.first == 0 && envelope.last == expected - 1);
  }
  begin();
  push(FH_TAIL, 10, false);
  for (int i = 0; i < 501; i++) push(FH_WAITING, 10, true);
  CHECK(batch(FH_MAX_BATCH_EVENTS, sizeof body) == FH_MAX_BATCH_EVENTS);
  CHECK(events_in_body() == FH_MAX_BATCH_EVENTS);
}

static void each_event_with_the_tail_before_it(void) {
  begin();
  push_tail(&envelope.stream, 1, ",\"t\":1");
  push(FH_WAITING, 6, false);
  push(FH_WAITING, 6, true);
  push_tail(&envelope.stream, 1, ",\"t\":2");
  push(FH_WAITING, 6, false);
  CHECK(batch(9, 9000) == 3);
  int code;
  const fh_json *event =
      fh_json_first(fh_json_get(tree_of(body, body_len, &code), "batch"));
  CHECK(strcmp(fh_json_get_text(event, "t"), "1") == 0);
  event = fh_json_next(event);
  CHECK(strcmp(fh_json_get_text(event, "t"), "") == 0);
  event = fh_json_next(event);
  CHECK(strcmp(fh_json_get_text(event, "t"), "2") == 0);
}

/* The number of an event in its session is its own, whichever tail it has, and
 * whether or not it holds one. */
static void the_numbers_in_the_session(void) {
  static const uint32_t expected[] = {8, 9, 12, UINT32_MAX, 0};
  begin();
  push_tail(&envelope.stream, 8, ",\"t\":1");
  push(FH_WAITING, 6, false);
  push(FH_WAITING, 6, true);
  push_tail(&envelope.stream, 10, ",\"t\":2");
  push(FH_WAITING, 6, false);
  push_tail(&envelope.stream, UINT32_MAX - 3, ",\"t\":3"); /* modulo 2^32 */
  push(FH_WAITING, 6, true);
  push(FH_WAITING, 6, false);
  CHECK(batch(9, 9000) == 5);
  int code;
  const fh_json *event =
      fh_json_first(fh_json_get(tree_of(body, body_len, &code), "batch"));
  for (int i = 0; i < 5; i++, event = fh_json_next(event)) {
    const fh_json *session = fh_json_get(fh_json_get(event, "c"), "s");
    double number = fh_json_whole(fh_json_get(session, "n"));
    CHECK(!(number < expected[i]) && !(number > expected[i]));
  }
}

static void only_what_waits_and_oldest_first(void) {
  begin();
  push(FH_TAIL, 20, false);
  for (int i = 0; i < 8; i++) {
    fh_record *record = push(FH_WAITING, 20, false);
    if (i % 3 == 0) fh_queue_set(&queue, record, FH_HANDED);
    if (i % 3 == 1) fh_queue_set(&queue, record, FH_GONE);
  }
  CHECK(batch(9, 9000) == 2);
  CHECK(envelope.first == 2 && envelope.last == 5);
}

/* Whatever the sizes and the bounds: at least one event, no more than allowed,
 * and a batch of several is never larger than it may be. */
static void never_over_its_bounds(void) {
  uint64_t state = 5;
  for (int i = 0; i < 2000; i++) {
    begin();
    for (int code = 1; code <= FH_ERRORS; code++)
      envelope.dropped[code] = dice(&state, 4) ? 0 : UINT32_MAX;
    envelope.key_len = 1 + dice(&state, FH_MAX_KEY_BYTES);
    memset(envelope.key, dice(&state, 2) ? 1 : 'k', envelope.key_len);
    next_seq = dice(&state, 2) ? 0 : UINT32_MAX - 20;
    uint32_t largest = dice(&state, 3) ? 400 : 20000;
    for (uint32_t left = dice(&state, 20); left; left--) {
      if (queue.len == 0 || dice(&state, 4) == 0)
        push(FH_TAIL, 10 + dice(&state, 2000), false);
      push(FH_WAITING, 8 + dice(&state, largest), dice(&state, 5) == 0);
    }
    uint32_t waiting = queue.count[FH_WAITING], max_events = 1 + dice(&state, 25);
    size_t max_bytes = dice(&state, FH_MAX_BATCH_BYTES);
    uint32_t count = batch(max_events, max_bytes);
    CHECK((count > 0) == (waiting > 0));
    CHECK(count <= max_events && count <= waiting);
    CHECK(count < 2 || body_len <= max_bytes);
    CHECK(events_in_body() == count);
    CHECK(queue.count[FH_FLYING] == count && queue.count[FH_WAITING] == waiting - count);
  }
}

static void the_envelope(void) {
  begin();
  memset(envelope.stream.bytes, 0xAB, 12);
  push(FH_TAIL, 20, false);
  push(FH_WAITING, 20, false);
  envelope.attempt = 3;
  envelope.dropped[-FH_ERR_LARGE] = 2;
  envelope.dropped[FH_ERRORS] = 1;
  fh_writer writer = fh_writer_on(body, sizeof body);
  fh_put_batch(&writer, &queue, FH_ALL, FH_FLYING, &envelope, 9, 9000, 1767225600000.0);
  CHECK(wrote(
      &writer,
      "{\"batch\":[{\"messageId\":\"abababab-abab-abab-abab-abab00000000\",\"timestamp\":"
      "\"1970-01-01T00:00:00.000Z\",\"p\":\"xxxxxxxxxxxxxx\",\"tail\":\"xxxxxxxxxx\","
      "\"c\":{\"s\":{\"n\":1}}}],"
      "\"writeKey\":\"k\",\"sentAt\":\"2026-01-01T00:00:00.000Z\",\"firsthand\":{\"v\":1,"
      "\"stream\":\"abababab-abab-abab-abab-abab00000000\",\"first\":0,\"last\":0,"
      "\"attempt\":3,\"dropped\":{\"too_large\":2,\"middleware\":1}}}"));
}

/* The ledger is of one stream; of another's drops this document knows nothing. */
static void a_batch_of_each_stream(void) {
  static const char *const names[] = {"cdcdcdcd-cdcd-cdcd-cdcd-cdcd0000000",
                                      "abababab-abab-abab-abab-abab0000000"};
  fh_uuid strange = {{0}};
  memset(strange.bytes, 0xCD, 12);
  begin();
  memset(envelope.stream.bytes, 0xAB, 12);
  envelope.dropped[-FH_ERR_LARGE] = 2;
  for (int i = 0; i < 3; i++) {
    bool own = i % 2;
    push_tail(own ? &envelope.stream : &strange, 1, ",\"t\":0");
    push(FH_WAITING, 20, false);
    push(FH_WAITING, 20, true); /* the id of a whole one is the tail's, too */
  }
  for (uint32_t i = 0; i < 3; i++) {
    bool own = i % 2;
    CHECK(batch(9, 9000) == 2 && envelope.own == own);
    CHECK(envelope.first == 2 * i && envelope.last == 2 * i + 1);
    body[body_len] = '\0';
    CHECK(strstr(body, names[own]) && !strstr(body, names[!own]));
    CHECK((strstr(body, "\"dropped\":{\"too_large\":2}") != NULL) == own);
    CHECK((strstr(body, "dropped") != NULL) == own);
    CHECK(events_in_body() == 2);
  }
  CHECK(batch(9, 9000) == 0);
}

int main(void) {
  RUN(nothing_waits);
  RUN(at_most_so_many_events);
  RUN(each_event_with_the_tail_before_it);
  RUN(the_numbers_in_the_session);
  RUN(only_what_waits_and_oldest_first);
  RUN(never_over_its_bounds);
  RUN(the_envelope);
  RUN(a_batch_of_each_stream);
  return finish();
}
