/* Encodes and decodes base64url. */
#include "base64.h"

static const char signs[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void fh_put_base64(fh_writer *writer, const char *ptr, size_t len) {
  for (; len; ptr += 3) {
    size_t bytes = len < 3 ? len : 3;
    unsigned char three[3] = {0};
    char four[4];
    memcpy(three, ptr, bytes);
    unsigned bits = (unsigned)three[0] << 16 | (unsigned)three[1] << 8 | three[2];
    for (int i = 0; i < 4; i++) four[i] = signs[bits >> (18 - 6 * i) & 63];
    fh_put_bytes(writer, four, bytes + 1);
    len -= bytes;
  }
}

int fh_base64_decode(char *text, size_t len) {
  size_t n = 0;
  unsigned bits = 0, held = 0;
  for (size_t i = 0; i < len; i++) {
    const char *sign = memchr(signs, text[i], sizeof signs - 1);
    if (!sign) return -1;
    bits = (bits << 6 | (unsigned)(sign - signs)) & 0xFFFF;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    text[n++] = (char)(bits >> held);
  }
  return held >= 6 || bits & ((1u << held) - 1) ? -1 : (int)n;
}
