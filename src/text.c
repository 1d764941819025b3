/* The writers of text.h. */
#include "text.h"

#include <stdint.h>

static const char hex[] = "0123456789abcdef";

int fh_hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void fh_put_bytes(fh_writer *writer, const char *ptr, size_t len) {
  if (writer->full || len > writer->cap - writer->len) {
    writer->full = true;
    return;
  }
  memcpy(writer->ptr + writer->len, ptr, len);
  writer->len += len;
}

void fh_put(fh_writer *writer, const char *text) {
  fh_put_bytes(writer, text, strlen(text));
}

static void put_escape(fh_writer *writer, unsigned char byte) {
  static const char letters[] = "btn?fr"; /* of 0x08 to 0x0d */
  char escape[6] = {'\\', (char)byte, '0', '0', hex[byte >> 4], hex[byte & 15]};
  size_t len = 2;
  if (byte >= 0x08 && byte <= 0x0d && byte != 0x0b) {
    escape[1] = letters[byte - 0x08];
  } else if (byte < 0x20) {
    escape[1] = 'u';
    len = 6;
  }
  fh_put_bytes(writer, escape, len);
}

#define EACH_BYTE(c) (0x0101010101010101u * (uint64_t)(c))

/* Eight at a time, the lowest first: a difference borrows from its neighbour only behind
 * a byte that is found. */
size_t fh_plain_length(const char *ptr, size_t len) {
  size_t at = 0;
  for (uint64_t bytes; at + sizeof bytes <= len; at += sizeof bytes) {
    memcpy(&bytes, ptr + at, sizeof bytes);
    uint64_t found = (bytes ^ EACH_BYTE('"')) - EACH_BYTE(1);
    found |= (bytes ^ EACH_BYTE('\\')) - EACH_BYTE(1);
    found |= (bytes - EACH_BYTE(' ')) | bytes;
    found &= EACH_BYTE(0x80);
    if (found) return at + (size_t)__builtin_ctzll(found) / 8;
  }
  return at;
}

void fh_put_escaped(fh_writer *writer, const char *ptr, size_t len) {
  const char *end = ptr + len;
  while (ptr < end) {
    const char *from = ptr;
    while (ptr < end && (unsigned char)*ptr >= 0x20 && *ptr != '"' && *ptr != '\\') ptr++;
    fh_put_bytes(writer, from, (size_t)(ptr - from));
    if (ptr < end) put_escape(writer, (unsigned char)*ptr++);
  }
}

void fh_put_string(fh_writer *writer, const char *ptr, size_t len) {
  fh_put_bytes(writer, "\"", 1);
  fh_put_escaped(writer, ptr, len);
  fh_put_bytes(writer, "\"", 1);
}

void fh_put_comma(fh_writer *writer) {
  char last = writer->len ? writer->ptr[writer->len - 1] : '{';
  if (last != '{' && last != '[') fh_put_bytes(writer, ",", 1);
}

void fh_put_name(fh_writer *writer, const char *name) {
  fh_put_comma(writer);
  fh_put_string(writer, name, strlen(name));
  fh_put_bytes(writer, ":", 1);
}

void fh_put_number(fh_writer *writer, double value) {
  char digits[20];
  size_t n = sizeof digits;
  uint64_t rest = value > 0 && value < 1e18 ? (uint64_t)value : 0;
  do {
    digits[--n] = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest);
  fh_put_bytes(writer, digits + n, sizeof digits - n);
}

double fh_read_number(const char **at) {
  double number = -1;
  const char *digit = *at;
  for (int left = 15; left && *digit >= '0' && *digit <= '9'; left--)
    number = (number < 0 ? 0 : number) * 10 + (*digit++ - '0');
  *at = digit;
  return number;
}

size_t fh_cut(const char *ptr, size_t len, size_t max) {
  if (len <= max) return len;
  /* 10xxxxxx is the inside of a character: step back to where one starts. */
  while (max > 0 && ((unsigned char)ptr[max] & 0xC0) == 0x80) max--;
  return max;
}

int fh_unescape(const char *at) {
  int high = *at == '%' ? fh_hex_value(at[1]) : -1;
  int low = high < 0 ? -1 : fh_hex_value(at[2]);
  return low < 0 ? -1 : high << 4 | low;
}

bool fh_is_one_of(const char *text, const char *words) {
  while (*words && strcmp(text, words) != 0) words += strlen(words) + 1;
  return *words;
}
