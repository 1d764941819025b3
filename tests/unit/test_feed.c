/* Some destinations fed by one core: each of them gets each event once by its id, or
 * counts it, whatever becomes of the others. */
#include "firsthand.h"

#include <stdlib.h>

#include "check.h"
#include "dice.h"

enum { DESTINATIONS = 3, EVENTS = 400, PAGES = 3, ROWS = 2000 };

/* What a host stores for one destination: rows by their keys. */
typedef struct stored_row {
  char *bytes;
  size_t len;
  bool parked;
} stored_row;

typedef struct destination {
  fh_agent core;
  stored_row rows[ROWS];
  int row_count;
  uint8_t got[PAGES][EVENTS * 2]; /* at the backend, by number */
  uint32_t both;    /* events of this page that are counted, though they had arrived */
  uint32_t unknown; /* and that are not, since only the host knew of them */
  bool is_honest;   /* the backend answers all that comes */
  bool is_open;     /* the visitor allows it */
  bool is_down;
} destination;

static fh_agent maker;
static destination all[DESTINATIONS];
static fh_clock now;
static uint64_t state; /* of the dice */
static int page;
static fh_uuid streams[PAGES];

static size_t to_io(fh_agent *core, const char *text) {
  memcpy(fh_io(core), text, strlen(text));
  return strlen(text);
}

static void start(fh_agent *core) {
  char config[128];
  sprintf(config, "{\"key\":\"k\",\"entropy\":[%u,%u,33,44]}", dice(&state, 1 << 30),
          dice(&state, 1 << 30));
  CHECK(fh_start(core, to_io(core, config), now) >= 0);
}

static stored_row *find(destination *d, const char *key) {
  for (int i = 0; i < d->row_count; i++)
    if (memcmp(d->rows[i].bytes, key, FH_KEY_BYTES) == 0) return &d->rows[i];
  return NULL;
}

static void erase(destination *d, stored_row *row) {
  free(row->bytes);
  *row = d->rows[--d->row_count];
}

/* The rows that a host deletes with a refusal. */
static void erase_all(destination *d) {
  for (; d->row_count; erase(d, d->rows))
    if (d->rows->parked && fh_journal_is_of(d->rows->bytes, &streams[page]))
      d->unknown += (uint32_t)fh_journal_count(d->rows->bytes, d->rows->len);
}

static void allow(destination *d, bool is_open) {
  fh_queue *queue = &d->core.outbox.queue;
  const fh_record *tail = NULL;
  for (fh_record *r = fh_queue_first(queue); !is_open && r; r = fh_queue_next(queue, r)) {
    if (r->state == FH_TAIL) tail = r;
    if (r->state == FH_TAIL || r->state == FH_GONE) continue;
    fh_uuid stream = fh_record_stream(tail);
    if (memcmp(&stream, &streams[page], sizeof stream) == 0)
      d->both += d->got[page][r->seq];
  }
  if (!is_open) erase_all(d);
  const char *call = is_open ? "{\"type\":\"consent\",\"consent\":{\"analytics\":true}}"
                             : "{\"type\":\"consent\",\"consent\":{\"analytics\":false}}";
  fh_event(&d->core, (int)to_io(&d->core, call), now);
  d->is_open = is_open;
}

static void store(destination *d, const char *row, size_t len) {
  CHECK(d->row_count < ROWS);
  stored_row *stored = &d->rows[d->row_count++];
  *stored = (stored_row){.bytes = aligned_alloc(8, (len + 7) & ~(size_t)7), .len = len};
  memcpy(stored->bytes, row, len);
}

/* The keys that are in io: of rows that are done with, or have left memory. */
static void end_rows(destination *d, int keys, bool is_done) {
  static char io[FH_IO_BYTES];
  memcpy(io, fh_io(&d->core), sizeof io);
  for (int i = 0; i < keys; i++) {
    stored_row *row = find(d, io + i * FH_KEY_BYTES);
    CHECK(row);
    if (row && is_done)
      erase(d, row);
    else if (row)
      row->parked = true;
  }
}

/* All that was called since goes to all. */
static void feed(void) {
  static _Alignas(8) char row[FH_IO_BYTES];
  for (size_t len; (len = (size_t)fh_journal(&maker));) {
    memcpy(row, fh_io(&maker), len);
    int ledger = fh_state(&maker, FH_STATE_LEDGER);
    for (destination *d = all; d < all + DESTINATIONS; d++) {
      memcpy(fh_io(&d->core), row, len);
      memcpy(fh_io(&d->core) + len, fh_io(&maker), (size_t)ledger);
      int result = fh_adopt(&d->core, len + (size_t)ledger, FH_FED, now);
      CHECK(d->is_open ? result > 0 : result == FH_ERR_CONSENT);
      if (result < 0) continue;
      store(d, row, len);
      end_rows(d, result >> FH_KEYS_SHIFT, false);
    }
    memcpy(fh_io(&maker), row, FH_KEY_BYTES);
    fh_forget(&maker, FH_KEY_BYTES);
  }
}

/* The events of a body, at the backend. */
static void arrive(destination *d, const char *body) {
  static const char id[] = "\"messageId\":\"";
  for (const char *at = body; (at = strstr(at, id)); at += sizeof id) {
    char text[FH_UUID_CHARS + 1] = "";
    fh_uuid uuid;
    memcpy(text, at + sizeof id - 1, FH_UUID_CHARS);
    CHECK(fh_uuid_read(text, &uuid));
    uint32_t number = (uint32_t)strtoul(text + FH_UUID_CHARS - 8, NULL, 16);
    fh_stream_number(&uuid, 0);
    for (int p = 0; p < PAGES; p++)
      if (memcmp(&uuid, &streams[p], sizeof uuid) == 0) d->got[p][number] = 1;
  }
}

static void request(destination *d, int why) {
  static char body[FH_IO_BYTES + 1];
  size_t len = (size_t)fh_take(&d->core, why, now);
  if (!len) return;
  memcpy(body, fh_io(&d->core), len);
  body[len] = '\0';
  CHECK(d->is_open);
  bool is_question = strstr(body, "\"ask\":true");
  uint32_t luck = dice(&state, 8);
  bool comes = !d->is_down && (luck || d->is_honest);
  if (comes && !is_question) arrive(d, body);
  /* Of what comes some answers are lost; who is down hangs, fails or refuses. */
  bool is_heard = comes && (luck > 1 || d->is_honest);
  int status = is_heard                  ? 200
               : d->is_down && luck > 3  ? 503
               : d->is_down && luck == 2 ? 403
                                         : 0;
  const char *answer = is_heard ? "{\"success\":true}" : "";
  end_rows(d, fh_ack(&d->core, status, to_io(&d->core, answer), 0, now), true);
}

static void bring_back(destination *d, bool is_new_page) {
  for (int i = 0; i < d->row_count; i++) {
    stored_row *row = &d->rows[i];
    if (!row->parked && !is_new_page) continue;
    memcpy(fh_io(&d->core), row->bytes, row->len);
    row->parked = fh_adopt(&d->core, row->len, 0, now) == 0;
  }
}

static void act(void) {
  destination *d = &all[dice(&state, DESTINATIONS)];
  switch (dice(&state, 12)) {
    case 0: d->is_down = !d->is_down; break;
    case 1:
      feed();
      allow(d, !d->is_open);
      break;
    case 2: bring_back(d, false); break;
    case 3: fh_event(&maker, FH_ERR_SERIALISE, now); break;
    case 4:
    case 5:
    case 6: {
      char *io = fh_io(&maker);
      int len =
          sprintf(io, "{\"type\":\"track\",\"event\":\"A\",\"properties\":{\"p\":\"");
      int size = (int)dice(&state, 5000);
      memset(io + len, 'x', (size_t)size);
      len += size + sprintf(io + len + size, "\"}}");
      if (fh_number(&maker) < EVENTS) CHECK(fh_event(&maker, len, now) > 0);
      if (dice(&state, 2)) feed();
      break;
    }
    default: request(d, dice(&state, 4) ? FH_WHEN_DUE : FH_NOW);
  }
  double ms = dice(&state, 2000);
  now.mono += ms;
  now.wall += ms;
}

static void open_page(void) {
  start(&maker);
  streams[page] = maker.outbox.envelope.stream;
  for (destination *d = all; d < all + DESTINATIONS; d++) {
    bool was_open = d->is_open;
    d->both = d->unknown = 0;
    start(&d->core);
    allow(d, was_open);
    if (was_open) bring_back(d, true);
  }
}

/* All are up and answer, until nothing is left. */
static void settle(destination *d) {
  d->is_down = false;
  d->is_honest = true;
  for (int i = 0; i < 3000; i++) {
    bring_back(d, false);
    request(d, FH_NOW);
    now.mono += 60000;
    now.wall += 60000;
    if (fh_poll(&d->core, now) < 0 && !d->row_count) return;
  }
  CHECK_ROW(false, "something is left for ever");
}

static uint32_t dropped(const fh_agent *core) {
  uint32_t sum = 0;
  for (int i = 1; i <= FH_ERRORS; i++) sum += core->outbox.envelope.dropped[i];
  return sum;
}

static uint32_t arrived(const destination *d, int p) {
  uint32_t sum = 0;
  for (int i = 0; i < EVENTS * 2; i++) sum += d->got[p][i];
  return sum;
}

/* Each number of the last page's stream has arrived, or is counted, at each of them: the
 * ones that it owed and the ones that it never got. */
static void whatever_happens_each_gets_each_event_once_or_counts_it(void) {
  for (uint64_t seed = 1; seed <= 40; seed++) {
    state = seed;
    now = (fh_clock){1767225600000.0, 0};
    for (destination *d = all; d < all + DESTINATIONS; d++) {
      while (d->row_count) erase(d, d->rows);
      memset(d->got, 0, sizeof d->got);
      d->is_open = true;
      d->is_down = false;
      d->is_honest = false;
    }
    for (page = 0; page < PAGES; page++) {
      now.mono = 0; /* a document */
      open_page();
      for (int i = 0; i < 400; i++) act();
      feed();
    }
    char row[32];
    sprintf(row, "seed %u", (unsigned)seed);
    page = PAGES - 1;
    for (destination *d = all; d < all + DESTINATIONS; d++) {
      if (!d->is_open) continue;
      settle(d);
      /* The ledger of the maker has come with the last row; what it counted since has
       * not. */
      uint32_t since = dropped(&maker);
      for (int i = 1; i <= FH_ERRORS; i++) since -= d->core.known.dropped[i];
      uint32_t numbers = (uint32_t)(fh_number(&maker) + 1);
      CHECK_ROW(
          arrived(d, page) + dropped(&d->core) + since + d->unknown == numbers + d->both,
          row);
    }
  }
}

/* While one that is down for good owes more than memory has, the others deliver. */
static void one_that_is_down_holds_no_other(void) {
  state = 7;
  now = (fh_clock){1767225600000.0, 0};
  for (destination *d = all; d < all + DESTINATIONS; d++) {
    while (d->row_count) erase(d, d->rows);
    memset(d->got, 0, sizeof d->got);
    d->is_open = true;
    d->is_down = d == all;
    d->is_honest = true;
  }
  page = 0;
  open_page();
  char big[3100];
  int len = sprintf(big, "{\"type\":\"track\",\"event\":\"A\",\"properties\":{\"p\":\"");
  memset(big + len, 'x', 3000);
  len += 3000 + sprintf(big + len + 3000, "\"}}");
  for (uint32_t i = 0; i < EVENTS; i++) {
    memcpy(fh_io(&maker), big, (size_t)len);
    CHECK(fh_event(&maker, len, now) > 0);
    feed();
    now.mono += FH_LULL_MS;
    now.wall += FH_LULL_MS;
    for (destination *d = all; d < all + DESTINATIONS; d++) request(d, FH_WHEN_DUE);
    for (destination *d = all + 1; d < all + DESTINATIONS; d++)
      CHECK(arrived(d, 0) == i + 1 && d->row_count == 0);
  }
  CHECK(arrived(all, 0) == 0 && all->row_count == EVENTS);
  CHECK(dropped(&all->core) == 0);
  settle(all);
  CHECK(arrived(all, 0) == EVENTS && dropped(&all->core) == 0);
}

/* A burst's tail is kept once at each, as where it was made. */
static void events_of_a_page_view_share_a_tail_in_each_queue(void) {
  state = 3;
  now = (fh_clock){1767225600000.0, 0};
  for (destination *d = all; d < all + DESTINATIONS; d++) {
    d->is_open = true;
    while (d->row_count) erase(d, d->rows);
  }
  page = 0;
  open_page();
  for (int i = 0; i < 20; i++) {
    fh_event(&maker, (int)to_io(&maker, "{\"type\":\"track\",\"event\":\"A\"}"), now);
    feed();
  }
  for (destination *d = all; d < all + DESTINATIONS; d++) {
    CHECK(d->core.outbox.queue.count[FH_TAIL] >= 1);
    uint32_t tails = 0;
    fh_queue *queue = &d->core.outbox.queue;
    for (fh_record *r = fh_queue_first(queue); r; r = fh_queue_next(queue, r))
      tails += r->state == FH_TAIL;
    CHECK(tails <= 2);
  }
}

int main(void) {
  RUN(whatever_happens_each_gets_each_event_once_or_counts_it);
  RUN(one_that_is_down_holds_no_other);
  RUN(events_of_a_page_view_share_a_tail_in_each_queue);
  for (destination *d = all; d < all + DESTINATIONS; d++)
    while (d->row_count) erase(d, d->rows);
  return finish();
}
