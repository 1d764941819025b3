/* MD5 (RFC 1321), for the few vendors that still want identifiers hashed by it. It is
 * broken as a cryptographic hash: prefer SHA-256 (sha256.h) wherever there is a choice.
 */
#ifndef FH_MD5_H
#define FH_MD5_H

#include <stddef.h>

#define FH_MD5_BYTES 16

/* The digest of `len` bytes; less than 2^61 of them. */
void fh_md5(const void *data, size_t len, unsigned char out[FH_MD5_BYTES]);

#endif
