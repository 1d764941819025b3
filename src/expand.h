/* A compact batch made whole (batch.h has what it leaves out): of servers only. What comes
 * out is to the byte the batch that the agent would have sent to another endpoint,
 * but for "v". */
#ifndef FH_EXPAND_H
#define FH_EXPAND_H

#include "json.h"

/* Appends the body with every event whole; other events and members stay as they are. A
 * number, age, stream or sentAt that is none goes where an id or a time belongs, and is
 * found to be wrong there. 0, or FH_ERR_LARGE if the writer is full. */
int fh_expand(fh_writer *writer, const fh_json *body);

#endif
