/* Checks and cleans UTF-8. */
#include "utf8.h"

static size_t length_by_lead(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0; /* inside of a character, or overlong */
  if (lead < 0xE0) return 2;
  if (lead < 0xF0) return 3;
  return lead < 0xF5 ? 4 : 0;
}

size_t fh_utf8_length(const char *text, size_t len) {
  unsigned char lead = (unsigned char)text[0];
  size_t need = length_by_lead(lead);
  if (need > len) return 0;
  for (size_t i = 1; i < need; i++)
    if ((text[i] & 0xC0) != 0x80) return 0;
  if (need < 3) return need;
  unsigned char second = (unsigned char)text[1];
  bool valid = !(lead == 0xE0 && second < 0xA0) && /* overlong */
               !(lead == 0xED && second > 0x9F) && /* surrogate */
               !(lead == 0xF0 && second < 0x90) && /* overlong */
               !(lead == 0xF4 && second > 0x8F);   /* beyond U+10FFFF */
  return valid ? need : 0;
}

void fh_utf8_clean(char *text, size_t len) {
  for (size_t i = 0; i < len;) {
    size_t step = text[i] ? fh_utf8_length(text + i, len - i) : 0;
    if (step == 0) text[i] = '?';
    i += step ? step : 1;
  }
}
