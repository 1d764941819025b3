/* Case by ranges of code points, each of which has its own way to the other case. */
#include "letters.h"

#include <stdint.h>
#include <string.h>

typedef struct range {
  uint16_t first, last; /* of the capitals */
  uint16_t step;        /* 1: all of them; 2: every other is the small one of the last */
  int16_t to_small;
} range;

static const range ranges[] = {
    {'A', 'Z', 1, 32},     {0xC0, 0xD6, 1, 32},     {0xD8, 0xDE, 1, 32},
    {0x100, 0x12E, 2, 1},  {0x132, 0x136, 2, 1},    {0x139, 0x147, 2, 1},
    {0x14A, 0x176, 2, 1},  {0x178, 0x178, 1, -121}, {0x179, 0x17D, 2, 1},
    {0x200, 0x21E, 2, 1},  {0x222, 0x232, 2, 1},    {0x386, 0x386, 1, 38},
    {0x388, 0x38A, 1, 37}, {0x38C, 0x38C, 1, 64},   {0x38E, 0x38F, 1, 63},
    {0x391, 0x3A1, 1, 32}, {0x3A3, 0x3AB, 1, 32},   {0x400, 0x40F, 1, 80},
    {0x410, 0x42F, 1, 32}, {0x460, 0x480, 2, 1},    {0x48A, 0x4BE, 2, 1},
    {0x4C1, 0x4CD, 2, 1},  {0x4D0, 0x52E, 2, 1}};

static int other_case(int code, bool to_lower) {
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
    const range *r = &ranges[i];
    int capital = to_lower ? code : code - r->to_small;
    if (capital < r->first || capital > r->last || (capital - r->first) % r->step)
      continue;
    return to_lower ? code + r->to_small : capital;
  }
  return code;
}

void fh_change_case(char *text, size_t len, bool to_lower) {
  for (size_t i = 0; i < len; i++) {
    unsigned char lead = (unsigned char)text[i];
    if (lead < 0x80) text[i] = (char)other_case(lead, to_lower);
    if (lead < 0xC2 || lead > 0xDF || i + 1 == len) continue; /* two bytes */
    int code = other_case((lead & 0x1F) << 6 | (text[i + 1] & 0x3F), to_lower);
    text[i] = (char)(0xC0 | code >> 6);
    text[++i] = (char)(0x80 | (code & 0x3F));
  }
}

size_t fh_space_length(const char *text) {
  static const char spaces[] =
      " \0\t\0\n\0\v\0\f\0\r\0\u00A0\0\u1680\0\u2028\0\u2029\0\u202F\0\u205F\0\u3000\0"
      "\uFEFF\0";
  for (const char *space = spaces; *space; space += strlen(space) + 1)
    if (strncmp(text, space, strlen(space)) == 0) return strlen(space);
  /* U+2000 to U+200A */
  bool is_wide = strncmp(text, "\xE2\x80", 2) == 0;
  return is_wide && (unsigned char)text[2] >= 0x80 && (unsigned char)text[2] <= 0x8A ? 3
                                                                                     : 0;
}
