#include "queue.h"

#include <stdlib.h>

#include "check.h"
#include "dice.h"
#include "tree.h"

/* A fresh queue of `cap` bytes, exactly as many, for ASan to watch. */
static fh_queue queue_of(uint32_t cap) {
  return (fh_queue){.block = malloc(cap), .cap = cap};
}

static fh_record *push(fh_queue *queue, fh_record_state state, const char *text) {
  fh_writer writer = fh_queue_open(queue);
  fh_put(&writer, text);
  return fh_queue_close(queue, &writer, state);
}

/* The texts of all records, tails in brackets, those that are gone left out. */
static bool holds(fh_queue *queue, const char *expected) {
  char out[256];
  fh_writer writer = fh_writer_on(out, sizeof out);
  for (fh_record *r = fh_queue_first(queue); r; r = fh_queue_next(queue, r)) {
    fh_text text = fh_record_text(r);
    if (r->state == FH_GONE) continue;
    if (r->state == FH_TAIL) fh_put(&writer, "[");
    fh_put_bytes(&writer, text.ptr, text.len);
    if (r->state == FH_TAIL) fh_put(&writer, "]");
  }
  return wrote(&writer, expected);
}

static void records_stand_in_order(void) {
  fh_queue queue = queue_of(512);
  CHECK(fh_queue_first(&queue) == NULL);
  push(&queue, FH_TAIL, "t");
  push(&queue, FH_WAITING, "");
  fh_record *last = push(&queue, FH_WAITING, "123456789");
  CHECK(holds(&queue, "[t]123456789"));
  CHECK(queue.count[FH_WAITING] == 2);
  CHECK(last->len == 9 && fh_record_size(last) % 8 == 0 &&
        fh_queue_next(&queue, last) == NULL);
  free(queue.block);
}

static void what_is_not_closed_was_never_there(void) {
  fh_queue queue = queue_of(512);
  push(&queue, FH_TAIL, "t");
  fh_writer writer = fh_queue_open(&queue);
  fh_put(&writer, "forgotten");
  push(&queue, FH_WAITING, "a");
  CHECK(holds(&queue, "[t]a"));
  free(queue.block);
}

static void a_full_queue_takes_nothing(void) {
  for (uint32_t cap = 0; cap < 160; cap++) {
    fh_queue queue = queue_of(cap);
    int taken = 0;
    while (push(&queue, FH_WAITING, "123456789")) taken++;
    /* A header and nine bytes, padded, each. */
    uint32_t size = ((uint32_t)sizeof(fh_record) + 9 + 7) / 8 * 8;
    CHECK((uint32_t)taken == cap / size);
    CHECK(queue.len == (uint32_t)taken * size &&
          queue.count[FH_WAITING] == (uint32_t)taken);
    free(queue.block);
  }
}

static void states(void) {
  fh_queue queue = queue_of(512);
  push(&queue, FH_TAIL, "t");
  fh_record *a = push(&queue, FH_WAITING, "a");
  fh_record *b = push(&queue, FH_WAITING, "b");
  push(&queue, FH_WAITING, "c");
  fh_queue_set(&queue, a, FH_FLYING);
  fh_queue_set(&queue, b, FH_HANDED);
  CHECK(queue.count[FH_WAITING] == 1 && queue.count[FH_FLYING] == 1 &&
        queue.count[FH_HANDED] == 1);
  fh_queue_set_all(&queue, FH_WAITING, FH_FLYING);
  CHECK(queue.count[FH_WAITING] == 0 && queue.count[FH_FLYING] == 2);
  fh_queue_set_all(&queue, FH_LEAVING, FH_GONE);
  CHECK(holds(&queue, "[t]abc"));
  free(queue.block);
}

/* The last four bytes of a tail's stream are a number of their own. */
static void the_number_in_the_session(void) {
  static const struct {
    uint32_t before, seq, index;
  } rows[] = {{0, 0, 0},
              {1, 0, 1},
              {1, 5, 6},
              {UINT32_MAX, 1, 0},
              {UINT32_MAX - 6, 8, 1}, /* the session began at event 7 */
              {3, UINT32_MAX, 2}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fh_queue queue = queue_of(512);
    fh_uuid stream;
    memset(stream.bytes, 0xAB, sizeof stream.bytes);
    memcpy(stream.bytes + FH_STREAM_BYTES - 4, &rows[i].before, 4);
    fh_writer writer = fh_queue_open(&queue);
    fh_put_bytes(&writer, (const char *)&stream, FH_STREAM_BYTES);
    const fh_record *tail = fh_queue_close(&queue, &writer, FH_TAIL);
    fh_record *event = push(&queue, FH_WAITING, "a");
    event->seq = rows[i].seq;
    CHECK(fh_record_index(event, tail) == rows[i].index);
    fh_stream_number(&stream, 0);
    fh_uuid its = fh_record_stream(tail);
    CHECK(memcmp(&its, &stream, sizeof its) == 0);
    free(queue.block);
  }
}

static void the_sweep_keeps_the_tails_that_are_needed(void) {
  static const struct {
    const char *before, *after; /* upper case: a tail; "-" before: it is gone */
  } rows[] = {{"", ""},
              {"T", ""},
              {"Ta", "[T]a"},
              {"T-a", ""},
              {"Tab", "[T]ab"},
              {"T-ab", "[T]b"},
              {"Ta-b", "[T]a"},
              {"T-aUb", "[U]b"},
              {"TaU-b", "[T]a[U]"},
              {"TUa", "[U]a"},
              {"TaUV", "[T]a[V]"},
              {"TaUVb", "[T]a[V]b"},
              {"TaU", "[T]a[U]"},
              {"T-aUV-b", ""},
              {"T-aUbV-c", "[U]b[V]"},
              {"TaUb-cVd", "[T]a[U]b[V]d"},
              {"T-a-bUc-dVe", "[U]c[V]e"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fh_queue queue = queue_of(1024);
    bool gone = false;
    for (const char *at = rows[i].before; *at; at++) {
      char text[] = {*at, '\0'};
      if (*at == '-') {
        gone = true;
        continue;
      }
      bool is_tail = *at >= 'A' && *at <= 'Z';
      fh_record *record = push(&queue, is_tail ? FH_TAIL : FH_WAITING, text);
      if (gone) fh_queue_set(&queue, record, FH_GONE);
      gone = false;
    }
    fh_queue_sweep(&queue);
    CHECK_ROW(holds(&queue, rows[i].after), rows[i].before);
    fh_queue_sweep(&queue);
    CHECK_ROW(holds(&queue, rows[i].after), rows[i].before);
    free(queue.block);
  }
}

/* --- Random operations beside a simple model ---------------------------------- */

#define MODEL_MAX 128

typedef struct model {
  struct {
    uint32_t id;
    fh_record_state state;
    size_t len;
  } item[MODEL_MAX];
  size_t n;
} model;

/* What the sweep must leave: events that are not gone, and each tail that is
 * the nearest before one of them, or the last if there is any event. */
static void model_sweep(model *m) {
  model kept = {.n = 0};
  size_t events = 0;
  for (size_t i = 0; i < m->n; i++) {
    bool needed = m->item[i].state != FH_TAIL && m->item[i].state != FH_GONE;
    events += needed;
    if (m->item[i].state == FH_TAIL) {
      size_t j = i + 1;
      while (j < m->n && m->item[j].state == FH_GONE) j++;
      needed = j == m->n || m->item[j].state != FH_TAIL;
    }
    if (needed) kept.item[kept.n++] = m->item[i];
  }
  *m = kept;
  if (!events) m->n = 0;
}

static bool agree(fh_queue *queue, const model *m) {
  uint32_t count[FH_GONE + 1] = {0};
  size_t i = 0;
  for (fh_record *r = fh_queue_first(queue); r; r = fh_queue_next(queue, r), i++) {
    fh_text text = fh_record_text(r);
    if (i == m->n || r->seq != m->item[i].id || r->state != m->item[i].state ||
        text.len != m->item[i].len)
      return false;
    for (size_t n = 0; n < text.len; n++)
      if (text.ptr[n] != (char)(m->item[i].id + n)) return false;
    count[r->state]++;
  }
  for (int state = FH_WAITING; state <= FH_HANDED; state++)
    if (count[state] != queue->count[state]) return false;
  return i == m->n;
}

static void random_push(fh_queue *queue, model *m, uint64_t *state, uint32_t id) {
  bool is_tail = dice(state, 3) == 0;
  uint32_t len = 1 + dice(state, 90), room = queue->cap - queue->len;
  fh_writer writer = fh_queue_open(queue);
  for (uint32_t i = 0; i < len; i++) {
    char c = (char)(id + i);
    fh_put_bytes(&writer, &c, 1);
  }
  fh_record *record = fh_queue_close(queue, &writer, is_tail ? FH_TAIL : FH_WAITING);
  CHECK((record != NULL) == (((uint32_t)sizeof(fh_record) + len + 7) / 8 * 8 <= room));
  if (!record) return;
  record->seq = id;
  m->item[m->n].id = id;
  m->item[m->n].state = is_tail ? FH_TAIL : FH_WAITING;
  m->item[m->n++].len = len;
}

static void random_set(fh_queue *queue, model *m, uint64_t *state) {
  if (!m->n) return;
  size_t chosen = dice(state, (uint32_t)m->n);
  fh_record *record = fh_queue_first(queue);
  for (size_t i = 0; i < chosen; i++) record = fh_queue_next(queue, record);
  if (record->state == FH_TAIL || record->state == FH_GONE) return;
  fh_record_state to = (fh_record_state)(FH_WAITING + dice(state, 5));
  fh_queue_set(queue, record, to);
  m->item[chosen].state = to;
}

static void random_set_all(fh_queue *queue, model *m, uint64_t *state) {
  fh_record_state from = (fh_record_state)(FH_WAITING + dice(state, 4));
  fh_record_state to = (fh_record_state)(FH_WAITING + dice(state, 5));
  fh_queue_set_all(queue, from, to);
  for (size_t i = 0; i < m->n; i++)
    if (m->item[i].state == from) m->item[i].state = to;
}

static void anything_in_any_order(void) {
  for (uint64_t seed = 0; seed < 300; seed++) {
    uint64_t state = seed;
    fh_queue queue = queue_of(512 + 8 * dice(&state, 200) + dice(&state, 8));
    model m = {.n = 0};
    bool same = true;
    for (uint32_t step = 0; step < 300 && same; step++) {
      switch (dice(&state, 8)) {
        case 0: fh_queue_sweep(&queue), model_sweep(&m); break;
        case 1: random_set_all(&queue, &m, &state); break;
        case 2:
        case 3: random_set(&queue, &m, &state); break;
        default: random_push(&queue, &m, &state, step); break;
      }
      same = agree(&queue, &m);
    }
    CHECK(same);
    free(queue.block);
  }
}

int main(void) {
  RUN(records_stand_in_order);
  RUN(what_is_not_closed_was_never_there);
  RUN(a_full_queue_takes_nothing);
  RUN(states);
  RUN(the_number_in_the_session);
  RUN(the_sweep_keeps_the_tails_that_are_needed);
  RUN(anything_in_any_order);
  return finish();
}
