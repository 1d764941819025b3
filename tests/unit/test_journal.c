#include "journal.h"

#include <stdlib.h>

#include "batch.h"
#include "check.h"
#include "dice.h"

#define ROW_BYTES 4096

static _Alignas(8) char row[ROW_BYTES];

/* A fresh queue of `cap` bytes, exactly as many, for ASan to watch. */
static fh_queue queue_of(uint32_t cap) {
  return (fh_queue){.block = malloc(cap), .cap = cap};
}

static fh_uuid key_of(unsigned char stream, uint32_t seq) {
  fh_uuid key;
  memset(key.bytes, stream, sizeof key.bytes);
  fh_stream_number(&key, seq);
  return key;
}

static bool is_key(const char *at, unsigned char stream, uint32_t seq) {
  fh_uuid key = key_of(stream, seq);
  return memcmp(at, &key, sizeof key) == 0;
}

/* The number that a tail with this text keeps in the last four bytes of its stream
 * (queue.h): no part of the stream, nor of keys. */
static uint32_t number_of(const char *text) { return 0x01020304u * (unsigned char)*text; }

static fh_record *push_tail(fh_queue *queue, unsigned char stream, const char *text) {
  fh_uuid id = key_of(stream, 0);
  uint32_t number = number_of(text);
  memcpy(id.bytes + FH_STREAM_BYTES - sizeof number, &number, sizeof number);
  fh_writer writer = fh_queue_open(queue);
  fh_put_bytes(&writer, (const char *)&id, sizeof id);
  fh_put(&writer, text);
  return fh_queue_close(queue, &writer, FH_TAIL);
}

/* An event of `len` bytes that its number decides. */
static fh_record *push_event(fh_queue *queue, uint32_t seq, size_t len) {
  fh_writer writer = fh_queue_open(queue);
  for (size_t i = 0; i < len; i++) {
    char c = (char)(seq * 7 + i);
    fh_put_bytes(&writer, &c, 1);
  }
  fh_record *record = fh_queue_close(queue, &writer, FH_WAITING);
  if (!record) return NULL;
  record->seq = seq;
  record->time = 1767225600000.0 + seq;
  return record;
}

/* The event with this number; NULL if there is none. */
static fh_record *event_of(fh_queue *queue, uint32_t seq) {
  for (fh_record *r = fh_queue_first(queue); r; r = fh_queue_next(queue, r))
    if (r->state != FH_TAIL && r->seq == seq) return r;
  return NULL;
}

/* Walks over all records and reads all their bytes; how many there are. */
static uint32_t walk(fh_queue *queue) {
  uint32_t n = 0, sum = 0;
  for (fh_record *r = fh_queue_first(queue); r; r = fh_queue_next(queue, r), n++)
    for (size_t i = 0; i < r->len; i++) sum += (unsigned char)fh_record_text(r).ptr[i];
  return sum == UINT32_MAX ? 0 : n;
}

/* --- There and back ------------------------------------------------------------- */

static void nothing_makes_no_row(void) {
  fh_queue queue = queue_of(512);
  CHECK(fh_journal_write(&queue, row, sizeof row) == 0);
  push_tail(&queue, 1, "t");
  CHECK(fh_journal_write(&queue, row, sizeof row) == 0);
  fh_queue_set(&queue, push_event(&queue, 0, 5), FH_GONE);
  CHECK(fh_journal_write(&queue, row, sizeof row) == 0);
  CHECK(fh_journal_done(&queue, row, sizeof row) == 0); /* it was in no row */
  free(queue.block);
}

static void a_row_comes_back_as_it_was(void) {
  static const size_t lens[] = {0, 1, 7, 8, 9, 100, 301};
  fh_queue queue = queue_of(2048), other = queue_of(2048);
  push_tail(&queue, 1, "forgotten: no event follows");
  push_tail(&queue, 1, "t");
  for (uint32_t i = 0; i < 7; i++) {
    fh_record *event = push_event(&queue, 40 + i, lens[i]);
    event->has = i % 2 ? FH_HAS_TAIL : 0;
    fh_queue_set(&queue, event, (fh_record_state)(FH_WAITING + i % 4));
    if (i == 3) push_tail(&queue, 1, "u");
  }
  size_t len = fh_journal_write(&queue, row, sizeof row);
  CHECK(len > FH_KEY_BYTES && is_key(row, 1, 40));
  push_tail(&other, 2, "v");
  push_event(&other, 0, 3);
  CHECK(fh_journal_adopt(&other, row, len) == 7);
  CHECK(other.count[FH_WAITING] == 8 && other.count[FH_FLYING] == 0);
  CHECK(queue.count[FH_FLYING] == 2 && queue.count[FH_HANDED] == 1);
  const fh_record *tail = NULL;
  for (fh_record *r = fh_queue_first(&other); r; r = fh_queue_next(&other, r)) {
    if (r->state == FH_TAIL) tail = r;
    if (r->state == FH_TAIL || r->seq < 40) continue;
    const fh_record *from = event_of(&queue, r->seq);
    CHECK(r->state == FH_WAITING && r->row == 40 && from->row == 40);
    CHECK(r->len == lens[r->seq - 40] && r->has == from->has);
    CHECK(!(r->time < from->time) && !(r->time > from->time));
    CHECK(memcmp(r + 1, from + 1, r->len) == 0);
    fh_uuid stream = fh_record_stream(tail);
    CHECK(is_key((const char *)&stream, 1, 0));
    CHECK(fh_record_index(r, tail) == r->seq + number_of(r->seq < 44 ? "t" : "u"));
    CHECK(fh_record_text(tail).ptr[FH_STREAM_BYTES] == (r->seq < 44 ? 't' : 'u'));
  }
  CHECK(fh_journal_write(&queue, row, sizeof row) == 0);
  free(queue.block);
  free(other.block);
}

static void a_second_row_is_of_what_is_new(void) {
  fh_queue queue = queue_of(2048), other = queue_of(2048);
  push_tail(&queue, 1, "t");
  push_event(&queue, 0, 5);
  push_event(&queue, 1, 5);
  CHECK(fh_journal_write(&queue, row, sizeof row) > 0);
  push_event(&queue, 2, 5);
  size_t len = fh_journal_write(&queue, row, sizeof row);
  CHECK(is_key(row, 1, 2));
  CHECK(fh_journal_adopt(&other, row, len) == 1 && event_of(&other, 2));
  free(queue.block);
  free(other.block);
}

/* Another document's row between the own events, and one that is gone. */
static void a_row_ends_at_strangers(void) {
  fh_queue queue = queue_of(4096), other = queue_of(4096);
  push_tail(&other, 2, "s");
  push_event(&other, 70, 5);
  push_event(&other, 71, 5);
  size_t len = fh_journal_write(&other, row, sizeof row);
  push_tail(&queue, 1, "t");
  push_event(&queue, 0, 5);
  push_event(&queue, 1, 5);
  CHECK(fh_journal_adopt(&queue, row, len) == 2);
  push_tail(&queue, 1, "t");
  push_event(&queue, 2, 5);
  fh_queue_set(&queue, push_event(&queue, 3, 5), FH_GONE);
  push_event(&queue, 4, 5);
  static const uint32_t firsts[] = {0, 2, 4}, events[] = {2, 1, 1};
  for (int i = 0; i < 3; i++) {
    other.len = 0;
    len = fh_journal_write(&queue, row, sizeof row);
    CHECK(is_key(row, 1, firsts[i]));
    CHECK(fh_journal_adopt(&other, row, len) == (int)events[i]);
  }
  CHECK(fh_journal_write(&queue, row, sizeof row) == 0);

  /* Each row is named as its last event goes, and once. */
  char keys[256];
  fh_queue_set(&queue, event_of(&queue, 0), FH_GONE);
  fh_queue_set(&queue, event_of(&queue, 70), FH_GONE);
  CHECK(fh_journal_done(&queue, keys, sizeof keys) == 0);
  fh_queue_sweep(&queue);
  fh_queue_set(&queue, event_of(&queue, 71), FH_GONE);
  fh_queue_set(&queue, event_of(&queue, 4), FH_GONE);
  CHECK(fh_journal_done(&queue, keys, sizeof keys) == 2);
  CHECK(is_key(keys, 2, 70) && is_key(keys + FH_KEY_BYTES, 1, 4));
  fh_queue_sweep(&queue);
  CHECK(fh_journal_done(&queue, keys, sizeof keys) == 0);
  fh_queue_set(&queue, event_of(&queue, 1), FH_GONE);
  fh_queue_set(&queue, event_of(&queue, 2), FH_GONE);
  CHECK(fh_journal_done(&queue, keys, sizeof keys) == 2);
  CHECK(is_key(keys, 1, 0) && is_key(keys + FH_KEY_BYTES, 1, 2));
  free(queue.block);
  free(other.block);
}

/* --- Room ------------------------------------------------------------------------- */

/* With every size of the output: a row of what fits, the rest in the next. */
static void a_row_that_fits(void) {
  for (size_t cap = 0; cap < 600; cap++) {
    fh_queue queue = queue_of(2048), other = queue_of(2048);
    push_tail(&queue, 1, "t");
    for (uint32_t i = 0; i < 4; i++) push_event(&queue, i, 10 * i);
    push_tail(&queue, 1, "a tail that is longer");
    for (uint32_t i = 4; i < 8; i++) push_event(&queue, i, 50);
    char *out = malloc(cap + 1);
    char *exact = realloc(out, cap ? cap : 1);
    uint32_t events = 0;
    for (size_t len; (len = fh_journal_write(&queue, exact, cap));) {
      CHECK(len <= cap && is_key(exact, 1, events));
      int taken = fh_journal_adopt(&other, exact, len);
      CHECK(taken > 0);
      if (taken <= 0) break;
      events += (uint32_t)taken;
    }
    for (uint32_t i = 0; i < 8; i++)
      CHECK((event_of(&queue, i)->row == FH_NO_ROW) == (i >= events));
    /* Key, tail and the largest event take less. */
    CHECK(cap < 200 || events == 8);
    CHECK(cap > 60 || events == 0);
    free(exact);
    free(queue.block);
    free(other.block);
  }
}

static void no_room_for_a_row(void) {
  fh_queue queue = queue_of(2048);
  push_tail(&queue, 1, "t");
  for (uint32_t i = 0; i < 4; i++) push_event(&queue, i, 40);
  size_t len = fh_journal_write(&queue, row, sizeof row);
  for (uint32_t cap = 0; cap < 1024; cap++) {
    fh_queue other = queue_of(cap);
    push_tail(&other, 2, "s");
    bool has_event = push_event(&other, 9, 11);
    uint32_t before = other.len, records = walk(&other);
    int events = fh_journal_adopt(&other, row, len);
    bool fits = len - FH_KEY_BYTES <= cap - before;
    CHECK(events == (fits ? 4 : 0));
    CHECK(walk(&other) == records + (fits ? 5 : 0));
    CHECK(other.count[FH_WAITING] == has_event + (fits ? 4u : 0u));
    free(other.block);
  }
  free(queue.block);
}

/* --- Settling in any order, beside a simple model --------------------------------- */

#define MODEL_MAX 4000

/* The events of the model, by what a number means: its stream, and in which row
 * it is. It knows no order and no records. */
typedef struct model_event {
  unsigned char stream;
  uint32_t seq, row; /* FH_NO_ROW: in none */
  bool live;
} model_event;

static model_event model[MODEL_MAX];
static size_t model_n;

static model_event *model_of(unsigned char stream, uint32_t seq) {
  for (size_t i = 0; i < model_n; i++)
    if (model[i].live && model[i].stream == stream && model[i].seq == seq)
      return &model[i];
  return NULL;
}

static size_t model_live_in(unsigned char stream, uint32_t row_number) {
  size_t n = 0;
  for (size_t i = 0; i < model_n; i++)
    n += model[i].live && model[i].stream == stream && model[i].row == row_number;
  return n;
}

static void model_add(unsigned char stream, uint32_t seq, uint32_t row_number) {
  model[model_n++] = (model_event){stream, seq, row_number, true};
}

/* What a row holds, by adopting it: each event is one that is in no row yet. */
static void model_write(size_t len) {
  fh_queue copy = queue_of(ROW_BYTES);
  int events = fh_journal_adopt(&copy, row, len);
  CHECK(events > 0);
  uint32_t first = FH_NO_ROW;
  for (fh_record *r = fh_queue_first(&copy); r; r = fh_queue_next(&copy, r)) {
    if (r->state == FH_TAIL) continue;
    if (first == FH_NO_ROW) first = r->seq;
    model_event *event = model_of(1, r->seq);
    CHECK(event && event->row == FH_NO_ROW);
    if (event) event->row = first;
  }
  CHECK(is_key(row, 1, first));
  free(copy.block);
}

/* A row of another document. */
static void adopt_strangers(fh_queue *queue, uint64_t *state, unsigned char stream) {
  fh_queue other = queue_of(ROW_BYTES);
  uint32_t first = dice(state, 1000), n = 1 + dice(state, 5);
  for (uint32_t i = 0; i < n; i++) {
    if (i == 0 || dice(state, 3) == 0) push_tail(&other, stream, "s");
    push_event(&other, first + i, dice(state, 40));
  }
  size_t len = fh_journal_write(&other, row, sizeof row);
  int events = fh_journal_adopt(queue, row, len);
  CHECK(events == (int)n || events == 0);
  for (uint32_t i = 0; i < (uint32_t)events; i++) model_add(stream, first + i, first);
  free(other.block);
}

/* Makes events go at random; the keys are of the rows that lost their last. */
static void settle(fh_queue *queue, uint64_t *state, uint32_t one_in) {
  static char keys[MODEL_MAX * FH_KEY_BYTES];
  static bool was_live[MODEL_MAX];
  for (size_t i = 0; i < model_n; i++) was_live[i] = model[i].live;
  const fh_record *tail = NULL;
  for (fh_record *r = fh_queue_first(queue); r; r = fh_queue_next(queue, r)) {
    if (r->state == FH_TAIL) tail = r;
    if (r->state == FH_TAIL || dice(state, one_in)) continue;
    model_event *event = model_of(fh_record_stream(tail).bytes[0], r->seq);
    CHECK(event && event->row == r->row);
    if (event) event->live = false;
    fh_queue_set(queue, r, FH_GONE);
  }
  int expected = 0, named = fh_journal_done(queue, keys, sizeof keys);
  for (size_t i = 0; i < model_n; i++) {
    model_event *e = &model[i];
    if (!was_live[i] || e->row == FH_NO_ROW || model_live_in(e->stream, e->row)) continue;
    bool counted = false; /* by another event of its row */
    for (size_t j = 0; j < i; j++)
      counted |= was_live[j] && model[j].stream == e->stream && model[j].row == e->row;
    if (counted) continue;
    expected++;
    int found = 0;
    for (int k = 0; k < named; k++)
      found += is_key(keys + k * FH_KEY_BYTES, e->stream, e->row);
    CHECK(found == 1);
  }
  CHECK(named == expected);
  fh_queue_sweep(queue);
}

static void keys_of_rows_settled_in_any_order(void) {
  for (uint64_t seed = 0; seed < 150; seed++) {
    uint64_t state = seed;
    fh_queue queue = queue_of(ROW_BYTES + 8 * dice(&state, 500));
    uint32_t seq = 0;
    unsigned char strangers = 1;
    bool tail = false; /* the last tail is the own one */
    model_n = 0;
    for (int step = 0; step < 150; step++) {
      switch (dice(&state, 8)) {
        case 0: settle(&queue, &state, 1 + dice(&state, 6)); break;
        case 1:
          adopt_strangers(&queue, &state, ++strangers);
          tail = false;
          break;
        case 2:
        case 3: {
          size_t cap = dice(&state, 4) ? sizeof row : dice(&state, 300);
          size_t len = fh_journal_write(&queue, row, cap);
          if (len) model_write(len);
          break;
        }
        default:
          if (!tail || !queue.len || dice(&state, 4) == 0)
            tail = push_tail(&queue, 1, "t") != NULL;
          if (!tail || !push_event(&queue, seq, dice(&state, 60))) break;
          model_add(1, seq++, FH_NO_ROW);
          break;
      }
    }
    settle(&queue, &state, 1);
    CHECK(queue.len == 0);
    free(queue.block);
  }
}

/* --- Rows that are none ------------------------------------------------------------ */

static uint32_t adopted_broken, refused_broken;

/* Whatever the bytes: they are refused and nothing has changed, or they are
 * records, with which all goes on. */
static void adopt_hostile(const char *bytes, size_t len) {
  static char body[FH_IO_BYTES];
  char *exact = malloc(len + 1); /* one more: malloc(0) may be NULL */
  if (len) {
    memcpy(exact, bytes, len);
    exact = realloc(exact, len);
  }
  fh_queue queue = queue_of(2048);
  push_tail(&queue, 3, "t");
  push_event(&queue, 1, 9);
  fh_queue before = queue;
  char *block = malloc(queue.len);
  memcpy(block, queue.block, queue.len);
  int events = fh_journal_adopt(&queue, exact, len);
  CHECK(events == FH_ERR_ROW || events >= 0);
  CHECK(memcmp(block, queue.block, before.len) == 0);
  if (events < 0) {
    CHECK(queue.len == before.len);
    CHECK(memcmp(queue.count, before.count, sizeof queue.count) == 0);
    refused_broken++;
  } else {
    adopted_broken++;
  }
  CHECK(walk(&queue) >= 2);
  CHECK(queue.count[FH_WAITING] == 1u + (events > 0 ? (uint32_t)events : 0));
  fh_envelope envelope = {.attempt = 1, .key = "k", .key_len = 1};
  for (uint32_t waiting; (waiting = queue.count[FH_WAITING]);) {
    fh_writer writer = fh_writer_on(body, sizeof body);
    CHECK(fh_put_batch(&writer, &queue, FH_ALL, FH_FLYING, &envelope, 500, 48 * 1024, 0) >
          0);
    CHECK(queue.count[FH_WAITING] < waiting);
    if (queue.count[FH_WAITING] >= waiting) break;
  }
  fh_journal_write(&queue, row + ROW_BYTES / 2, ROW_BYTES / 2);
  fh_queue_set_all(&queue, FH_FLYING, FH_GONE);
  fh_journal_done(&queue, body, sizeof body);
  fh_queue_sweep(&queue);
  CHECK(queue.len == 0);
  free(block);
  free(queue.block);
  free(exact);
}

static size_t valid_row(char *out, size_t cap) {
  fh_queue queue = queue_of(1024);
  push_tail(&queue, 1, ",\"a\":1");
  push_event(&queue, 7, 20);
  push_event(&queue, 8, 0)->has = FH_HAS_TAIL;
  push_tail(&queue, 1, "");
  push_event(&queue, 9, 33);
  size_t len = fh_journal_write(&queue, out, cap);
  free(queue.block);
  return len;
}

static void a_row_with_any_bit_flipped(void) {
  _Alignas(8) char valid[512];
  size_t len = valid_row(valid, sizeof valid);
  for (size_t bit = 0; bit < len * 8; bit++) {
    valid[bit / 8] = (char)(valid[bit / 8] ^ 1 << bit % 8);
    adopt_hostile(valid, len);
    valid[bit / 8] = (char)(valid[bit / 8] ^ 1 << bit % 8);
  }
  CHECK(adopted_broken > 0 && refused_broken > 0);
}

static void a_row_cut_anywhere(void) {
  _Alignas(8) char valid[512];
  size_t len = valid_row(valid, sizeof valid);
  fh_queue queue = queue_of(1024);
  for (size_t cut = 0; cut < len; cut++) adopt_hostile(valid, cut);
  for (size_t cut = 0; cut <= FH_KEY_BYTES; cut++)
    CHECK(fh_journal_adopt(&queue, valid, cut) == FH_ERR_ROW);
  memset(valid + len, 0, sizeof valid - len);
  for (size_t more = 1; len + more < sizeof valid; more++)
    adopt_hostile(valid, len + more);
  free(queue.block);
}

/* Several bytes at once, of those that mean something in a header. */
static void rows_of_random_bytes(void) {
  static const unsigned char bytes[] = {0, 1, 2, 5, 6, 8, 15, 16, 24, 127, 128, 254, 255};
  _Alignas(8) char broken[512], valid[512];
  size_t len = valid_row(valid, sizeof valid);
  uint64_t state = 3;
  for (int i = 0; i < 30000; i++) {
    memcpy(broken, valid, len);
    for (uint32_t n = 1 + dice(&state, 6); n; n--)
      broken[dice(&state, (uint32_t)len)] = (char)bytes[dice(&state, sizeof bytes)];
    adopt_hostile(broken, dice(&state, 3) ? len : dice(&state, (uint32_t)len));
  }
}

/* Well formed, but not what is ever written. */
static void records_that_do_not_belong(void) {
  _Alignas(8) char valid[512];
  fh_queue queue = queue_of(1024);
  size_t len = valid_row(valid, sizeof valid);
  fh_record *tail = (fh_record *)(void *)(valid + FH_KEY_BYTES);
  fh_record *event = (fh_record *)(void *)((char *)tail + fh_record_size(tail));
  CHECK(tail->state == FH_TAIL && event->seq == 7);
  for (int state = 0; state < 256; state++) {
    event->state = (uint8_t)state;
    int rc = fh_journal_adopt(&queue, valid, len);
    /* As a tail it is one of 20 bytes. */
    CHECK(rc == (state == FH_WAITING ? 3 : state == FH_TAIL ? 2 : FH_ERR_ROW));
    queue = (fh_queue){.block = queue.block, .cap = queue.cap};
  }
  event->state = FH_WAITING;
  tail->state = FH_WAITING; /* an event without a tail before it */
  CHECK(fh_journal_adopt(&queue, valid, len) == FH_ERR_ROW);
  tail->state = FH_TAIL;
  /* The second tail is a stream and no more; of the same size with less. */
  fh_record *second = (fh_record *)(void *)((char *)event + fh_record_size(event));
  second = (fh_record *)(void *)((char *)second + fh_record_size(second));
  CHECK(second->state == FH_TAIL && second->len == FH_STREAM_BYTES);
  CHECK(fh_journal_adopt(&queue, valid, len) == 3);
  queue = (fh_queue){.block = queue.block, .cap = queue.cap};
  second->len = FH_STREAM_BYTES - 1;
  CHECK(fh_journal_adopt(&queue, valid, len) == FH_ERR_ROW);
  second->len = FH_STREAM_BYTES;
  tail->len = UINT32_MAX;
  CHECK(fh_journal_adopt(&queue, valid, len) == FH_ERR_ROW);
  CHECK(queue.len == 0);
  free(queue.block);
}

int main(void) {
  RUN(nothing_makes_no_row);
  RUN(a_row_comes_back_as_it_was);
  RUN(a_second_row_is_of_what_is_new);
  RUN(a_row_ends_at_strangers);
  RUN(a_row_that_fits);
  RUN(no_room_for_a_row);
  RUN(keys_of_rows_settled_in_any_order);
  RUN(a_row_with_any_bit_flipped);
  RUN(a_row_cut_anywhere);
  RUN(rows_of_random_bytes);
  RUN(records_that_do_not_belong);
  return finish();
}
