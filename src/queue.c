/* The block of records of queue.h. */
#include "queue.h"

fh_writer fh_queue_open(fh_queue *queue) {
  uint32_t room = queue->cap - queue->len;
  uint32_t header = (uint32_t)sizeof(fh_record);
  if (room <= header) return (fh_writer){.full = true};
  return fh_writer_on(queue->block + queue->len + header, room - header);
}

fh_record *fh_queue_close(fh_queue *queue, const fh_writer *writer,
                          fh_record_state state) {
  size_t size = (sizeof(fh_record) + writer->len + 7) & ~(size_t)7;
  if (writer->full || size > queue->cap - queue->len) return NULL;
  fh_record *record = (fh_record *)(void *)(queue->block + queue->len);
  *record = (fh_record){
      .size = (uint32_t)size, .len = (uint32_t)writer->len, .state = (uint8_t)state};
  queue->len += (uint32_t)size;
  queue->count[state]++;
  return record;
}

static fh_record *record_at(fh_queue *queue, size_t at) {
  return at < queue->len ? (fh_record *)(void *)(queue->block + at) : NULL;
}

fh_record *fh_queue_first(fh_queue *queue) { return record_at(queue, 0); }

fh_record *fh_queue_next(fh_queue *queue, fh_record *record) {
  return record_at(queue, (size_t)((char *)record - queue->block) + record->size);
}

fh_text fh_record_text(const fh_record *record) {
  return (fh_text){(const char *)(record + 1), record->len};
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

void fh_queue_sweep(fh_queue *queue) {
  uint32_t read = 0, write = 0;
  uint32_t tail = queue->cap; /* where a tail was put that no event needs yet */
  while (read < queue->len) {
    fh_record *record = record_at(queue, read);
    uint32_t size = record->size;
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
  const uint32_t *count = queue->count;
  bool has_events =
      count[FH_WAITING] + count[FH_FLYING] + count[FH_LEAVING] + count[FH_HANDED] > 0;
  queue->len = has_events ? write : 0;
}
