/* Scans a request and notes where things are. */
#include "request.h"

#include <string.h>

#include "errors.h"
#include "limits.h"
#include "refusal.h"
#include "text.h"
#include "utf8.h"

typedef struct reader {
  const char *text;
  size_t len;
  size_t at;
  size_t shift;   /* bytes before `at` that are no UTF-16 unit of their own */
  int code;       /* why the text cannot be read; 0 so far */
  size_t deepest; /* level of the innermost bracket so far; one outside all is 1 */
  bool long_number;
} reader;

/* A string that was read, without its quotes. */
typedef struct chars {
  const char *ptr;
  size_t len;
  size_t escapes; /* bytes by which it is longer than what it says */
  int units;      /* UTF-16 units of what it says */
} chars;

/* A value that was read. `kind` is its first byte. */
typedef struct value {
  char kind;
  fh_span span;
  chars chars; /* of a string */
} value;

/* A member's name that was read, and the members of its object so far. */
typedef struct key {
  int count;
  int start; /* place of its quote */
  int end;
  chars name;
} key;

static int place(const reader *r) { return (int)(r->at - r->shift); }

static char peek(const reader *r) { return r->at < r->len ? r->text[r->at] : '\0'; }

static bool fail(reader *r, int code) {
  if (!r->code) r->code = code;
  return false;
}

/* What is no JSON may be no UTF-8 either, and that says more. */
static bool fail_here(reader *r) {
  bool odd = r->at < r->len && !fh_utf8_length(r->text + r->at, r->len - r->at);
  return fail(r, odd ? FH_ERR_UTF8 : FH_ERR_JSON);
}

static bool take(reader *r, char c) {
  if (peek(r) != c) return false;
  r->at++;
  return true;
}

static void skip_space(reader *r) {
  while (r->at < r->len) {
    char c = r->text[r->at];
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
    r->at++;
  }
}

/* --- Strings, numbers, words --------------------------------------------------- */

static void skip_plain(reader *r) {
  r->at += fh_plain_length(r->text + r->at, r->len - r->at);
}

/* The bytes of the escape at `at`, after its backslash; 0 if it is none. */
static size_t escape_length(const reader *r, size_t at) {
  if (at >= r->len) return 0;
  char c = r->text[at];
  if (c != 'u') return c && strchr("\"\\/bfnrt", c) ? 1 : 0;
  for (size_t i = 1; i < 5; i++)
    if (at + i >= r->len || fh_hex_value(r->text[at + i]) < 0) return 0;
  return 5;
}

static bool read_string(reader *r, chars *out) {
  if (!take(r, '"')) return fail_here(r);
  size_t from = r->at, escapes = 0;
  int start = place(r);
  for (;;) {
    skip_plain(r);
    if (r->at >= r->len) return fail(r, FH_ERR_JSON);
    unsigned char c = (unsigned char)r->text[r->at];
    if (c == '"') break;
    if (c < ' ') return fail(r, FH_ERR_JSON);
    if (c == '\\') {
      size_t length = escape_length(r, r->at + 1);
      if (!length) return fail(r, FH_ERR_JSON);
      r->at += 1 + length;
      escapes += length;
    } else if (c < 0x80) {
      r->at++;
    } else {
      size_t length = fh_utf8_length(r->text + r->at, r->len - r->at);
      if (!length) return fail(r, FH_ERR_UTF8);
      r->at += length;
      r->shift += length == 4 ? 2 : length - 1;
    }
  }
  *out = (chars){r->text + from, r->at - from, escapes, place(r) - start - (int)escapes};
  r->at++;
  return true;
}

static bool skip_digits(reader *r) {
  size_t from = r->at;
  while (peek(r) >= '0' && peek(r) <= '9') r->at++;
  return r->at > from;
}

/* RFC 8259, 6. */
static bool skip_number(reader *r) {
  size_t from = r->at;
  take(r, '-');
  if (!take(r, '0') && !skip_digits(r)) return fail_here(r);
  if (take(r, '.') && !skip_digits(r)) return fail_here(r);
  if (take(r, 'e') || take(r, 'E')) {
    if (!take(r, '-')) take(r, '+');
    if (!skip_digits(r)) return fail_here(r);
  }
  r->long_number |= r->at - from > FH_MAX_NUMBER_BYTES;
  return true;
}

static bool skip_word(reader *r, const char *word) {
  while (*word)
    if (!take(r, *word++)) return fail_here(r);
  return true;
}

static bool skip_scalar(reader *r) {
  chars ignored;
  switch (peek(r)) {
    case '"': return read_string(r, &ignored);
    case 't': return skip_word(r, "true");
    case 'f': return skip_word(r, "false");
    case 'n': return skip_word(r, "null");
    default: return skip_number(r);
  }
}

/* --- Members and values ---------------------------------------------------------- */

/* Reads the next member's name and its colon. False after the last one, and at an
 * error. */
static bool next_key(reader *r, key *k) {
  skip_space(r);
  if (take(r, '}')) return false;
  if (k->count++ > 0) {
    if (!take(r, ',')) return fail_here(r);
    skip_space(r);
  }
  k->start = place(r);
  if (!read_string(r, &k->name)) return false;
  k->end = place(r);
  skip_space(r);
  return take(r, ':') || fail_here(r);
}

/* Of each bracket that is open whether it is a brace. */
static unsigned char braces[FH_IO_BYTES / 8 + 1];

static bool in_braces(size_t open) { return braces[open / 8] >> open % 8 & 1; }

static void note_bracket(size_t open, bool brace) {
  unsigned char bit = (unsigned char)(1u << open % 8);
  braces[open / 8] =
      (unsigned char)(brace ? braces[open / 8] | bit : braces[open / 8] & ~bit);
}

/* Reads what stands between two values of a container: closes those that end here.
 * `more`: another value follows. */
static bool next_element(reader *r, size_t *open, bool *more, bool first) {
  key k = {.count = !first};
  *more = false;
  while (*open > 0) {
    if (in_braces(*open)) {
      *more = next_key(r, &k);
      if (r->code) return false;
    } else {
      skip_space(r);
      *more = !take(r, ']');
      if (*more && !first && !take(r, ',')) return fail_here(r);
    }
    if (*more) return true;
    (*open)--;
    k.count = 1;
    first = false;
  }
  return true;
}

/* `level`: brackets around the value. Needs no recursion, so any depth is read. */
static bool skip_value(reader *r, size_t level) {
  size_t open = 0;
  bool more = true;
  while (more) {
    skip_space(r);
    bool bracket = peek(r) == '{' || peek(r) == '[';
    if (bracket) {
      note_bracket(++open, r->text[r->at++] == '{');
      if (level + open > r->deepest) r->deepest = level + open;
    } else if (!skip_scalar(r)) {
      return false;
    }
    if (!next_element(r, &open, &more, bracket)) return false;
  }
  return true;
}

static bool read_value(reader *r, size_t level, value *out) {
  skip_space(r);
  *out = (value){.kind = peek(r), .span.start = place(r)};
  bool read = out->kind == '"' ? read_string(r, &out->chars) : skip_value(r, level);
  out->span.end = place(r);
  return read;
}

/* --- Words ---------------------------------------------------------------------- */

typedef struct word {
  size_t len;
  const char *text;
} word;

#define WORD(text) \
  { sizeof(text) - 1, text }
#define COUNT(words) ((int)(sizeof(words) / sizeof *(words)))

/* Undoes the escapes of ASCII characters; what is longer than any word, or beyond
 * ASCII, says none of them. */
static size_t unescape(const chars *c, char *out, size_t cap) {
  size_t n = 0;
  for (size_t i = 0; i < c->len; i++) {
    if (n == cap) return 0;
    char byte = c->ptr[i];
    if (byte == '\\') {
      byte = c->ptr[++i];
      if (byte == 'u') {
        int code = 0;
        for (int digit = 0; digit < 4; digit++)
          code = code << 4 | fh_hex_value(c->ptr[++i]);
        if (code >= 0x80) return 0;
        byte = (char)code;
      } else if (byte != '/' && byte != '"' && byte != '\\') {
        return 0; /* no word has a control character */
      }
    }
    out[n++] = byte;
  }
  return n;
}

/* Which of the words a string says; -1: none. */
static int word_of(const chars *c, const word *words, int count) {
  char buffer[24];
  const char *ptr = c->ptr;
  size_t len = c->len;
  if (c->escapes) len = unescape(c, buffer, sizeof buffer), ptr = buffer;
  for (int i = 0; i < count; i++)
    if (words[i].len == len && memcmp(words[i].text, ptr, len) == 0) return i;
  return -1;
}

/* --- One event -------------------------------------------------------------------- */

/* Those of FH_EVENT_TAKEN come first, in its order. */
enum { EVENT = FH_EVENT_TAKEN, USER_ID, ANONYMOUS_ID, PROPERTIES, TRAITS };
static const word event_names[] = {WORD("type"),        WORD("messageId"),
                                   WORD("timestamp"),   WORD("originalTimestamp"),
                                   WORD("sentAt"),      WORD("receivedAt"),
                                   WORD("context"),     WORD("integrations"),
                                   WORD("writeKey"),    WORD("firsthandId"),
                                   WORD("event"),       WORD("userId"),
                                   WORD("anonymousId"), WORD("properties"),
                                   WORD("traits")};

static const word types[] = {WORD("track"),  WORD("identify"), WORD("page"),
                             WORD("screen"), WORD("group"),    WORD("alias")};

/* What a server may add to "context"; userAgent comes first. */
static const word facts[] = {WORD("userAgent"), WORD("ip"),      WORD("os"),
                             WORD("device"),    WORD("browser"), WORD("location"),
                             WORD("bot")};

/* What was found in one event, besides what its row says. */
typedef struct found {
  bool name, id[2], wrong_bag[4];
  char message_id; /* kind of the value */
  int message_id_units;
  bool too_many_runs;
  bool run_open;
} found;

static bool is_filled(const value *v) { return v->kind == '"' && v->chars.len > 0; }

static bool read_context(reader *r, fh_request_event *row) {
  key k = {0};
  value v;
  r->at++;
  while (next_key(r, &k)) {
    int fact = word_of(&k.name, facts, COUNT(facts));
    if (!read_value(r, 2, &v)) return false;
    if (fact == 0 && v.kind == '"') {
      row->user_agent = v.span;
    } else if (fact >= 0) {
      row->has_fact = 1;
    }
  }
  if (r->deepest < 2) r->deepest = 2;
  return !r->code;
}

/* Adds a member to the run before it, or begins a run. */
static void keep(fh_request_event *row, found *f, int start, int end) {
  if (f->run_open) {
    row->kept[row->runs - 1].end = end;
  } else if (row->runs < FH_REQUEST_RUNS) {
    row->kept[row->runs++] = (fh_span){start, end};
    f->run_open = true;
  } else {
    f->too_many_runs = true;
  }
}

static void note_member(fh_request_event *row, found *f, int name, const value *v,
                        int start) {
  if (name >= 0 && name < FH_EVENT_TAKEN) {
    row->taken[name] = v->span;
    f->run_open = false;
  } else {
    keep(row, f, start, v->span.end);
  }
  bool wrong_bag = v->kind != '{' && v->kind != 'n';
  switch (name) {
    case FH_EVENT_TYPE:
      row->type = v->kind == '"' ? word_of(&v->chars, types, COUNT(types)) : -1;
      break;
    case FH_EVENT_MESSAGE_ID:
      f->message_id = v->kind;
      f->message_id_units = v->chars.units;
      break;
    case EVENT: f->name = is_filled(v); break;
    case USER_ID: f->id[0] = is_filled(v); break;
    case ANONYMOUS_ID: f->id[1] = is_filled(v); break;
    case FH_EVENT_CONTEXT: f->wrong_bag[0] = wrong_bag; break;
    case FH_EVENT_INTEGRATIONS: f->wrong_bag[1] = wrong_bag; break;
    case PROPERTIES: f->wrong_bag[2] = wrong_bag; break;
    case TRAITS: f->wrong_bag[3] = wrong_bag; break;
    default: break;
  }
}

/* What is wrong with an event that could be read. */
static int problem_of(const reader *r, const fh_request_event *row, const found *f,
                      size_t bytes) {
  if (bytes > FH_MAX_EVENT_BYTES) return FH_ERR_LARGE;
  if (r->deepest > FH_MAX_DEPTH) return FH_ERR_DEPTH;
  if (r->long_number) return FH_ERR_NUMBER;
  if (f->too_many_runs) return FH_ERR_COMPLEX;
  if (row->type < 0) return FH_REFUSED_TYPE;
  if (!f->id[0] && !f->id[1]) return FH_REFUSED_MISSING_ID;
  if (row->type == 0 && !f->name) return FH_REFUSED_NAME;
  bool no_id = !f->message_id || f->message_id == 'n';
  if (!no_id && (f->message_id != '"' || f->message_id_units == 0 ||
                 f->message_id_units >= FH_MESSAGE_ID_CHARS))
    return FH_REFUSED_MESSAGE_ID;
  for (int i = 0; i < 4; i++)
    if (f->wrong_bag[i]) return FH_REFUSED_OBJECT;
  return 0;
}

/* `type` as in fh_request_read. */
static bool read_event(reader *r, fh_request_event *row, int type) {
  skip_space(r);
  size_t from = r->at;
  found f = {0};
  key k = {0};
  value v;
  *row = (fh_request_event){.type = -1, .whole.start = place(r)};
  r->deepest = 1;
  r->long_number = false;
  bool is_object = peek(r) == '{';
  if (!is_object && !skip_value(r, 0)) return false;
  if (is_object) r->at++;
  while (is_object && next_key(r, &k)) {
    int name = word_of(&k.name, event_names, COUNT(event_names));
    skip_space(r);
    if (name == FH_EVENT_CONTEXT) { /* the last one counts */
      row->has_fact = 0;
      row->user_agent = (fh_span){0, 0};
    }
    if (name == FH_EVENT_CONTEXT && peek(r) == '{') {
      v = (value){.kind = '{', .span.start = place(r)};
      if (!read_context(r, row)) return false;
      v.span.end = place(r);
    } else if (!read_value(r, 1, &v)) {
      return false;
    }
    note_member(row, &f, name, &v, k.start);
  }
  if (r->code) return false;
  row->whole.end = place(r);
  if (type >= 0) row->type = type;
  row->problem = is_object ? problem_of(r, row, &f, r->at - from) : FH_REFUSED_EVENT;
  return true;
}

/* --- A request -----------------------------------------------------------------------
 */

static const word batch_names[] = {WORD("writeKey"),  WORD("sentAt"),
                                   WORD("context"),   WORD("integrations"),
                                   WORD("firsthand"), WORD("batch")};

static bool read_events(reader *r, fh_request *request) {
  static fh_request_event beyond;
  r->at++;
  request->events = 0;
  skip_space(r);
  if (take(r, ']')) return true;
  do {
    int n = request->events++;
    fh_request_event *row = n < FH_REQUEST_EVENTS ? &request->event[n] : &beyond;
    if (!read_event(r, row, FH_REQUEST_BATCH)) return false;
    skip_space(r);
  } while (take(r, ','));
  return take(r, ']') || fail_here(r);
}

static bool read_batch(reader *r, fh_request *request) {
  key k = {0};
  value v = {0};
  if (!take(r, '{')) return skip_value(r, 0) && fail(r, FH_REFUSED_EVENT);
  while (next_key(r, &k)) {
    int name = word_of(&k.name, batch_names, COUNT(batch_names));
    skip_space(r);
    if (name == FH_BATCH_EVENTS && peek(r) == '[') {
      v.span.start = place(r);
      if (!read_events(r, request)) return false;
      v.span.end = place(r);
    } else {
      if (name == FH_BATCH_EVENTS) request->events = -1;
      r->deepest = 0;
      r->long_number = false;
      if (!read_value(r, 1, &v)) return false;
      if (name >= 0 && r->deepest > FH_MAX_DEPTH) return fail(r, FH_ERR_DEPTH);
      if (name >= 0 && r->long_number) return fail(r, FH_ERR_NUMBER);
    }
    if (name >= 0) request->members[name] = v.span;
  }
  return !r->code;
}

void fh_request_read(fh_request *request, const char *text, size_t len, int type) {
  reader r = {.text = text, .len = len};
  memset(request, 0, offsetof(fh_request, event));
  request->events = type == FH_REQUEST_BATCH ? -1 : 1;
  if (len > FH_IO_BYTES) fail(&r, FH_ERR_LARGE);
  skip_space(&r);
  bool read =
      !r.code && (type == FH_REQUEST_BATCH ? read_batch(&r, request)
                                           : read_event(&r, &request->event[0], type));
  skip_space(&r);
  if (read && r.at < r.len) fail_here(&r);
  request->code = r.code;
  request->at = (int)r.at;
  request->ascii = r.shift == 0;
}

int fh_request_members(fh_span *spans, int max, const char *text, size_t len) {
  reader r = {.text = text, .len = len};
  key k = {0};
  value v;
  int n = 0;
  skip_space(&r);
  if (!take(&r, '{')) return FH_ERR_JSON;
  while (n < max && next_key(&r, &k)) {
    if (!read_value(&r, 1, &v)) break;
    spans[2 * n] = (fh_span){k.start, k.end};
    spans[2 * n + 1] = (fh_span){k.start, v.span.end};
    n++;
  }
  return r.code ? FH_ERR_JSON : n;
}
