/* What a carrier (carrier.h) has brought to the server, read as a bundle (bundle.h).
 * Anyone can write one: it has its shape or is refused, members that are not named there
 * are not taken over, and its own clock decides its age. That it says who somebody is
 * proves nothing. */
#ifndef FH_STITCH_H
#define FH_STITCH_H

#include "json.h"

/* Reads a bundle and appends it in another form. `input` is
 *
 *   from     json, flat (fields, too), header or cookie: the agent's own (identity.h),
 *            alone or as a header Cookie has it. Ids and session are all it has
 *   value    the carrier, an object or a text
 *   to       a carrier; left out: the bundle as JSON, whole and without its signature,
 *            which is what is signed, then a line feed and the signature
 *   now      ms since 1970
 *   maxAge   ms; FH_STITCH_AGE_MS if left out
 *   prefix   of names; FH_FLAT_PREFIX if left out
 *
 * Returns 0, or a code of errors.def or refusal.def, and then what was appended is of no
 * use. */
int fh_stitch(fh_writer *writer, const fh_json *input, fh_arena *arena);

#endif
