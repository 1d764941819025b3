/* Dialects on a server: rows of events that other machines have sent, and what an answer
 * says of them. In the agent it is batch.h and translate.h that do this, for the events
 * of its own queue. */
#ifndef FH_ROWS_H
#define FH_ROWS_H

#include "dialect.h"

/* All of these take a request whose "dialect" names one, or whose "endpoint" tells it
 * (fh_dialect_choose), and return FH_REFUSED_DIALECT where there is none of that name, or
 * none with rows of its own where rows are wanted. */

/* Appends the rows of its "event", as it stands in the relay's log, with commas between;
 * "key" and "label" are texts (dialect.h), "sentAt" is in ms. Returns how many, or a
 * code: the backend would refuse it. The arena is the request's. */
int fh_put_rows(fh_writer *writer, const fh_json *request, fh_arena *arena);

/* Appends what stands before all rows, a line feed, and what stands behind them. */
int fh_put_frame(fh_writer *writer, const fh_json *request);

/* Appends {"verdict":…,"wait":ms,"fates":[…]} of an answer: `request` has "status",
 * "retryAfter" in s, "body", and in "ids" the id of the event of each row that was sent.
 * Fates are there only where the answer tells of each. Without a dialect it is judged as
 * Segment's; those with Segment's rows have words of their own here. Uses up the arena. */
int fh_put_verdict(fh_writer *writer, const fh_json *request, fh_arena *arena);

#endif
