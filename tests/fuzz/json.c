/* A checker of JSON that shares nothing with the core's reader and printer. */
#include "host.h"

#define DEEPEST 64 /* more than anything of the core's nests */

static const unsigned char *at, *end;

static bool value(int depth);

static bool is(unsigned char c) {
  if (at == end || *at != c) return false;
  at++;
  return true;
}

static bool digits(void) {
  const unsigned char *first = at;
  while (at < end && *at >= '0' && *at <= '9') at++;
  return at > first;
}

static bool number(void) {
  is('-');
  if (!is('0') && !digits()) return false;
  if (is('.') && !digits()) return false;
  if (is('e') || is('E')) {
    if (!is('+')) is('-');
    return digits();
  }
  return true;
}

/* One character of RFC 3629, of which `at` is the first byte, 0x80 or more. */
static bool beyond_ascii(void) {
  unsigned char c = *at++;
  int more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
  if (c < 0xC2 || c > 0xF4) return false;
  unsigned code = c & (0x3Fu >> more);
  for (int i = 0; i < more; i++, at++) {
    if (at == end || (*at & 0xC0) != 0x80) return false;
    code = code << 6 | (*at & 0x3Fu);
  }
  return more == 1 || (more == 2 && code >= 0x800 && (code < 0xD800 || code > 0xDFFF)) ||
         (more == 3 && code >= 0x10000 && code <= 0x10FFFF);
}

static bool escape(void) {
  if (at == end) return false;
  unsigned char c = *at++;
  if (c != 'u') return strchr("\"\\/bfnrt", c) && c;
  for (int i = 0; i < 4; i++, at++)
    if (at == end || !strchr("0123456789abcdefABCDEF", *at) || !*at) return false;
  return true;
}

static bool string(void) {
  if (!is('"')) return false;
  while (at < end && *at != '"') {
    if (*at < ' ') return false;
    if (*at >= 0x80) {
      if (!beyond_ascii()) return false;
    } else if (*at++ == '\\' && !escape()) {
      return false;
    }
  }
  return is('"');
}

static bool word(const char *expected) {
  while (*expected)
    if (!is((unsigned char)*expected++)) return false;
  return true;
}

static bool list(unsigned char closing, bool named, int depth) {
  if (is(closing)) return true;
  do {
    if (named && !(string() && is(':'))) return false;
    if (!value(depth + 1)) return false;
  } while (is(','));
  return is(closing);
}

/* Without white space, since the core prints none. */
static bool value(int depth) {
  if (at == end || depth > DEEPEST) return false;
  switch (*at) {
    case '{': at++; return list('}', true, depth);
    case '[': at++; return list(']', false, depth);
    case '"': return string();
    case 't': return word("true");
    case 'f': return word("false");
    case 'n': return word("null");
    default: return number();
  }
}

bool is_json(fh_text text) {
  at = (const unsigned char *)text.ptr;
  end = at + text.len;
  return value(0) && at == end;
}
