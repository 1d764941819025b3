/* Finds what must not be collected, and removes it. */
#include "mask.h"

enum { PARAM, KEY, EMAIL, CARD, TOKEN };

const char fh_rules[] = "param\0key\0email\0card\0token";

/* What a name says of its value: that it is masked, or that a rule is off there. */
enum {
  AS_PARAM = 1 << PARAM,
  AS_KEY = 1 << KEY,
  NO_EMAIL = 1 << EMAIL,
  NO_CARD = 1 << CARD,
  NO_TOKEN = 1 << TOKEN,
  ALLOWED = 1 << FH_RULES,                          /* all are */
  INSIDE = NO_EMAIL | NO_CARD | NO_TOKEN | ALLOWED, /* in all that the value has in it */
  MARKS = (1 << (FH_RULES + 1)) - 1
};

/* What e-mail addresses, numbers and tokens are made of. What is not ASCII counts as a
 * letter. A table, since all text goes through it: no larger than the comparisons
 * (brotli), and twice as fast. */
enum { LETTER = 1, DIGIT, SIGN };
static const uint8_t kinds[256] = {['0' ... '9'] = DIGIT,  ['A' ... 'Z'] = LETTER,
                                   ['a' ... 'z'] = LETTER, [128 ... 255] = LETTER,
                                   ['+'] = SIGN,           ['-'] = SIGN,
                                   ['.'] = SIGN,           ['_'] = SIGN};

/* As calls they would save 7 bytes and cost a tenth of an event's time in the module. */
#define INLINE inline __attribute__((always_inline))
static INLINE bool is_digit(char c) { return kinds[(uint8_t)c] == DIGIT; }
static INLINE bool is_letter(char c) { return kinds[(uint8_t)c] == LETTER; }
static INLINE bool is_part(char c) { return kinds[(uint8_t)c]; }

/* The marks of the name that ends at `end`, and begins at `name` or later: its letters,
 * from the last on, are looked up wherever a word begins, which is behind what is no
 * letter, behind an escape (user%5Bemail%5D), and at a capital behind a small letter.
 *
 * With `marks` it is a list, whose names are learnt with these. */
static uint32_t marks_of(fh_mask *mask, const char *name, const char *end,
                         uint32_t marks) {
  uint32_t found = 0, hash = 0;
  uint8_t slot = 0;
  char after = ' ', c;
  do {
    c = end > name ? *--end : '\0';
    if (end - name > 1 && end[-2] == '%') {
      end -= 2;
      c = '%';
    }
    if (!is_letter(c) || (c & ~after & 0x20))
      for (slot = (uint8_t)(hash >> 24); mask->name[slot]; slot++)
        if ((mask->name[slot] ^ hash) <= MARKS) found |= mask->name[slot] & MARKS;
    if (is_letter(c)) {
      hash = (hash ^ (uint8_t)(c | 0x20)) * 0x01000193u; /* FNV-1a */
      after = c;
    } else if (marks && (c == ' ' || c == ',' || !c)) {
      if (hash && mask->names++ < FH_MAX_NAMES)
        mask->name[slot] = (hash & ~(uint32_t)MARKS) | (marks & ~mask->off);
      hash = 0;
    }
  } while (c);
  return found;
}

static uint32_t learn(fh_mask *mask, const char *list, uint32_t marks) {
  return marks_of(mask, list, list + strlen(list), marks);
}

/* Where the value of a parameter ends. */
static char *value_end(char *at) {
  while (*at != '&' && *at != '#' && (uint8_t)*at > ' ') at++;
  return at;
}

/* The first digits that cards of 15 to 19 digits have, a bit each: 3, 2 to 6, none, none,
 * 4 and 6. Others are ids of networks and advertisements; less digits, which some old
 * cards have, are barcodes, products, telephones and times. */
static const char issuers[] = "\x08\x7c\0\0\x50";

/* Where the card number that begins at this digit ends, or `at`. */
static char *card_end(char *at) {
  int n = 0, group = 0;
  int once = 0, twice = 0; /* Luhn's sum, the last digit counting so */
  for (char *p = at;; p++) {
    if (is_digit(*p) && n < 20) {
      int digit = *p - '0', sum = twice + digit;
      twice = once + 2 * digit - (digit > 4 ? 9 : 0);
      once = sum;
      n++;
      group++;
    } else if (n > 14 && n < 20 && issuers[n - 15] >> (*at - '0') & 1 && once % 10 == 0 &&
               !is_letter(*p) && *p != '_' && !(*p == '.' && is_digit(p[1]))) {
      return p;
    } else if ((*p != ' ' && *p != '-') || (unsigned)group - 4 > 2) {
      return at;
    } else {
      group = 0;
    }
  }
}

/* `marks`: the rules that are off here. */
static void mask_text(fh_mask *mask, char *text, uint32_t marks) {
  char *last = text + strlen(text), *next;
  char *run = text; /* where the run of parts began that is before `p` */
  for (char *p = text; p < last; p = next) {
    if (p > run)
      while (is_part(*p)) p++;
    int escaped = fh_unescape(p), rule = TOKEN;
    char c = escaped < 0 ? *p : (char)escaped;
    next = p + (escaped < 0 ? 1 : 3);
    char *from = p, *end = p; /* what is to be masked */
    if (is_part(c)) {
      if (is_digit(c)) {
        end = card_end(p);
        rule = CARD;
      } else if (strncmp(p, "eyJ", 3) == 0) {
        int dots = 0;
        for (; is_part(*end); end++) dots += *end == '.';
        if (dots < 2) end = p;
      }
    } else {
      if (c == '=') {
        /* As far back as any listed name goes: a hostile text must not take long. */
        char *name = p - text > FH_MAX_NAME_BYTES ? p - FH_MAX_NAME_BYTES : text;
        from = next;
        if ((marks_of(mask, name, p, 0) & (AS_PARAM | ALLOWED)) == AS_PARAM)
          end = value_end(next);
        rule = PARAM;
      } else if (c == '@') {
        bool domain = false; /* a dot and two letters somewhere; @2x.png is none */
        for (end = next; is_part(*end); end++)
          domain |= *end == '.' && is_letter(end[1]) && is_letter(end[2]);
        from = run;
        if (!domain || run == p || (next[1] == 'x' && next[2] == '.')) end = from;
        rule = EMAIL;
      } else if (c == ' ' && p - run == 6 && strncmp(run, "Bearer", 6) == 0) {
        from = next;
        end = value_end(next);
        if (end - from < 15) end = from; /* a word: the Bearer of bad news */
      }
      run = next;
    }
    if (end > from && !(marks >> rule & 1)) {
      mask->count[rule]++;
      for (int left = 3; left && from < end; left--) *from++ = '*';
      memmove(from, end, (size_t)(last - end) + 1);
      last -= end - from;
      run = next = from;
    }
  }
}

static void mask_members(fh_mask *mask, const fh_json *object, uint32_t marks);

static void mask_member(fh_mask *mask, fh_json *member, uint32_t marks) {
  static char stars[] = "***";
  char *text = fh_json_chars(member);
  const char *name = fh_json_name(member);
  marks |= marks_of(mask, name, name + strlen(name), 0);
  if (marks & ALLOWED) return;
  if (marks & AS_KEY) {
    if (text ? !*text || strcmp(text, stars) == 0 : fh_json_is_null(member)) return;
    fh_json_set_chars(member, stars);
    mask->count[KEY]++;
  } else if (text) {
    mask_text(mask, text, marks & INSIDE);
    if (*text == '*') fh_json_set_chars(member, text); /* it may have been a number */
  } else {
    mask_members(mask, member, marks);
  }
}

static void mask_members(fh_mask *mask, const fh_json *object, uint32_t marks) {
  for (fh_json *m = fh_json_first(object); m; m = fh_json_next(m))
    mask_member(mask, m, marks);
}

void fh_mask_members(fh_mask *mask, const fh_json *object) {
  mask_members(mask, object, mask->off & INSIDE);
}

void fh_mask_call(fh_mask *mask, const fh_json *call) {
  for (fh_json *m = fh_json_first(call); m; m = fh_json_next(m))
    if (!fh_json_chars(m)) mask_member(mask, m, mask->off & INSIDE);
}

bool fh_mask_start(fh_mask *mask, const fh_json *options, uint32_t *count) {
  const char *off = fh_json_get_text(options, "mask"), *rule = fh_rules;
  *mask = (fh_mask){.count = count};
  for (uint32_t bit = 1; bit < ALLOWED; bit *= 2, rule += strlen(rule) + 1)
    learn(mask, rule, bit);
  if (*off == '-') mask->off = learn(mask, off, ALLOWED) & (ALLOWED - 1);
  if (strcmp(off, "off") == 0) mask->off = ALLOWED;
  memset(mask->name, 0, sizeof mask->name);
  mask->names = 0;
  learn(mask, "email mail", AS_PARAM | NO_EMAIL);
  /* No keys: a device's token (context.device.token) and a telephone number are
   * Segment's own. `code` is in neither list: it is a coupon's or a country's as often as
   * OAuth's, which is good for one use by the one who asked for it. */
  /* fh is the visitor whom a linked site has sent (js-shim/bridge/link.js). */
  learn(mask, "phone tel token auth signature fh", AS_PARAM);
  learn(mask,
        "password passwd pwd secret authorization apikey apitoken accesstoken authtoken "
        "refreshtoken otp ssn iban cvv cvc cardnumber",
        AS_PARAM | AS_KEY);
  learn(mask, "traits userid groupid", NO_EMAIL);
  learn(mask, "id ids providers", NO_CARD);
  learn(mask, fh_json_get_text(options, "maskDeny"), AS_PARAM | AS_KEY);
  learn(mask, fh_json_get_text(options, "maskAllow"), ALLOWED);
  return mask->names <= FH_MAX_NAMES;
}
