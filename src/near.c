/* The distance of Levenshtein, of names as people confuse them. */
#include "near.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* A longer name is like none. */
#define LONGEST 64

/* The letters and digits, small; all bytes beyond ASCII count as letters. How many. */
static size_t letters(char *to, const char *from) {
  size_t n = 0;
  for (; *from && n <= LONGEST; from++) {
    bool capital = *from >= 'A' && *from <= 'Z';
    bool counts = capital || (*from >= 'a' && *from <= 'z') ||
                  (*from >= '0' && *from <= '9') || (unsigned char)*from >= 0x80;
    if (counts) to[n++] = capital ? (char)(*from + ('a' - 'A')) : *from;
  }
  return n;
}

static int least(int a, int b, int c) {
  int less = a < b ? a : b;
  return less < c ? less : c;
}

int fh_near_distance(const char *a, const char *b) {
  char left[LONGEST + 1] = "", right[LONGEST + 1] = "";
  size_t m = letters(left, a), n = letters(right, b);
  if (m > LONGEST || n > LONGEST || m == 0 || n == 0) return FH_NEAR_MOST + 1;
  int row[LONGEST + 1] = {0};
  for (size_t j = 1; j <= n; j++) row[j] = (int)j;
  for (size_t i = 1; i <= m; i++) {
    int corner = row[0];
    row[0] = (int)i;
    for (size_t j = 1; j <= n; j++) {
      int above = row[j];
      row[j] = least(above + 1, row[j - 1] + 1, corner + (left[i - 1] != right[j - 1]));
      corner = above;
    }
  }
  /* Two changes make another word of a short one. */
  int most = (int)(m < n ? m : n) / 3;
  int distance = row[n];
  if (distance == 0) return strcmp(a, b) != 0;
  return distance > most ? FH_NEAR_MOST + 1 : distance;
}
