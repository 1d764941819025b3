#include "random.h"

#include "check.h"

/* What the authors' own C gives for this state; also in the tests of Rust's
 * rand_xoshiro. */
static void the_published_sequence(void) {
  static const uint32_t expected[] = {11520,      0,          5927040,    70819200,
                                      2031721883, 1637235492, 1287239034, 3734860849,
                                      3729100597, 4258142804};
  fh_random random = {{1, 2, 3, 4}};
  for (size_t i = 0; i < 10; i++) {
    unsigned char b[4];
    fh_random_bytes(&random, b, 4);
    uint32_t number =
        b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    CHECK(number == expected[i]);
  }
}

static void bytes_that_are_no_multiple_of_four(void) {
  fh_random a = {{1, 2, 3, 4}}, b = a;
  unsigned char five[6] = {0}, eight[8];
  fh_random_bytes(&a, five, 5);
  fh_random_bytes(&b, eight, 8);
  for (int i = 0; i < 5; i++) CHECK(five[i] == eight[i]);
  CHECK(five[5] == 0);
  fh_random_bytes(&a, five, 0);
  CHECK(fh_random_below(&a, UINT32_MAX) == fh_random_below(&b, UINT32_MAX));
}

static void below_stays_below_and_reaches_all(void) {
  fh_random random = {{5, 6, 7, 8}};
  uint32_t seen[7] = {0};
  for (int i = 0; i < 70000; i++) {
    uint32_t number = fh_random_below(&random, 7);
    CHECK(number < 7);
    if (number < 7) seen[number]++;
  }
  /* 10,000 each, give or take five standard deviations. */
  for (int i = 0; i < 7; i++) CHECK(seen[i] > 9530 && seen[i] < 10470);
  for (int i = 0; i < 100; i++) {
    CHECK(fh_random_below(&random, 0) == 0);
    CHECK(fh_random_below(&random, 1) == 0);
    CHECK(fh_random_below(&random, UINT32_MAX) < UINT32_MAX);
  }
}

int main(void) {
  RUN(the_published_sequence);
  RUN(bytes_that_are_no_multiple_of_four);
  RUN(below_stays_below_and_reaches_all);
  return finish();
}
