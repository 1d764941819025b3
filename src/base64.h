/* base64url without padding (RFC 4648, 5): JSON as a text that headers, forms and
 * addresses take as it is. */
#ifndef FH_BASE64_H
#define FH_BASE64_H

#include "text.h"

/* Appends `len` bytes, encoded. */
void fh_put_base64(fh_writer *writer, const char *ptr, size_t len);

/* Decodes in place; the length. -1 for what is none, or was cut: a sign too many, bits
 * that stand for nothing. */
int fh_base64_decode(char *text, size_t len);

#endif
