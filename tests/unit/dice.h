/* The random numbers of property tests: the same ones on every machine. Not
 * src/random.c, which is under test itself. */
#ifndef FH_TESTS_DICE_H
#define FH_TESTS_DICE_H

#include <stdint.h>

/* SplitMix64 (Steele, Lea and Flood 2014). */
static inline uint64_t dice_bits(uint64_t *state) {
  uint64_t z = *state += 0x9E3779B97F4A7C15u;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return z ^ z >> 31;
}

static inline uint32_t dice(uint64_t *state, uint32_t sides) {
  return (uint32_t)(dice_bits(state) % sides);
}

#endif
