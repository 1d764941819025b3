/* Addresses, queries and cookie headers, taken apart. Nothing is copied or changed:
 * what comes back points into the text that was given, and lives as long. */
#ifndef FH_QUERY_H
#define FH_QUERY_H

#include "text.h"

/* Where from `at` on `sign` stands first, or `end`. */
const char *fh_find(const char *at, const char *end, char sign);

/* Where the authority of an address begins, behind its //; the path, if it has none;
 * or `end`. */
const char *fh_authority(const char *address, const char *end);

/* Where the value of the next pair of name=value begins whose name begins with `name`
 * (with = at its end: is that) and whose value is not empty; NULL, if there is none.
 * It ends at `separator`, which is & in a query, that may begin with its ?, and ; in a
 * cookie header. */
const char *fh_query_find(const char *at, const char *end, char separator,
                          const char *name, size_t len);

/* Decodes a value (application/x-www-form-urlencoded: WHATWG URL, 5.1) into `out`,
 * which holds FH_MAX_VALUE_BYTES; more is cut. What is no UTF-8 becomes '?'. Returns
 * the length. */
size_t fh_form_decode(const char *in, const char *end, char *out);

#endif
