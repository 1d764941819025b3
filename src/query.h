/* Addresses, queries and cookie headers, taken apart. Nothing is copied or changed:
 * what comes back points into the text that was given, and lives as long. */
#ifndef FH_QUERY_H
#define FH_QUERY_H

#include "text.h"

/* Where the parts of an address begin; each ends where the next one begins. */
typedef struct fh_address {
  const char *text;
  const char *host;   /* with what stands before @, and the port */
  const char *path;   /* empty for https://a.example */
  const char *search; /* from ? on, or empty */
  const char *hash;   /* from # on, or empty */
  const char *end;
} fh_address;

/* Where from `at` on `stop` or `other` stands first, or `end`. */
const char *fh_find(const char *at, const char *end, char stop, char other);

/* Takes a URL apart; of a longer one FH_MAX_URL_BYTES, cut at a character. Any text
 * is one: what it lacks is empty. */
void fh_address_read(fh_address *address, const char *text);

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
