/* Events between the queue and the journal. */
#include "journal.h"

#include "errors.h"

static bool belongs_in_a_row(const fh_record *record) {
  return record->state != FH_TAIL && record->state != FH_GONE && record->row == FH_NO_ROW;
}

static void put_record(fh_writer *writer, const fh_record *record) {
  fh_put_bytes(writer, (const char *)record, fh_record_size(record));
}

static void put_key(fh_writer *writer, const fh_record *tail, uint32_t row) {
  fh_uuid key = fh_record_stream(tail);
  fh_stream_number(&key, row);
  fh_put_bytes(writer, (const char *)&key, sizeof key);
}

size_t fh_journal_write(fh_queue *queue, char *out, size_t cap) {
  fh_writer writer = fh_writer_on(out, cap);
  const fh_record *tail = NULL;    /* of the event in hand */
  const fh_record *written = NULL; /* the last that was written */
  uint32_t row = FH_NO_ROW;
  for (fh_record *r = fh_queue_first(queue); r; r = fh_queue_next(queue, r)) {
    if (r->state == FH_TAIL) tail = r;
    /* A row is of neighbours: fh_journal_done looks no further. */
    if (row != FH_NO_ROW && r->state != FH_TAIL && !belongs_in_a_row(r)) break;
    if (!belongs_in_a_row(r)) continue;
    size_t before = writer.len;
    if (row == FH_NO_ROW) {
      row = r->seq;
      put_key(&writer, tail, row);
    }
    if (written != tail) put_record(&writer, tail);
    fh_record copy = *r;
    copy.state = FH_WAITING;
    fh_put_bytes(&writer, (const char *)&copy, sizeof copy);
    fh_put_bytes(&writer, (const char *)(r + 1), fh_record_size(r) - sizeof copy);
    if (writer.full) return before;
    written = tail;
    r->row = row;
  }
  return writer.len;
}

/* Whether two streams, or ids of events in them, are of one stream. */
static bool same_stream(const char *a, const char *b) {
  return a == b || memcmp(a, b, FH_KEY_BYTES - 4) == 0;
}

bool fh_journal_is_of(const char *row, const fh_uuid *stream) {
  return same_stream(row, (const char *)stream);
}

/* A row is what fh_journal_write makes: each record inside, a tail first, nothing
 * but tails and waiting events. */
int fh_journal_count(const char *row, size_t len) {
  int events = 0;
  bool has_tail = false;
  size_t at = FH_KEY_BYTES;
  while (at + sizeof(fh_record) <= len) {
    const fh_record *record = (const fh_record *)(const void *)(row + at);
    bool is_tail = record->state == FH_TAIL;
    if (record->len > len || fh_record_size(record) > len - at ||
        (is_tail ? record->len < FH_STREAM_BYTES : record->state != FH_WAITING))
      return FH_ERR_ROW;
    has_tail |= is_tail;
    if (!has_tail) return FH_ERR_ROW;
    events += !is_tail;
    at += fh_record_size(record);
  }
  return at == len && events ? events : FH_ERR_ROW;
}

/* Puts the `len` bytes of a row's records at the end of the queue;
 * false if there is no room. */
static bool append(fh_queue *queue, const char *records, size_t len, bool is_kept,
                   bool doubt) {
  if (len > queue->cap - queue->len) return false;
  uint32_t first = FH_NO_ROW, start = queue->len;
  memcpy(queue->block + start, records, len);
  queue->len += (uint32_t)len;
  fh_record *record = (fh_record *)(void *)(queue->block + start);
  for (; record; record = fh_queue_next(queue, record)) {
    queue->count[record->state]++;
    if (record->state == FH_TAIL) continue;
    if (first == FH_NO_ROW) first = record->seq;
    record->row = is_kept ? first : FH_NO_ROW;
    record->doubt = doubt;
  }
  return true;
}

int fh_journal_adopt(fh_queue *queue, const char *row, size_t len) {
  int events = fh_journal_count(row, len);
  if (events < 0) return events;
  return append(queue, row + FH_KEY_BYTES, len - FH_KEY_BYTES, true, true) ? events : 0;
}

static bool same_text(const fh_record *a, const fh_record *b) {
  return a && a->len == b->len &&
         memcmp(fh_record_text(a).ptr, fh_record_text(b).ptr, a->len) == 0;
}

int fh_journal_feed(fh_queue *queue, const char *row, size_t len, bool is_kept) {
  int events = fh_journal_count(row, len);
  if (events < 0) return events;
  const fh_record *first = (const fh_record *)(const void *)(row + FH_KEY_BYTES);
  const fh_record *tail = NULL; /* the last of the queue */
  for (fh_record *r = fh_queue_first(queue); r; r = fh_queue_next(queue, r))
    if (r->state == FH_TAIL) tail = r;
  size_t skip = FH_KEY_BYTES + (same_text(tail, first) ? fh_record_size(first) : 0);
  return append(queue, row + skip, len - skip, is_kept, false) ? events : 0;
}

static int let_go(fh_queue *queue, fh_record *record) {
  bool can = record->state == FH_WAITING || record->state == FH_HANDED;
  if (can) fh_queue_set(queue, record, FH_GONE);
  return can;
}

int fh_journal_forget(fh_queue *queue, const char *key) {
  int events = 0;
  const fh_record *tail = NULL;
  for (fh_record *r = fh_queue_first(queue); r; r = fh_queue_next(queue, r)) {
    if (r->state == FH_TAIL) tail = r;
    fh_uuid its = fh_record_stream(tail);
    fh_stream_number(&its, r->row);
    if (memcmp(&its, key, sizeof its) == 0) events += let_go(queue, r);
  }
  return events;
}

/* Up to which number the cookie acknowledges a stream; -1: it does not name it. */
static double acknowledged(const char *cookie, const unsigned char *stream) {
  for (; *cookie; cookie++) {
    int digit = 0;
    while (digit < 24 &&
           fh_hex_value(cookie[digit]) == (stream[digit / 2] >> (digit % 2 ? 0 : 4) & 15))
      digit++;
    if (digit < 24 || cookie[24] != '-') continue;
    cookie += 25;
    return fh_read_number(&cookie);
  }
  return -1;
}

int fh_journal_acknowledged(fh_queue *queue, const char *cookie) {
  int events = 0;
  double last = -1;
  for (fh_record *r = fh_queue_first(queue); r; r = fh_queue_next(queue, r)) {
    if (r->state == FH_TAIL)
      last = acknowledged(cookie, fh_record_stream(r).bytes);
    else if (r->seq <= last)
      events += let_go(queue, r);
  }
  return events;
}

int fh_journal_done(fh_queue *queue, char *out, size_t cap) {
  fh_writer writer = fh_writer_on(out, cap);
  const fh_record *tail = NULL, *row_tail = NULL; /* of the record, of the row */
  uint32_t row = FH_NO_ROW;
  bool needed = true; /* an event of the row is not gone, or there is no row */
  for (fh_record *r = fh_queue_first(queue); r; r = fh_queue_next(queue, r)) {
    if (r->state == FH_TAIL) {
      tail = r;
      continue;
    }
    if (!row_tail || r->row != row ||
        !same_stream(fh_record_text(tail).ptr, fh_record_text(row_tail).ptr)) {
      if (!needed) put_key(&writer, row_tail, row);
      row = r->row;
      row_tail = tail;
      needed = row == FH_NO_ROW;
    }
    needed |= r->state != FH_GONE;
  }
  if (!needed) put_key(&writer, row_tail, row);
  return (int)(writer.len / FH_KEY_BYTES);
}
