/* The table of transforms. Numbers keep their text through all of them. */
#include "transform.h"

#include "clock.h"
#include "letters.h"
#include "limits.h"
#include "md5.h"
#include "sha256.h"
#include "utf8.h"

/* --- Paths ------------------------------------------------------------------ */

static const fh_json *member(const fh_json *value, const char *name, size_t len) {
  const fh_json *found = NULL;
  if (!fh_json_is_object(value)) return NULL;
  for (const fh_json *m = fh_json_first(value); m; m = fh_json_next(m)) {
    const char *its = fh_json_name(m);
    if (strncmp(its, name, len) == 0 && !its[len]) found = m;
  }
  return found;
}

static const fh_json *element(const fh_json *list, const char *place, size_t len) {
  const char *at = place;
  double number = fh_read_number(&at);
  if (number < 0 || at != place + len) return NULL;
  const fh_json *found = fh_json_first(list);
  while (found && number-- > 0) found = fh_json_next(found);
  return found;
}

const fh_json *fh_json_at(const fh_json *value, const char *path) {
  if (strcmp(path, ".") == 0) path = "";
  while (value && *path) {
    size_t len = strcspn(path, ".");
    value =
        fh_json_is_array(value) ? element(value, path, len) : member(value, path, len);
    path += len + (path[len] == '.');
  }
  return fh_json_is_null(value) ? NULL : value;
}

/* --- Texts ------------------------------------------------------------------ */

/* The text of a string or number, of true and false; JSON of what has members. NULL
 * where the arena is exhausted. */
static const char *text_of(fh_arena *arena, const fh_json *value) {
  if (fh_json_is_string(value) || fh_json_is_number(value)) return fh_json_text(value);
  fh_writer writer = fh_writer_on(arena->base + arena->used, arena->cap - arena->used);
  fh_json_print(&writer, value);
  fh_put_bytes(&writer, "", 1);
  arena->exhausted |= writer.full;
  return writer.full ? NULL : fh_arena_alloc(arena, writer.len);
}

static fh_json *string_of(fh_arena *arena, const char *text) {
  return fh_json_new_string(arena, text, strlen(text));
}

/* A string with the text of a value, to be changed in place. */
static fh_json *copy_of(fh_arena *arena, const fh_json *value) {
  const char *text = text_of(arena, value);
  return text ? string_of(arena, text) : NULL;
}

static fh_json *recased(fh_arena *arena, const fh_json *value, bool to_lower) {
  fh_json *copy = copy_of(arena, value);
  if (copy) fh_change_case(fh_json_chars(copy), strlen(fh_json_text(copy)), to_lower);
  return copy;
}

static fh_json *lowercase(fh_arena *arena, const fh_json *with, const fh_json *value) {
  (void)with;
  return recased(arena, value, true);
}

static fh_json *uppercase(fh_arena *arena, const fh_json *with, const fh_json *value) {
  (void)with;
  return recased(arena, value, false);
}

static fh_json *trim(fh_arena *arena, const fh_json *with, const fh_json *value) {
  (void)with;
  const char *text = text_of(arena, value);
  if (!text) return NULL;
  while (fh_space_length(text)) text += fh_space_length(text);
  const char *end = text;
  for (const char *at = text; *at;) {
    size_t space = fh_space_length(at);
    at += space ? space : 1;
    if (!space) end = at;
  }
  return fh_json_new_string(arena, text, (size_t)(end - text));
}

static fh_json *unspace(fh_arena *arena, const fh_json *with, const fh_json *value) {
  (void)with;
  fh_json *copy = copy_of(arena, value);
  if (!copy) return NULL;
  char *to = fh_json_chars(copy);
  for (const char *from = to; *from;) {
    size_t space = fh_space_length(from);
    if (!space) *to++ = *from;
    from += space ? space : 1;
  }
  *to = '\0';
  return copy;
}

static bool is_sha256(const char *text) {
  size_t n = 0;
  while (fh_hex_value(text[n]) >= 0) n++;
  return n == 2 * FH_SHA256_BYTES && !text[n];
}

/* What the page has hashed is no number any more. */
static fh_json *digits(fh_arena *arena, const fh_json *with, const fh_json *value) {
  (void)with;
  fh_json *copy = copy_of(arena, value);
  if (!copy || is_sha256(fh_json_text(copy))) return copy;
  char *to = fh_json_chars(copy);
  for (const char *from = to; *from; from++)
    if (*from >= '0' && *from <= '9') *to++ = *from;
  *to = '\0';
  return copy;
}

/* [start, end) in characters. */
static fh_json *substring(fh_arena *arena, const fh_json *with, const fh_json *value) {
  const fh_json *first = fh_json_first(with);
  double start = fh_json_whole(first), end = fh_json_whole(fh_json_next(first));
  const char *text = text_of(arena, value), *from = NULL, *at = text;
  for (int place = 0; at; place++) {
    if (!from && place >= start) from = at;
    if (place >= end || !*at) break;
    at += fh_utf8_length(at, strlen(at));
  }
  return at ? fh_json_new_string(arena, from ? from : at, from ? (size_t)(at - from) : 0)
            : NULL;
}

/* [text, with]: each occurrence. */
static fh_json *replace(fh_arena *arena, const fh_json *with, const fh_json *value) {
  const char *what = fh_json_text(fh_json_first(with));
  const char *by = fh_json_text(fh_json_next(fh_json_first(with)));
  const char *text = text_of(arena, value);
  size_t count = 0, len = strlen(what);
  if (!text) return NULL;
  for (const char *at = text; (at = strstr(at, what)); at += len) count++;
  size_t cap = strlen(text) - count * len + count * strlen(by);
  char *out = fh_arena_alloc(arena, cap + 1);
  if (!out) return NULL;
  fh_writer writer = fh_writer_on(out, cap);
  for (const char *at; (at = strstr(text, what)); text = at + len) {
    fh_put_bytes(&writer, text, (size_t)(at - text));
    fh_put(&writer, by);
  }
  fh_put(&writer, text);
  return fh_json_new_string(arena, out, writer.len);
}

/* {text: value}: the value of this text, or the text itself. */
static fh_json *lookup(fh_arena *arena, const fh_json *with, const fh_json *value) {
  const char *text = text_of(arena, value);
  const fh_json *found = text ? fh_json_get(with, text) : NULL;
  return fh_json_share(arena, found ? found : value);
}

static fh_json *prefix(fh_arena *arena, const fh_json *with, const fh_json *value) {
  const char *text = text_of(arena, value), *before = fh_json_text(with);
  if (!text) return NULL;
  size_t cap = strlen(before) + strlen(text);
  char *out = fh_arena_alloc(arena, cap + 1);
  if (!out) return NULL;
  fh_writer writer = fh_writer_on(out, cap);
  fh_put(&writer, before);
  fh_put(&writer, text);
  return fh_json_new_string(arena, out, cap);
}

/* --- Hashes ----------------------------------------------------------------- */

static fh_json *hex(fh_arena *arena, const unsigned char *bytes, size_t n) {
  static const char digit[] = "0123456789abcdef";
  char out[2 * FH_SHA256_BYTES];
  for (size_t i = 0; i < n; i++) {
    out[2 * i] = digit[bytes[i] >> 4];
    out[2 * i + 1] = digit[bytes[i] & 15];
  }
  return fh_json_new_string(arena, out, 2 * n);
}

/* Of nothing nothing comes: the hash of "" would be the same "person" for all. */
static fh_json *sha256(fh_arena *arena, const fh_json *with, const fh_json *value) {
  (void)with;
  const char *text = text_of(arena, value);
  unsigned char out[FH_SHA256_BYTES];
  if (!text || !*text) return NULL;
  fh_sha256(text, strlen(text), out);
  return hex(arena, out, sizeof out);
}

static fh_json *md5(fh_arena *arena, const fh_json *with, const fh_json *value) {
  (void)with;
  const char *text = text_of(arena, value);
  unsigned char out[FH_MD5_BYTES];
  if (!text || !*text) return NULL;
  fh_md5(text, strlen(text), out);
  return hex(arena, out, sizeof out);
}

/* What the page has hashed stays as it is. */
static fh_json *sha256_once(fh_arena *arena, const fh_json *with, const fh_json *value) {
  const char *text = text_of(arena, value);
  return text && is_sha256(text) ? string_of(arena, text) : sha256(arena, with, value);
}

fh_uuid fh_uuid_of(const char *text) {
  unsigned char digest[FH_SHA256_BYTES];
  fh_uuid id;
  fh_sha256(text, strlen(text), digest);
  memcpy(id.bytes, digest, sizeof id.bytes);
  id.bytes[6] = (unsigned char)(0x80 | (id.bytes[6] & 0x0F));
  id.bytes[8] = (unsigned char)(0x80 | (id.bytes[8] & 0x3F));
  return id;
}

static fh_json *uuid(fh_arena *arena, const fh_json *with, const fh_json *value) {
  (void)with;
  const char *text = text_of(arena, value);
  char out[FH_UUID_CHARS];
  if (!text) return NULL;
  fh_uuid id = fh_uuid_of(text);
  fh_writer writer = fh_writer_on(out, sizeof out);
  fh_put_uuid(&writer, &id);
  return fh_json_new_string(arena, out, writer.len);
}

/* --- Kinds of values -------------------------------------------------------- */

static fh_json *as_string(fh_arena *arena, const fh_json *with, const fh_json *value) {
  (void)with;
  return copy_of(arena, value);
}

static fh_json *as_number(fh_arena *arena, const fh_json *with, const fh_json *value) {
  (void)with;
  return fh_json_new_number(arena, fh_json_text(value));
}

/* Cut, not rounded; of one with an exponent nothing comes. */
static fh_json *as_integer(fh_arena *arena, const fh_json *with, const fh_json *value) {
  (void)with;
  fh_json *number = fh_json_new_number(arena, fh_json_text(value));
  const char *text = fh_json_text(number);
  if (!number || text[strcspn(text, "eE")]) return NULL;
  fh_json *whole = fh_json_new_string(arena, text, strcspn(text, "."));
  const char *cut = fh_json_text(whole);
  return whole ? fh_json_new_number(arena, strcmp(cut, "-0") == 0 ? "0" : cut) : NULL;
}

static fh_json *as_boolean(fh_arena *arena, const fh_json *with, const fh_json *value) {
  (void)with;
  const char *text = text_of(arena, value);
  if (!text) return NULL;
  if (fh_is_one_of(text, "true\0001\0yes\0")) return fh_json_new_bool(arena, true);
  if (!*text || fh_is_one_of(text, "false\0000\0no\0"))
    return fh_json_new_bool(arena, false);
  return NULL;
}

/* --- Times: ISO 8601 in UTC, or a whole number of ms ------------------------- */

static double ms_of(const fh_json *value) {
  double ms = fh_json_whole(value);
  return ms >= 0 ? ms : fh_read_iso8601(fh_json_text(value));
}

static fh_json *time_in(fh_arena *arena, const fh_json *value, double ms_each,
                        const char *zeros) {
  char out[FH_MAX_NUMBER_BYTES + 1];
  double ms = ms_of(value);
  if (ms < 0) return NULL;
  fh_writer writer = fh_writer_on(out, sizeof out - 1);
  fh_put_number(&writer, ms / ms_each);
  fh_put(&writer, zeros);
  out[writer.len] = '\0';
  return fh_json_new_number(arena, out);
}

static fh_json *seconds(fh_arena *arena, const fh_json *with, const fh_json *value) {
  (void)with;
  return time_in(arena, value, 1000, "");
}

static fh_json *milliseconds(fh_arena *arena, const fh_json *with, const fh_json *value) {
  (void)with;
  return time_in(arena, value, 1, "");
}

static fh_json *microseconds(fh_arena *arena, const fh_json *with, const fh_json *value) {
  (void)with;
  return time_in(arena, value, 1, "000");
}

static fh_json *iso8601(fh_arena *arena, const fh_json *with, const fh_json *value) {
  (void)with;
  char out[32];
  double ms = ms_of(value);
  fh_writer writer = fh_writer_on(out, sizeof out);
  fh_put_iso8601(&writer, ms);
  return ms < 0 ? NULL : fh_json_new_string(arena, out, writer.len);
}

/* --- Lists ------------------------------------------------------------------ */

/* What is at a path in each element; of an element without it nothing. */
static fh_json *pluck(fh_arena *arena, const fh_json *with, const fh_json *value) {
  fh_json *list = fh_json_is_array(value) ? fh_json_new_array(arena) : NULL;
  if (!list) return NULL;
  for (const fh_json *m = fh_json_first(value); m; m = fh_json_next(m))
    fh_json_push(arena, list, fh_json_share(arena, fh_json_at(m, fh_json_text(with))));
  return list;
}

static fh_json *join(fh_arena *arena, const fh_json *with, const fh_json *value) {
  const char *separator = fh_json_text(with);
  if (!fh_json_is_array(value)) return copy_of(arena, value);
  size_t cap = 0;
  for (const fh_json *m = fh_json_first(value); m; m = fh_json_next(m)) {
    const char *text = text_of(arena, m);
    cap += (text ? strlen(text) : 0) + strlen(separator);
  }
  char *out = fh_arena_alloc(arena, cap + 1);
  if (!out) return NULL;
  fh_writer writer = fh_writer_on(out, cap);
  for (const fh_json *m = fh_json_first(value); m; m = fh_json_next(m)) {
    const char *text = text_of(arena, m);
    if (!text) return NULL;
    if (m != fh_json_first(value)) fh_put(&writer, separator);
    fh_put(&writer, text);
  }
  return fh_json_new_string(arena, out, writer.len);
}

static fh_json *split(fh_arena *arena, const fh_json *with, const fh_json *value) {
  const char *separator = fh_json_text(with), *text = text_of(arena, value);
  fh_json *list = text ? fh_json_new_array(arena) : NULL;
  for (const char *at; list; text = at + strlen(separator)) {
    at = strstr(text, separator);
    size_t len = at ? (size_t)(at - text) : strlen(text);
    fh_json_push(arena, list, fh_json_new_string(arena, text, len));
    if (!at) break;
  }
  return list;
}

static fh_json *list_of(fh_arena *arena, const fh_json *with, const fh_json *value) {
  (void)with;
  if (fh_json_is_array(value)) return fh_json_share(arena, value);
  fh_json *list = fh_json_new_array(arena);
  fh_json_push(arena, list, fh_json_share(arena, value));
  return list;
}

static fh_json *first(fh_arena *arena, const fh_json *with, const fh_json *value) {
  (void)with;
  return fh_json_share(arena, fh_json_is_array(value) ? fh_json_first(value) : value);
}

static fh_json *count(fh_arena *arena, const fh_json *with, const fh_json *value) {
  (void)with;
  char out[24];
  double n = 0;
  if (!fh_json_is_array(value)) return NULL;
  for (const fh_json *m = fh_json_first(value); m; m = fh_json_next(m)) n++;
  fh_writer writer = fh_writer_on(out, sizeof out - 1);
  fh_put_number(&writer, n);
  out[writer.len] = '\0';
  return fh_json_new_number(arena, out);
}

/* --- The table --------------------------------------------------------------- */

typedef enum kind { NOTHING, TEXT, FULL_TEXT, RANGE, PAIR, OBJECT } kind;

static const char *const needs[] = {[NOTHING] = "needs nothing: write its name alone",
                                    [TEXT] = "needs a text",
                                    [FULL_TEXT] = "needs a text that is not empty",
                                    [RANGE] = "needs [start, end], in characters",
                                    [PAIR] = "needs [text, replacement]",
                                    [OBJECT] = "needs {text: value}"};

static const struct row {
  const char *name;
  kind with;
  bool of_lists; /* takes a list as a whole */
  fh_json *(*run)(fh_arena *arena, const fh_json *with, const fh_json *value);
} rows[] = {{"lowercase", NOTHING, false, lowercase},
            {"uppercase", NOTHING, false, uppercase},
            {"trim", NOTHING, false, trim},
            {"unspace", NOTHING, false, unspace},
            {"digits", NOTHING, false, digits},
            {"substring", RANGE, false, substring},
            {"replace", PAIR, false, replace},
            {"lookup", OBJECT, false, lookup},
            {"prefix", TEXT, false, prefix},
            {"sha256", NOTHING, false, sha256},
            {"sha256Once", NOTHING, false, sha256_once},
            {"md5", NOTHING, false, md5},
            {"uuid", NOTHING, false, uuid},
            {"number", NOTHING, false, as_number},
            {"integer", NOTHING, false, as_integer},
            {"boolean", NOTHING, false, as_boolean},
            {"seconds", NOTHING, false, seconds},
            {"milliseconds", NOTHING, false, milliseconds},
            {"microseconds", NOTHING, false, microseconds},
            {"iso8601", NOTHING, false, iso8601},
            {"split", FULL_TEXT, false, split},
            {"string", NOTHING, true, as_string},
            {"pluck", FULL_TEXT, true, pluck},
            {"join", TEXT, true, join},
            {"list", NOTHING, true, list_of},
            {"first", NOTHING, true, first},
            {"count", NOTHING, true, count}};

static const char *name_of(const fh_json *transform) {
  const fh_json *only = fh_json_first(transform);
  if (fh_json_is_string(transform)) return fh_json_text(transform);
  return fh_json_is_object(transform) && only && !fh_json_next(only) ? fh_json_name(only)
                                                                     : "";
}

static const struct row *row_of(const fh_json *transform) {
  const char *name = name_of(transform);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (strcmp(rows[i].name, name) == 0) return &rows[i];
  return NULL;
}

static const fh_json *with_of(const fh_json *transform) {
  return fh_json_is_object(transform) ? fh_json_first(transform) : NULL;
}

static bool is_enough(kind need, const fh_json *with) {
  const fh_json *one = fh_json_first(with), *two = fh_json_next(one);
  bool is_two = fh_json_is_array(with) && two && !fh_json_next(two);
  switch (need) {
    case NOTHING: return !with;
    case TEXT: return fh_json_is_string(with);
    case FULL_TEXT: return fh_json_is_string(with) && *fh_json_text(with);
    case RANGE:
      return is_two && fh_json_whole(one) >= 0 &&
             fh_json_whole(two) >= fh_json_whole(one);
    case PAIR:
      return is_two && fh_json_is_string(one) && *fh_json_text(one) &&
             fh_json_is_string(two);
    case OBJECT: return fh_json_is_object(with);
  }
  return false;
}

const char *fh_transform_check(const fh_json *transform) {
  if (!*name_of(transform)) return "a transform is a name, or an object of one member";
  const struct row *row = row_of(transform);
  if (!row) return "no such transform";
  return is_enough(row->with, with_of(transform)) ? NULL : needs[row->with];
}

fh_json *fh_transform(fh_arena *arena, const fh_json *transform, const fh_json *value) {
  const struct row *row = row_of(transform);
  const fh_json *with = with_of(transform);
  if (fh_json_is_null(value)) return NULL;
  if (row->of_lists || !fh_json_is_array(value)) return row->run(arena, with, value);
  fh_json *list = fh_json_new_array(arena);
  for (const fh_json *m = fh_json_first(value); list && m; m = fh_json_next(m))
    if (!fh_json_is_null(m)) fh_json_push(arena, list, row->run(arena, with, m));
  return list;
}
