/* The block of records of queue.h. */
#include "queue.h"

fh_writer fh_queue_open(fh_queue *queue) {
  uint32_t room = queue->cap - queue->len;
  uint32_t header = (uint32_t)sizeof(fh_record);
  if (room <= header) return (fh_writer){.full = true};
  return fh_writer_on(queue->block + queue->len + header, room - header);
}

size_t fh_record_size(const fh_record *record) {
  return (sizeof(fh_record) + record->len + 7) & ~(size_t)7;
}

fh_record *fh_queue_close(fh_queue *queue, const fh_writer *writer,
                          fh_record_state state) {
  fh_record *record = (fh_record *)(void *)(queue->block + queue->len);
  fh_record made = {
      .len = (uint32_t)writer->len, .row = FH_NO_ROW, .state = (uint8_t)state};
  size_t size = fh_record_size(&made);
  if (writer->full || size > queue->cap - queue->len) return NULL;
  *record = made;
  queue->len += (uint32_t)size;
  queue->count[state]++;
  return record;
}

static fh_record *record_at(fh_queue *queue, size_t at) {
  return at < queue->len ? (fh_record *)(void *)(queue->block + at) : NULL;
}

fh_record *fh_queue_first(fh_queue *queue) { return record_at(queue, 0); }

fh_record *fh_queue_next(fh_queue *queue, fh_record *record) {
  return record_at(queue,
                   (size_t)((char *)record - queue->block) + fh_record_size(record));
}

fh_text fh_record_text(const fh_record *record) {
  return (fh_text){(const char *)(record + 1), record->len};
}

fh_uuid fh_record_stream(const fh_record *tail) {
  fh_uuid stream;
  memcpy(&stream, fh_record_text(tail).ptr, sizeof stream);
  fh_stream_number(&stream, 0);
  return stream;
}

uint32_t fh_record_index(const fh_record *event, const fh_record *tail) {
  uint32_t before;
  memcpy(&before, fh_record_text(tail).ptr + FH_STREAM_BYTES - sizeof before,
         sizeof before);
  return before + event->seq;
}

fh_record *fh_queue_find(fh_queue *queue, const fh_uuid *stream, uint32_t number,
                         const fh_record **tail) {
  for (fh_record *r = fh_queue_first(queue); r; r = fh_queue_next(queue, r)) {
    if (r->state == FH_TAIL) *tail = r;
    if (r->state == FH_TAIL || r->state == FH_GONE || r->seq != number) continue;
    fh_uuid its = fh_record_stream(*tail);
    if (memcmp(&its, stream, sizeof its) == 0) return r;
  }
  return NULL;
}

void fh_queue_set(fh_queue *queue, fh_record *record, fh_record_state state) {
  queue->count[record->state]--;
  queue->count[state]++;
  record->state = (uint8_t)state;
}

void fh_queue_set_all(fh_queue *queue, fh_record_state from, fh_record_state to) {
  for (fh_record *r = fh_queue_first(queue); r; r = fh_queue_next(queue, r))
    if (r->state == from) fh_queue_set(queue, r, to);
}

void fh_queue_doubt(fh_queue *queue, fh_record_state state) {
  for (fh_record *r = fh_queue_first(queue); r; r = fh_queue_next(queue, r))
    if (r->state == state) r->doubt = true;
}

bool fh_queue_has_events(const fh_queue *queue) {
  const uint32_t *count = queue->count;
  return count[FH_WAITING] + count[FH_FLYING] + count[FH_LEAVING] + count[FH_HANDED] > 0;
}

void fh_queue_sweep(fh_queue *queue) {
  uint32_t read = 0, write = 0;
  uint32_t tail = queue->cap; /* where a tail was put that no event needs yet */
  while (read < queue->len) {
    fh_record *record = record_at(queue, read);
    uint32_t size = (uint32_t)fh_record_size(record);
    if (record->state != FH_GONE) {
      bool is_tail = record->state == FH_TAIL;
      if (is_tail && tail != queue->cap) write = tail;
      if (write != read) memmove(queue->block + write, record, size);
      tail = is_tail ? write : queue->cap;
      write += size;
    }
    read += size;
  }
  /* The last tail stays though no event follows: the next one will need it.
   * But an empty queue is empty, so that the whole block is free again. */
  queue->len = fh_queue_has_events(queue) ? write : 0;
}
