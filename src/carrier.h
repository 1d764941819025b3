/* The carriers that bring a bundle (bundle.h) to the server:
 *
 *   json    the object
 *   flat    eight texts for the metadata of payments, see FH_FLAT_NAMES
 *   fields  the same for a form, and `ctx`: consent, providers and context as base64url
 *           of JSON
 *   header  the object as base64url of compact JSON
 *
 * What does not fit is left out from the back, in the order of bundle.h, each member
 * whole; what is before `consent` always fits. */
#ifndef FH_CARRIER_H
#define FH_CARRIER_H

#include "bundle.h"

/* The prefix of names in flat maps and forms, unless the input has another. */
#define FH_FLAT_PREFIX "fh"

/* Names in the flat map, each behind the prefix and `_`:
 *
 *   v    1.<at>.<sessionIndex>
 *   aid  anonymousId
 *   sid  sessionUuid
 *   pv   pageViewId
 *   uid  userId; left out beyond FH_MAX_FLAT_BYTES
 *   utm  campaign: source=…&medium=…&name=…&id=…&content=…&term=…, and others. Whole
 *        ones are left out from the back
 *   ga   googleAnalytics4: <clientID>.<sessionID>.<sessionCount>, or only the first, or
 *        first two
 *   fb   facebookTag: <_fbp>~<_fbc>; _fbc is left out where it does not fit
 *
 * and sig where it is signed. */
#define FH_FLAT_NAMES "v\0aid\0sid\0pv\0uid\0utm\0ga\0fb\0"

/* Whether a text may be such a prefix: 1 to FH_MAX_PREFIX_BYTES letters, digits, - _ */
bool fh_is_prefix(const char *text);

/* Appends a bundle as JSON of at most FH_MAX_BUNDLE_BYTES; with `is_whole` the writer is
 * full where something would have to be left out. For the signature, if it has none,
 * room is left. */
void fh_put_bundle(fh_writer *writer, const fh_bundle *bundle, bool is_whole);

/* Appends a carrier by its name: json, flat and fields as an object, header as its bare
 * text. Uses what is left of the arena. 0; FH_REFUSED_SIZE, _PREFIX, or FH_ERR_TYPE for
 * no carrier. No prefix, "", is FH_FLAT_PREFIX. */
int fh_put_carrier(fh_writer *writer, const fh_bundle *bundle, const char *to,
                   const char *prefix, fh_arena *arena);

/* Appends a carrier of what the agent knows: `input` is {"tail","at","to","prefix"}, see
 * fh_bundle_of and fh_put_carrier, whose codes it returns. */
int fh_carry(fh_writer *writer, const fh_json *input, fh_arena *arena);

#endif
