/* The harness of the unit tests. A test is a function that RUN counts; CHECK
 * tells what does not hold there and goes on; main ends with finish(). */
#ifndef FH_CHECK_H
#define FH_CHECK_H

#include <stdbool.h>
#include <stdio.h>

static int check_passed, check_failed, check_wrong;

/* CHECK_ROW also names the row of a table in which it stands. */
#define CHECK(condition) CHECK_ROW(condition, "")
#define CHECK_ROW(condition, row) \
  check_that(condition, #condition, row, __FILE__, __LINE__)
#define RUN(test) \
  ((test)(), check_wrong ? check_failed++ : check_passed++, check_wrong = 0)

static void check_that(bool holds, const char *what, const char *row, const char *file,
                       int line) {
  if (!holds && check_wrong++ < 10) /* a loop must not flood the screen */
    fprintf(stderr, "%s:%d: %s %s\n", file, line, what, row);
}

static int finish(void) {
  printf("%d passed, %d failed\n", check_passed, check_failed);
  return check_failed > 0 || check_passed == 0;
}

#endif
