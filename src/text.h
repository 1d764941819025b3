/* Text as (pointer, length), and a bounded writer that remembers when it ran
 * out of room, so that a caller checks once at the end and not at each step.
 *
 * Two kinds of text meet here. What comes from outside has a length and is
 * never measured by a NUL. Literals and the strings of a parsed JSON tree end
 * in NUL and contain none (json.h sees to it): they are plain C strings,
 * because an argument less at each call is a tenth of the module. */
#ifndef FH_TEXT_H
#define FH_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct fh_text {
  const char *ptr;
  size_t len;
} fh_text;

typedef struct fh_writer {
  char *ptr;  /* where writing began; not owned */
  size_t cap; /* bytes there */
  size_t len; /* bytes written so far */
  bool full;  /* something did not fit; what was written is incomplete */
} fh_writer;

static inline fh_writer fh_writer_on(char *ptr, size_t cap) {
  return (fh_writer){ptr, cap, 0, false};
}

/* The value of a hexadecimal digit, or -1. */
int fh_hex_value(char c);

/* The byte that an escape at `at` stands for (%40); -1 where none is. */
int fh_unescape(const char *at);

/* Appends `len` bytes whole, or marks the writer full and appends nothing. */
void fh_put_bytes(fh_writer *writer, const char *ptr, size_t len);

/* Appends a C string. */
void fh_put(fh_writer *writer, const char *text);

/* How many of the bytes stand in a JSON string as they are: up to the first quote,
 * backslash, byte below ' ' or beyond ASCII. Of the last seven bytes nothing is said. */
size_t fh_plain_length(const char *ptr, size_t len);

/* Appends bytes as a JSON string, quotes and escapes included (RFC 8259, 7).
 * They must be valid UTF-8. */
void fh_put_string(fh_writer *writer, const char *ptr, size_t len);

/* The same without the quotes. */
void fh_put_escaped(fh_writer *writer, const char *ptr, size_t len);

/* Appends "name": , the beginning of a JSON member, with a comma before it if
 * it is not the first. */
void fh_put_name(fh_writer *writer, const char *name);

/* Appends the comma between members or elements: nothing at the beginning of
 * the text, of an object or of an array. */
void fh_put_comma(fh_writer *writer);

/* Appends `value` rounded down as a decimal number; 0 if it is negative. */
void fh_put_number(fh_writer *writer, double value);

/* Whether `text` is one of the words, each of which ends in NUL and the last in two. */
bool fh_is_one_of(const char *text, const char *words);

/* Reads a whole number of at most 15 digits at *at and moves *at behind it; -1,
 * and *at as it was, if none is there. */
double fh_read_number(const char **at);

/* `len`, or less, so that at most `max` bytes remain and no character of the
 * valid UTF-8 at `ptr` is cut in two. */
size_t fh_cut(const char *ptr, size_t len, size_t max);

#endif
