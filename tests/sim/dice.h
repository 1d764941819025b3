/* The simulator's only source of chance: SplitMix64 (Steele, Lea and Flood,
 * 2014). Everyone who rolls has dice of his own, so that leaving out one action
 * does not change what befalls the others. */
#ifndef SIM_DICE_H
#define SIM_DICE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct sim_dice {
  uint64_t state;
} sim_dice;

static inline uint64_t sim_mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

static inline uint64_t sim_roll(sim_dice *dice) {
  return sim_mix(dice->state += 0x9E3779B97F4A7C15u);
}

/* From 0 up to but not including `end`. */
static inline int64_t sim_below(sim_dice *dice, int64_t end) {
  return end > 0 ? (int64_t)(sim_roll(dice) % (uint64_t)end) : 0;
}

static inline int64_t sim_between(sim_dice *dice, int64_t from, int64_t end) {
  return from + sim_below(dice, end - from);
}

static inline bool sim_chance(sim_dice *dice, int permille) {
  return sim_below(dice, 1000) < permille;
}

#endif
