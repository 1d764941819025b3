/* Rows of the journal: events as they are kept outside the core until they are
 * acknowledged, so that they outlive the page.
 *
 *   key       the id of the row's first event (uuid.h): 16 bytes
 *   records   as in the queue (queue.h): a tail, then events and other tails
 *
 * The host stores a row under its first 16 bytes, deletes it when told, and
 * hands it to another document's core when its own seems to be gone. */
#ifndef FH_JOURNAL_H
#define FH_JOURNAL_H

#include "queue.h"

#define FH_KEY_BYTES 16

/* Writes a row of the events that are in none yet, as many as fit into `cap`
 * bytes at `out`, aligned to 8. Returns its length, or 0 where there are none. */
size_t fh_journal_write(fh_queue *queue, char *out, size_t cap);

/* Whether a row is of this stream. */
bool fh_journal_is_of(const char *row, const fh_uuid *stream);

/* How many events are in a row. Untrusted: FH_ERR_ROW for what is no row. */
int fh_journal_count(const char *row, size_t len);

/* Takes them back into the queue, to be sent. Returns the same, or 0 if there is
 * no room now; then, and after an error, nothing has changed. */
int fh_journal_adopt(fh_queue *queue, const char *row, size_t len);

/* The same with a row of this document's own events, which cannot have arrived; unless
 * `is_kept`, it will be in no journal. A tail that the queue ends with is not put there
 * again. */
int fh_journal_feed(fh_queue *queue, const char *row, size_t len, bool is_kept);

/* Of the events that are not under way, those become FH_GONE that another page
 * has seen acknowledged: those of the row with this key, or of a stream up to
 * the number that the text of the cookie _fh_ack tells:
 *
 *   <24 hexadecimal digits of a stream>-<number>.<…>
 *
 * Return how many. */
int fh_journal_forget(fh_queue *queue, const char *key);
int fh_journal_acknowledged(fh_queue *queue, const char *cookie);

/* Writes the keys of the rows of which the last event has just become FH_GONE;
 * to be called before the queue is swept. Returns how many. */
int fh_journal_done(fh_queue *queue, char *out, size_t cap);

#endif
