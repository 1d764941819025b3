/* SHA-256 (FIPS 180-4), for identifiers that vendors want hashed. Not for secrets: it
 * does not try to take the same time for all inputs. */
#ifndef FH_SHA256_H
#define FH_SHA256_H

#include <stddef.h>

#define FH_SHA256_BYTES 32

/* The digest of `len` bytes; less than 2^61 of them. */
void fh_sha256(const void *data, size_t len, unsigned char out[FH_SHA256_BYTES]);

#endif
