/* The generator of random.h. */
#include "random.h"

static uint32_t rotate(uint32_t x, int by) { return x << by | x >> (32 - by); }

static uint32_t next(uint32_t s[4]) {
  uint32_t result = rotate(s[1] * 5, 7) * 9;
  uint32_t t = s[1] << 9;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate(s[3], 11);
  return result;
}

void fh_random_bytes(fh_random *random, unsigned char *out, size_t len) {
  uint32_t bits = 0;
  for (size_t i = 0; i < len; i++, bits >>= 8) {
    if (i % 4 == 0) bits = next(random->state);
    out[i] = (unsigned char)bits;
  }
}

uint32_t fh_random_below(fh_random *random, uint32_t end) {
  return (uint32_t)((uint64_t)next(random->state) * end >> 32);
}
