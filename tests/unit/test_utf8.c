#include "utf8.h"

#include <stdint.h>
#include <string.h>

#include "check.h"
#include "dice.h"

/* The encoding by RFC 3629, written the other way round: from code points. */
static size_t encode(uint32_t code, unsigned char *out) {
  if (code < 0x80) return out[0] = (unsigned char)code, 1;
  size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  static const unsigned char marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
  for (size_t i = len - 1; i > 0; i--, code >>= 6)
    out[i] = (unsigned char)(0x80 | (code & 0x3F));
  out[0] = (unsigned char)(marks[len] | code);
  return len;
}

static size_t length(const unsigned char *bytes, size_t len) {
  return fh_utf8_length((const char *)bytes, len);
}

static void every_character_is_valid_and_no_part_of_one(void) {
  for (uint32_t code = 0; code <= 0x10FFFF; code++) {
    unsigned char bytes[8] = {0};
    size_t len = encode(code, bytes);
    bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    CHECK(length(bytes, sizeof bytes) == (surrogate ? 0 : len));
    CHECK(length(bytes, len) == (surrogate ? 0 : len));
    if (len > 1) CHECK(length(bytes, len - 1) == 0);
  }
}

/* As many sequences are valid as there are characters: so nothing else is. */
static void nothing_else_is_valid(void) {
  static const unsigned char ends[] = {0x00, 0x7F, 0x80, 0xBF, 0xC0, 0xFF};
  uint32_t pairs = 0, triples = 0, quads = 0;
  for (unsigned a = 0; a < 256; a++)
    for (unsigned b = 0; b < 256; b++)
      for (size_t c = 0; c < sizeof ends; c++)
        for (size_t d = 0; d < sizeof ends; d++) {
          unsigned char bytes[] = {(unsigned char)a, (unsigned char)b, ends[c], ends[d]};
          size_t len = length(bytes, 4);
          pairs += len == 2 && c == 0 && d == 0;
          triples += len == 3 && d == 0;
          quads += len == 4;
        }
  CHECK(pairs == 0x800 - 0x80);
  /* Of 64 third bytes two are tried: 2 of 64 in each pair of the first two. */
  CHECK(triples == (0x10000 - 0x800 - 0x800) / 64 * 2);
  CHECK(quads == 0x100000 / 4096 * 4);
}

static void malformed(void) {
  static const struct {
    const char *bytes;
    size_t len;
  } rows[] = {{"\x80", 1},
              {"\xBF", 1},
              {"\xC0\x80", 2},
              {"\xC1\xBF", 2},
              {"\xC2", 1},
              {"\xC2\x00", 2},
              {"\xE0\x9F\xBF", 3},
              {"\xE2\x82", 2},
              {"\xED\xA0\x80", 3},
              {"\xED\xBF\xBF", 3},
              {"\xF0\x8F\xBF\xBF", 4},
              {"\xF4\x90\x80\x80", 4},
              {"\xF5\x80\x80\x80", 4},
              {"\xFE", 1},
              {"\xFF", 1}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    CHECK(fh_utf8_length(rows[i].bytes, rows[i].len) == 0);
}

static void cleaning(void) {
  static const struct {
    const char *in, *out;
    size_t len;
  } rows[] = {{"", "", 0},
              {"plain é€😀", "plain é€😀", 15},
              {"a\0b", "a?b", 3},
              {"\xFF\xC3", "??", 2},
              {"\xE2\x82", "??", 2},
              {"\xE2\x82\x41", "??A", 3},
              {"\xF0\x9F\x98\xC3\xA9", "???é", 5},
              {"\xED\xA0\x80", "???", 3}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[16];
    memcpy(text, rows[i].in, rows[i].len);
    fh_utf8_clean(text, rows[i].len);
    CHECK_ROW(memcmp(text, rows[i].out, rows[i].len) == 0, rows[i].out);
  }
}

static void what_is_cleaned_is_valid(void) {
  uint64_t state = 2;
  for (int i = 0; i < 20000; i++) {
    char text[24];
    size_t len = dice(&state, sizeof text + 1);
    for (size_t n = 0; n < len; n++) {
      static const char likely[] = "\0a\x80\xBF\xC2\xC3\xE0\xE2\xED\xF0\xF4\xFF";
      text[n] = dice(&state, 2) ? likely[dice(&state, sizeof likely - 1)]
                                : (char)dice_bits(&state);
    }
    fh_utf8_clean(text, len);
    for (size_t at = 0, step; at < len; at += step) {
      step = fh_utf8_length(text + at, len - at);
      CHECK(step > 0 && text[at] != '\0');
      if (!step) break;
    }
  }
}

int main(void) {
  RUN(every_character_is_valid_and_no_part_of_one);
  RUN(nothing_else_is_valid);
  RUN(malformed);
  RUN(cleaning);
  RUN(what_is_cleaned_is_valid);
  return finish();
}
