/* Compares numbers as texts: the sign, then where the point is, then the digits. */
#include "decimal.h"

#include "limits.h"

/* Beyond it, exponents of this size are all the same; no number that was meant is. */
#define FAR 1000000

typedef struct decimal {
  int sign;  /* -1, 0, 1 */
  int point; /* it is 0.digits times 10 to this power */
  int count;
  char digits[FH_MAX_NUMBER_BYTES]; /* no zeros at either end */
} decimal;

static int exponent_of(const char *text) {
  int sign = *text == '-' ? -1 : 1, value = 0;
  if (*text == '-' || *text == '+') text++;
  for (; *text >= '0' && *text <= '9'; text++)
    if (value < FAR) value = value * 10 + (*text - '0');
  return sign * value;
}

static decimal read(const char *text) {
  decimal number = {.sign = *text == '-' ? -1 : 1};
  bool fraction = false;
  if (*text == '-') text++;
  for (; *text == '.' || (*text >= '0' && *text <= '9'); text++) {
    if (*text == '.') {
      fraction = true;
      continue;
    }
    bool leading = number.count == 0 && *text == '0';
    if (leading ? fraction : !fraction) number.point += leading ? -1 : 1;
    if (!leading && number.count < FH_MAX_NUMBER_BYTES)
      number.digits[number.count++] = *text;
  }
  if (*text == 'e' || *text == 'E') number.point += exponent_of(text + 1);
  while (number.count > 0 && number.digits[number.count - 1] == '0') number.count--;
  if (number.count == 0) number.sign = number.point = 0;
  return number;
}

/* Which of the two is farther from 0. */
static int compare_size(const decimal *a, const decimal *b) {
  if (a->point != b->point) return a->point < b->point ? -1 : 1;
  for (int i = 0; i < a->count && i < b->count; i++)
    if (a->digits[i] != b->digits[i]) return a->digits[i] - b->digits[i];
  return a->count - b->count;
}

int fh_decimal_compare(const char *a, const char *b) {
  const decimal left = read(a), right = read(b);
  if (left.sign != right.sign) return left.sign - right.sign;
  return left.sign * compare_size(&left, &right);
}

bool fh_decimal_is_whole(const char *text) {
  const decimal number = read(text);
  return number.point >= number.count;
}
