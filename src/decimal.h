/* Numbers compared by the text that JavaScript wrote, exactly: the core never
 * converts one (json.h). */
#ifndef FH_DECIMAL_H
#define FH_DECIMAL_H

#include <stdbool.h>

/* Below, at or above 0, as `a` is less than, equal to or more than `b`. Both are
 * numbers as JSON has them (RFC 8259, 6): "1", "1.0" and "10e-1" are equal. */
int fh_decimal_compare(const char *a, const char *b);

/* Whether it is a whole number: "3", "3.0", "0.3e1". */
bool fh_decimal_is_whole(const char *number);

#endif
