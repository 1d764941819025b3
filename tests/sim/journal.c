/* What js-shim/journal.js does, on storage as durable as it was measured
 * (reference/browsers.md, section 5): IndexedDB keeps what is committed;
 * localStorage is lost by a kill for as long as the engine takes to write it. */
#include "sim.h"

static int compare(const void *a, const void *b) { return memcmp(a, b, FH_KEY_BYTES); }

/* Where a key is, or -1. */
static int find(sim_row *const *rows, int count, const unsigned char *key) {
  for (int i = 0; i < count; i++)
    if (compare(rows[i]->key, key) == 0) return i;
  return -1;
}

static int find_stored(const sim_world *w, const unsigned char *key) {
  for (int i = 0; i < w->stored_count; i++)
    if (compare(w->stored[i].row->key, key) == 0) return i;
  return -1;
}

sim_row *sim_row_of(sim_world *w, const sim_doc *doc, const unsigned char *key) {
  int i = find_stored(w, key);
  if (i >= 0) return w->stored[i].row;
  i = find(doc->uncommitted.row, doc->uncommitted.count, key);
  if (i >= 0) return doc->uncommitted.row[i];
  i = find(w->ls, w->ls_count, key);
  return i < 0 ? NULL : w->ls[i];
}

static void rows_add(sim_world *w, sim_rows *rows, sim_row *row) {
  if (rows->count == rows->cap) {
    rows->cap = 2 * rows->cap + 8;
    sim_row **more = sim_alloc(w, (size_t)rows->cap * sizeof *more);
    if (rows->count) memcpy(more, rows->row, (size_t)rows->count * sizeof *more);
    rows->row = more;
  }
  rows->row[rows->count++] = row;
}

static void rows_put(sim_world *w, sim_rows *rows, sim_row *row) {
  if (find(rows->row, rows->count, row->key) < 0) rows_add(w, rows, row);
}

static void rows_remove(sim_rows *rows, const unsigned char *key) {
  int i = find(rows->row, rows->count, key);
  if (i < 0) return;
  rows->count--;
  memmove(rows->row + i, rows->row + i + 1,
          sizeof *rows->row * (size_t)(rows->count - i));
}

/* --- localStorage ------------------------------------------------------------ */

/* Each engine's own time between a change and the disk; Chromium's commits buy
 * a minute of silence. */
static void ls_changed(sim_world *w) {
  if (w->ls_dirty) return;
  w->ls_dirty = true;
  sim_time wait = 500 * SIM_MS;
  if (w->engine == SIM_CHROMIUM)
    wait = w->ls_flushed ? sim_between(&w->dice, 5, 60) * SIM_SECOND : 5 * SIM_SECOND;
  if (w->engine == SIM_FIREFOX) wait = sim_between(&w->dice, 5, 15) * SIM_SECOND;
  sim_at(w, w->now + wait, SIM_T_FLUSH, -1, NULL);
}

void sim_ls_flush(sim_world *w) {
  w->ls_dirty = false;
  w->ls_flushed = w->now;
  memcpy(w->ls_disk, w->ls, sizeof *w->ls * (size_t)w->ls_count);
  w->ls_disk_count = w->ls_count;
  for (int i = 0; i < w->ls_count; i++) sim_mark_row(w, w->ls[i], SIM_DURABLE);
}

void sim_ls_forget(sim_world *w, const unsigned char *key) {
  int i = find(w->ls, w->ls_count, key);
  if (i < 0) return;
  w->ls[i] = w->ls[--w->ls_count];
  ls_changed(w);
}

/* What was written to it in pagehide is lost; what was there before is not. */
void sim_ls_lose(sim_world *w, const unsigned char *key) {
  if (find(w->ls_disk, w->ls_disk_count, key) < 0) sim_ls_forget(w, key);
}

/* False: it throws. */
static bool ls_set(sim_world *w, sim_row *row) {
  if (w->ls_denied || w->ls_full || w->ls_count == SIM_ROWS) return false;
  if (find(w->ls, w->ls_count, row->key) < 0) w->ls[w->ls_count++] = row;
  ls_changed(w);
  return true;
}

/* --- Transactions -------------------------------------------------------------- */

/* They are serial: one store, all of them write. */
static void begin(sim_world *w, sim_doc *doc, sim_tx *tx) {
  tx->doc = doc->id;
  if (doc->open_fails) return; /* waits for ever */
  if (doc->left || doc->shut) {
    tx->failed = true;
    sim_at(w, w->now, SIM_T_TX_TOLD, doc->id, tx);
    return;
  }
  if (doc->in_pagehide) sim_fail(w, "pagehide", "a transaction is started there");
  sim_time start = w->last_commit > w->now ? w->last_commit : w->now;
  if (start < doc->opened) start = doc->opened;
  sim_time takes = sim_between(&doc->dice, 200, 2000);
  if (sim_chance(&doc->dice, 20)) takes += sim_below(&doc->dice, 300) * SIM_MS;
  w->last_commit = start + takes;
  sim_at(w, w->last_commit, SIM_T_TX, -1, tx);
}

/* A page's rows are of events that it holds, or of those that it deletes soon. */
static void check_size(sim_world *w, const sim_doc *doc) {
  uint64_t all = 0, own = 0;
  for (int i = 0; i < w->stored_count; i++) {
    const sim_row *row = w->stored[i].row;
    all += row->len;
    if (memcmp(row->key, doc->stream, 12) == 0 &&
        find(doc->parked.row, doc->parked.count, row->key) < 0)
      own += row->len;
  }
  if (w->counts->most_rows < (uint64_t)w->stored_count)
    w->counts->most_rows = (uint64_t)w->stored_count;
  if (w->counts->most_bytes < all) w->counts->most_bytes = all;
  if (doc->ever_left) return; /* what it ended while it slept stays */
  if (w->counts->most_own < own) w->counts->most_own = own;
  if (own > FH_QUEUE_BYTES + FH_IO_BYTES)
    sim_fail(w, "bounds", "document %d keeps rows of %llu bytes", doc->id,
             (unsigned long long)own);
}

static void store_remove(sim_world *w, int i) {
  memmove(w->stored + i, w->stored + i + 1,
          sizeof *w->stored * (size_t)(--w->stored_count - i));
}

/* One entry a row, whoever puts it: its page, or who has adopted what that spilled. */
static void store_put(sim_world *w, sim_tx *tx) {
  if (w->quota_full || w->stored_count == SIM_ROWS) {
    tx->failed = true;
    return;
  }
  w->counts->rows += find_stored(w, tx->row->key) < 0;
  for (int at; (at = find_stored(w, tx->row->key)) >= 0;) store_remove(w, at);
  w->stored[w->stored_count++] = (sim_stored){tx->row, tx->at, tx->claimed};
  check_size(w, &w->doc[tx->doc]);
  sim_mark_row(w, tx->row, SIM_DURABLE);
}

/* --- Looking for orphans -------------------------------------------------------- */

enum { CLAIM_BYTES = 131072, CLAIM_MS = 90000, ASK_MS = 10000 };

static double apart(double a, double b) { return a > b ? a - b : b - a; }

/* In no page's memory, as far as it is known. */
static bool is_orphan(sim_world *w, const sim_doc *doc, int i) {
  const unsigned char *key = w->stored[i].row->key;
  const sim_doc *owner = sim_stream_owner(w, key);
  if (find(doc->parked.row, doc->parked.count, key) >= 0) return true;
  return owner && owner != doc && !doc->living[owner->id];
}

static void give_up(sim_world *w, sim_doc *doc, sim_claim *claim, int i) {
  const sim_row *row = w->stored[i].row;
  if (find(claim->given_up.row, claim->given_up.count, row->key) >= 0)
    sim_fail(w, "lost", "a row is counted twice");
  rows_add(w, &claim->given_up, w->stored[i].row);
  rows_remove(&doc->parked, row->key);
  sim_mark_row(w, row, SIM_GIVEN_UP);
  store_remove(w, i);
}

/* Where it stands among all rows, the newest first: behind how many of them, and
 * how many bytes with it. */
static int place(const sim_world *w, int i, size_t *bytes) {
  int newer = 0;
  *bytes = w->stored[i].row->len;
  for (int j = 0; j < w->stored_count; j++) {
    if (j == i || w->stored[j].at < w->stored[i].at ||
        (w->stored[j].at == w->stored[i].at && j > i))
      continue;
    newer++;
    *bytes += w->stored[j].row->len;
  }
  return newer;
}

static bool is_too_much(const sim_world *w, int i) {
  size_t bytes;
  int newer = place(w, i, &bytes);
  return newer >= w->max_rows || bytes > w->max_bytes ||
         apart(sim_wall(w), w->stored[i].at) > w->days * 86400000.0;
}

static void give_up_all(sim_world *w, sim_doc *doc, sim_claim *claim) {
  bool *too_much = sim_alloc(w, (size_t)w->stored_count + 1);
  for (int i = 0; i < w->stored_count; i++)
    too_much[i] = is_orphan(w, doc, i) && is_too_much(w, i);
  for (int i = w->stored_count - 1; i >= 0; i--)
    if (too_much[i]) give_up(w, doc, claim, i);
}

/* Of two rows of one moment the one with the higher key is taken first. */
static bool is_older(const sim_stored *a, const sim_stored *b) {
  return a->at != b->at ? a->at < b->at : compare(a->row->key, b->row->key) > 0;
}

static int oldest_free(sim_world *w, const sim_doc *doc) {
  int best = -1;
  for (int i = 0; i < w->stored_count; i++)
    if (is_orphan(w, doc, i) && apart(sim_wall(w), w->stored[i].claimed) > CLAIM_MS &&
        (best < 0 || is_older(&w->stored[i], &w->stored[best])))
      best = i;
  return best;
}

static void store_claim(sim_world *w, sim_doc *doc, sim_claim *claim) {
  give_up_all(w, doc, claim);
  size_t bytes = 0;
  for (int i; bytes < CLAIM_BYTES && (i = oldest_free(w, doc)) >= 0;) {
    sim_row *row = w->stored[i].row;
    w->stored[i].claimed = sim_wall(w);
    rows_add(w, &claim->found, row);
    rows_put(w, &doc->committed, row);
    rows_remove(&doc->parked, row->key);
    bytes += row->len;
  }
}

/* --- Waking --------------------------------------------------------------------- */

static void store_read(sim_world *w, const sim_doc *doc, sim_tx *tx) {
  for (int i = 0; i < doc->committed.count; i++)
    if (find_stored(w, doc->committed.row[i]->key) < 0)
      rows_add(w, &tx->absent, doc->committed.row[i]);
}

/* --- The end of a transaction ---------------------------------------------------- */

void sim_tx_commit(sim_world *w, sim_tx *tx) {
  sim_doc *doc = &w->doc[tx->doc];
  switch (tx->kind) {
    case SIM_PUT: store_put(w, tx); break;
    case SIM_DELETE:
      for (int i = 0; i < tx->count; i++)
        for (int at; (at = find_stored(w, tx->keys[i])) >= 0;) store_remove(w, at);
      break;
    case SIM_CLAIM: store_claim(w, doc, tx->claim); break;
    case SIM_READ: store_read(w, doc, tx); break;
  }
  if (doc->life == SIM_GONE) return;
  sim_at(w, w->now + sim_below(&doc->dice, SIM_MS), SIM_T_TX_TOLD, doc->id, tx);
}

static void put(sim_world *w, sim_doc *doc, sim_row *row, double at, double claimed) {
  sim_tx *tx = sim_alloc(w, sizeof *tx);
  *tx = (sim_tx){.kind = SIM_PUT, .row = row, .at = at, .claimed = claimed};
  begin(w, doc, tx);
}

/* What it misses is no longer its to send. */
static void reread(sim_world *w, sim_doc *doc, const sim_tx *tx) {
  for (int i = 0; i < tx->absent.count; i++)
    rows_remove(&doc->committed, tx->absent.row[i]->key);
  sim_host_reread(w, doc, tx);
}

void sim_tx_told(sim_world *w, sim_doc *doc, sim_tx *tx) {
  if (tx->kind == SIM_CLAIM) {
    tx->claim->failed = tx->failed;
    sim_host_orphans(w, doc, tx->claim);
  }
  if (tx->kind == SIM_READ) reread(w, doc, tx);
  if (tx->failed) return; /* the promise rejects */
  if (tx->kind == SIM_PUT) {
    rows_remove(&doc->uncommitted, tx->row->key);
    rows_put(w, &doc->committed, tx->row);
    sim_ls_forget(w, tx->row->key);
  }
}

/* --- What the shim calls --------------------------------------------------------- */

static void say_living(sim_world *w, sim_doc *doc, const sim_doc *to, bool late) {
  sim_time takes = late ? sim_between(&doc->dice, 1, 5) * SIM_SECOND
                        : sim_below(&doc->dice, 5 * SIM_MS);
  sim_at(w, w->now + takes, SIM_T_HEARD, to->id, (void *)(intptr_t)doc->id);
}

/* Its first row tells the others whose rows are not for them. */
static void announce(sim_world *w, sim_doc *doc) {
  for (int i = 0; i < SIM_TABS; i++)
    if (w->shown[i] && w->shown[i] != doc && w->shown[i]->up)
      say_living(w, doc, w->shown[i], false);
}

void sim_journal_add(sim_world *w, sim_doc *doc, const char *data, size_t len) {
  sim_row *row = sim_alloc(w, sizeof *row);
  row->data = sim_alloc(w, len);
  row->len = len;
  memcpy(row->data, data, len);
  memcpy(row->key, data, FH_KEY_BYTES);
  row->at = sim_wall(w);
  if (!doc->own) announce(w, doc);
  doc->own = true;
  if (find(doc->uncommitted.row, doc->uncommitted.count, row->key) >= 0 ||
      find_stored(w, row->key) >= 0)
    sim_fail(w, "row key", "document %d writes two rows of one key", doc->id);
  rows_add(w, &doc->uncommitted, row);
}

bool sim_journal_park(sim_world *w, sim_doc *doc, const unsigned char *key,
                      sim_row **row) {
  int i = find(doc->committed.row, doc->committed.count, key);
  if (i >= 0) {
    rows_put(w, &doc->parked, doc->committed.row[i]);
    return true;
  }
  i = find(doc->uncommitted.row, doc->uncommitted.count, key);
  if (i >= 0) *row = doc->uncommitted.row[i];
  return false;
}

void sim_journal_commit(sim_world *w, sim_doc *doc) {
  doc->left = false;
  for (int i = 0; i < doc->uncommitted.count; i++)
    put(w, doc, doc->uncommitted.row[i], doc->uncommitted.row[i]->at, 0);
}

/* Aborts what is under way and reads, unless it is committing already. What only
 * writes has said that it is complete, and goes on without the page. */
static void abort_active(sim_world *w, sim_doc *doc) {
  for (int i = 0; i < w->tasks; i++) {
    sim_tx *tx = w->task[i].what;
    if (w->task[i].kind != SIM_T_TX || tx->doc != doc->id ||
        (tx->kind != SIM_CLAIM && tx->kind != SIM_READ) || sim_chance(&doc->dice, 100))
      continue;
    tx->failed = true;
    w->task[i].kind = SIM_T_TX_TOLD;
    w->task[i].doc = doc->id;
    w->task[i].at = w->now;
  }
}

void sim_journal_leave(sim_world *w, sim_doc *doc) {
  doc->left = doc->ever_left = true;
  abort_active(w, doc);
  for (int i = 0; i < doc->uncommitted.count; i++) {
    sim_step(w);
    if (!ls_set(w, doc->uncommitted.row[i])) return;
    w->counts->spills++;
    sim_say(w, doc, "spills a row of %lld bytes",
            (long long)doc->uncommitted.row[i]->len);
  }
}

void sim_journal_delete(sim_world *w, sim_doc *doc, const char *keys, int count) {
  sim_tx *tx = sim_alloc(w, sizeof *tx);
  *tx = (sim_tx){.kind = SIM_DELETE, .count = count};
  tx->keys = sim_alloc(w, (size_t)count * FH_KEY_BYTES);
  memcpy(tx->keys, keys, (size_t)count * FH_KEY_BYTES);
  for (int i = 0; i < count; i++) {
    rows_remove(&doc->uncommitted, tx->keys[i]);
    rows_remove(&doc->committed, tx->keys[i]);
    sim_ls_forget(w, tx->keys[i]);
  }
  begin(w, doc, tx);
}

void sim_journal_query(sim_world *w, sim_doc *doc, sim_doc *asker) {
  if (doc->up && doc->own && !doc->leaving)
    say_living(w, doc, asker, sim_chance(&doc->dice, 20));
}

/* Who asks again within ten seconds is given the same answers. */
static void ask(sim_world *w, sim_doc *doc) {
  double mono = sim_clock(w, doc).mono;
  if (mono < doc->asked + ASK_MS) return;
  doc->asked = mono;
  memset(doc->living, 0, sizeof doc->living);
  for (int i = 0; i < SIM_TABS; i++)
    if (w->shown[i] && w->shown[i] != doc)
      sim_at(w, w->now + sim_below(&doc->dice, 5 * SIM_MS), SIM_T_QUERY, w->shown[i]->id,
             (void *)(intptr_t)doc->id);
  doc->answers_at = w->now + SIM_SECOND;
}

/* Asks who lives, and waits for the answers. */
void sim_journal_claim(sim_world *w, sim_doc *doc) {
  sim_claim *claim = sim_alloc(w, sizeof *claim);
  ask(w, doc);
  sim_at(w, doc->answers_at > w->now ? doc->answers_at : w->now, SIM_T_ASKED, doc->id,
         claim);
}

/* A row in localStorage that nobody who lives owns, and that this document has
 * not adopted before. */
static sim_row *spilled(sim_world *w, sim_doc *doc) {
  for (int i = 0; i < w->ls_count && !w->ls_denied; i++) {
    sim_row *row = w->ls[i];
    const sim_doc *owner = sim_stream_owner(w, row->key);
    if (!owner || owner == doc || doc->living[owner->id] ||
        find(doc->taken.row, doc->taken.count, row->key) >= 0)
      continue;
    rows_add(w, &doc->taken, row);
    return row;
  }
  return NULL;
}

void sim_journal_asked(sim_world *w, sim_doc *doc, sim_claim *claim) {
  sim_row *row = spilled(w, doc);
  if (row) { /* and puts it into the journal, claimed */
    put(w, doc, row, sim_wall(w), sim_wall(w));
    rows_add(w, &claim->found, row);
    sim_host_orphans(w, doc, claim);
    return;
  }
  sim_tx *tx = sim_alloc(w, sizeof *tx);
  *tx = (sim_tx){.kind = SIM_CLAIM, .claim = claim};
  begin(w, doc, tx);
}

/* Whether its rows are still there, of which it was told that they are stored. */
void sim_journal_read(sim_world *w, sim_doc *doc, sim_wake *wake) {
  doc->left = false;
  sim_tx *tx = sim_alloc(w, sizeof *tx);
  *tx = (sim_tx){.kind = SIM_READ, .wake = wake};
  begin(w, doc, tx);
}
