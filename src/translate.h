/* Events on their way from the queue into a body of another format than Segment's. */
#ifndef FH_TRANSLATE_H
#define FH_TRANSLATE_H

#include "batch.h"

/* Appends an event in the envelope's dialect, and notes how many rows it is. 1: it is
 * there; 0: there is no room for it behind the others; -1: the backend would refuse
 * it, so it is dropped and counted. The first one gets room for one of any size. */
int fh_put_translated(fh_writer *writer, fh_queue *queue, fh_record *event,
                      const fh_record *tail, fh_envelope *envelope, bool is_first,
                      size_t max_bytes, double sent_at_ms);

/* Appends what comes behind the events. */
void fh_put_translated_closing(fh_writer *writer, const fh_envelope *envelope,
                               double sent_at_ms);

/* Whether the backend would take the event with this number: 0, or why not. What
 * `writer` gets is of no use. */
int fh_try_queued(fh_writer *writer, fh_queue *queue, const fh_envelope *envelope,
                  uint32_t number);

#endif
