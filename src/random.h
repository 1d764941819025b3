/* Random bytes and numbers grown from the entropy that the host gave at start
 * (crypto.getRandomValues). For ids and for jitter: unique and unbiased, not
 * secret. xoshiro128** by Blackman and Vigna, 2018 (prng.di.unimi.it). */
#ifndef FH_RANDOM_H
#define FH_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef struct fh_random {
  uint32_t state[4]; /* the entropy itself at start; not all zero */
} fh_random;

void fh_random_bytes(fh_random *random, unsigned char *out, size_t len);

/* A number from 0 up to but not including `end`; 0 where `end` is 0. */
uint32_t fh_random_below(fh_random *random, uint32_t end);

#endif
