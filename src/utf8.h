/* UTF-8 (RFC 3629): is it valid, and making it so. */
#ifndef FH_UTF8_H
#define FH_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the character that `text` begins with, or 0 if that is none
 * (overlong, surrogate, beyond U+10FFFF, cut short). `len` must not be 0. */
size_t fh_utf8_length(const char *text, size_t len);

/* Turns every byte that is part of no character, and NUL, into '?'. */
void fh_utf8_clean(char *text, size_t len);

#endif
