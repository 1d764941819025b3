#include "decimal.h"

#include "check.h"

static void numbers_are_compared_as_they_are_written(void) {
  static const char *const rising[] = {
      "-1e400", "-1000", "-12.5",   "-12", "-1e-3", "0",    "1e-400",           "0.05",
      "0.5",    "1",     "1.00001", "2",   "10",    "12.5", "9007199254740993", "1e400",
  };
  int count = sizeof rising / sizeof *rising;
  for (int i = 0; i < count; i++)
    for (int j = 0; j < count; j++) {
      int found = fh_decimal_compare(rising[i], rising[j]);
      CHECK_ROW((found > 0) - (found < 0) == (i > j) - (i < j), rising[i]);
    }
}

static void one_number_in_many_ways(void) {
  static const char *const equal[] = {"1200", "1200.0", "1.2e3", "12E+2", "0.12e4"};
  for (int i = 0; i < 5; i++)
    CHECK_ROW(fh_decimal_compare(equal[i], equal[0]) == 0, equal[i]);
  CHECK(fh_decimal_compare("-0", "0.000e9") == 0);
}

static void whole_numbers(void) {
  static const char *const whole[] = {"0",     "-0.0",  "3",     "-3.0",
                                      "0.3e1", "1e400", "120e-1"};
  static const char *const broken[] = {"0.5", "3.01", "-1e-3", "3e-400", "120e-2"};
  for (int i = 0; i < 7; i++) CHECK_ROW(fh_decimal_is_whole(whole[i]), whole[i]);
  for (int i = 0; i < 5; i++) CHECK_ROW(!fh_decimal_is_whole(broken[i]), broken[i]);
}

int main(void) {
  RUN(numbers_are_compared_as_they_are_written);
  RUN(one_number_in_many_ways);
  RUN(whole_numbers);
  return finish();
}
