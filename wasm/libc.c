/* The four string functions that the core and cJSON call, one byte at a time.
 * Emscripten's read a word at a time, which costs 250 bytes more and gains
 * nothing on strings as short as names and properties. */
#include <stddef.h>
#include <string.h>

/* A loop that measures a string is not to become a call of strlen. */
#define PLAIN __attribute__((no_builtin))

PLAIN size_t strlen(const char *s) {
  size_t n = 0;
  while (s[n]) n++;
  return n;
}

PLAIN int strncmp(const char *a, const char *b, size_t n) {
  for (; n && *a && *a == *b; n--) a++, b++;
  return n ? (unsigned char)*a - (unsigned char)*b : 0;
}

PLAIN int strcmp(const char *a, const char *b) { return strncmp(a, b, (size_t)-1); }

PLAIN int memcmp(const void *a, const void *b, size_t n) {
  const unsigned char *x = a, *y = b;
  for (; n && *x == *y; n--) x++, y++;
  return n ? *x - *y : 0;
}
