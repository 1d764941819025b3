/* Wraps cJSON in one translation unit: its allocator becomes the arena, its
 * reading of a number keeps the number's own text. Stock libc number I/O would
 * be four fifths of the module and would print 0.30000000000000004 as 0.3. */
#include "json.h"

#include <stdio.h>
#include <stdlib.h>

#include "errors.h"
#include "limits.h"
#include "utf8.h"

/* cJSON's hooks carry no context, so the arena of the call in hand is here. */
static fh_arena *arena_in_use;
static bool number_refused;

static void *json_malloc(size_t size) { return fh_arena_alloc(arena_in_use, size); }

static size_t digits(const char *text) {
  size_t n = 0;
  while (text[n] >= '0' && text[n] <= '9') n++;
  return n;
}

/* The length of the JSON number that `text` begins with (RFC 8259, 6), or 0. */
static size_t number_length(const char *text) {
  size_t n = text[0] == '-';
  size_t whole = digits(text + n);
  if (whole == 0 || (whole > 1 && text[n] == '0')) return 0;
  n += whole;
  if (text[n] == '.') {
    size_t fraction = digits(text + n + 1);
    if (fraction == 0) return 0;
    n += 1 + fraction;
  }
  if (text[n] == 'e' || text[n] == 'E') {
    size_t sign = text[n + 1] == '+' || text[n + 1] == '-';
    size_t exponent = digits(text + n + 1 + sign);
    if (exponent == 0) return 0;
    n += 1 + sign + exponent;
  }
  return n;
}

/* Stands in for strtod. The "value" is a handle: where in the arena the
 * number's own text lies. A whole number below 2^31, so that cJSON may keep it
 * as a double or an int. */
static double json_strtod(const char *text, char **end) {
  size_t length = number_length(text);
  number_refused |= length > FH_MAX_NUMBER_BYTES;
  char *copy = length && length <= FH_MAX_NUMBER_BYTES
                   ? fh_arena_alloc(arena_in_use, length + 1)
                   : NULL;
  if (!copy) {
    memcpy(end, &text, sizeof text); /* nothing read: cJSON reports an error */
    return 0;
  }
  memcpy(copy, text, length);
  copy[length] = '\0';
  const char *after = text + length;
  memcpy(end, &after, sizeof after);
  return (double)(copy - arena_in_use->base);
}

static char *number_text(double handle) { return arena_in_use->base + (size_t)handle; }

/* The arena frees nothing one by one, so deleting a tree has no effect: a
 * function of which that is said is left out, calls and all. */
struct cJSON;
#ifdef __clang__
__attribute__((pure)) void cJSON_Delete(struct cJSON *item);
#endif

#define sprintf(...)        0 /* cJSON's printing is never linked */
#define sscanf(...)         0
#define strtod              json_strtod
/* cJSON calls its allocator by pointers that nobody ever sets: here directly, so
 * that the module needs no table of functions; and what frees nothing is no call.
 * A macro with arguments is not the member of that name. */
#define malloc              NULL
#define realloc             NULL
#define free                NULL
#define allocate(size)      allocate && false ? NULL : json_malloc(size)
#define deallocate(block)   deallocate, (void)block
#define CJSON_NESTING_LIMIT FH_PARSE_DEPTH
#define CJSON_HIDE_SYMBOLS
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wcast-qual"
#pragma GCC diagnostic ignored "-Wfloat-equal"
#pragma GCC diagnostic ignored "-Wswitch-enum"
#pragma GCC diagnostic ignored "-Wunused-value"
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#endif
#include "cJSON.c"
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif
#undef sscanf
#undef sprintf
#undef strtod
#undef malloc
#undef realloc
#undef free
#undef allocate
#undef deallocate

/* The 16 bits of `uXXXX` at `text`, or -1 if that is not what stands there. */
static int unicode_escape(const char *text, size_t len) {
  if (len < 5 || text[0] != 'u') return -1;
  int code = 0;
  for (size_t i = 1; i < 5; i++) {
    int digit = fh_hex_value(text[i]);
    if (digit < 0) return -1;
    code = code << 4 | digit;
  }
  return code;
}

/* Repairs the escape whose backslash is before `text`; returns its length
 * after the backslash. */
static size_t repair_escape(char *text, size_t len) {
  int code = unicode_escape(text, len);
  if (code < 0) {
    if (*text == 'u') *text = 'x'; /* cJSON would read it as a NUL */
    return 1;
  }
  bool high = code >= 0xD800 && code < 0xDC00;
  if (high && len > 5 && text[5] == '\\') {
    int low = unicode_escape(text + 6, len - 6);
    if (low >= 0xDC00 && low < 0xE000) return 11;
  }
  if (code == 0 || (code >= 0xD800 && code < 0xE000)) memcpy(text + 1, "fffd", 4);
  return 5;
}

/* One pass over the text before cJSON sees it: checks UTF-8 and depth, and
 * repairs the two escapes that cJSON has no answer to. */
static int repair(char *text, size_t len) {
  bool in_string = false;
  int depth = 0;
  for (size_t i = 0, step; i < len; i += step) {
    char c = text[i];
    step = (unsigned char)c < 0x80 ? 1 : fh_utf8_length(text + i, len - i);
    if (step == 0) return FH_ERR_UTF8;
    if (c == '"') {
      in_string = !in_string;
      if (in_string) step += fh_plain_length(text + i + 1, len - i - 1);
    } else if (in_string) {
      if ((unsigned char)c < ' ') return FH_ERR_JSON; /* cJSON lets it pass */
      if (c == '\\' && i + 1 < len) step = 1 + repair_escape(text + i + 1, len - i - 1);
    } else {
      /* Setting 0x20 makes braces of brackets and changes no other sign here. */
      depth += ((c | 0x20) == '{') - ((c | 0x20) == '}');
      if (depth > FH_PARSE_DEPTH) return FH_ERR_DEPTH;
    }
  }
  return 0;
}

fh_json *fh_json_parse(fh_arena *arena, char *text, size_t len, int *code) {
  arena_in_use = arena;
  number_refused = false;
  int refused = len > FH_IO_BYTES ? FH_ERR_LARGE : repair(text, len);
  *code = refused;
  if (refused) return NULL;
  const char *end = NULL;
  cJSON *tree = cJSON_ParseWithLengthOpts(text, len, &end, false);
  while (tree && end < text + len && *end <= ' ' && *end > 0) end++;
  if (tree && end == text + len) return tree;
  *code = number_refused     ? FH_ERR_NUMBER
          : arena->exhausted ? FH_ERR_COMPLEX
                             : FH_ERR_JSON;
  return NULL;
}

const fh_json *fh_json_parse_copy(fh_arena *arena, const char *text) {
  size_t len = strlen(text);
  char *copy = fh_arena_alloc(arena, len);
  int code;
  return copy ? fh_json_parse(arena, memcpy(copy, text, len), len, &code) : NULL;
}

fh_json *fh_json_get(const fh_json *object, const char *name) {
  cJSON *found = NULL;
  if (!cJSON_IsObject(object)) return NULL;
  for (cJSON *m = object->child; m; m = m->next)
    if (strcmp(m->string, name) == 0) found = m;
  return found;
}

bool fh_json_is_object(const fh_json *value) { return cJSON_IsObject(value); }
bool fh_json_is_array(const fh_json *value) { return cJSON_IsArray(value); }
bool fh_json_is_string(const fh_json *value) { return cJSON_IsString(value); }
bool fh_json_is_true(const fh_json *value) { return cJSON_IsTrue(value); }
bool fh_json_is_null(const fh_json *value) { return !value || cJSON_IsNull(value); }

char *fh_json_chars(const fh_json *value) {
  if (cJSON_IsString(value)) return value->valuestring;
  if (cJSON_IsNumber(value)) return number_text(value->valuedouble);
  return NULL;
}

void fh_json_set_chars(fh_json *value, char *chars) {
  value->type = cJSON_String;
  value->valuestring = chars;
}

const char *fh_json_text(const fh_json *value) {
  const char *text = fh_json_chars(value);
  return text ? text : "";
}

const char *fh_json_get_text(const fh_json *object, const char *name) {
  return fh_json_text(fh_json_get(object, name));
}

bool fh_json_says(const fh_json *object, const char *name, const char *text) {
  return strcmp(fh_json_get_text(object, name), text) == 0;
}

double fh_json_whole(const fh_json *value) {
  const char *text = cJSON_IsNumber(value) ? fh_json_text(value) : "";
  double whole = fh_read_number(&text);
  return *text ? -1 : whole;
}

fh_json *fh_json_first(const fh_json *value) { return value ? value->child : NULL; }

fh_json *fh_json_next(const fh_json *member) { return member ? member->next : NULL; }

const char *fh_json_name(const fh_json *member) {
  return member->string ? member->string : "";
}

void fh_json_print_others(fh_writer *writer, const fh_json *object,
                          const fh_json *named) {
  if (!cJSON_IsObject(object)) return;
  for (const cJSON *m = object->child; m; m = m->next) {
    if (fh_json_get(named, m->string)) continue;
    fh_put_name(writer, m->string);
    fh_json_print(writer, m);
  }
}

void fh_json_print_members(fh_writer *writer, const fh_json *object) {
  fh_json_print_others(writer, object, NULL);
}

void fh_json_print_merged(fh_writer *writer, const fh_json *olds, const fh_json *news) {
  fh_put(writer, "{");
  fh_json_print_others(writer, olds, news);
  for (const cJSON *m = news->child; m; m = m->next) {
    if (cJSON_IsNull(m)) continue;
    fh_put_name(writer, m->string);
    fh_json_print(writer, m);
  }
  fh_put(writer, "}");
}

void fh_json_print(fh_writer *writer, const fh_json *value) {
  switch (value->type & 0xFF) {
    case cJSON_Object:
      fh_put(writer, "{");
      fh_json_print_members(writer, value);
      fh_put(writer, "}");
      return;
    case cJSON_Array:
      fh_put(writer, "[");
      for (const cJSON *m = value->child; m; m = m->next) {
        fh_put_comma(writer);
        fh_json_print(writer, m);
      }
      fh_put(writer, "]");
      return;
    case cJSON_String:
      fh_put_string(writer, value->valuestring, strlen(value->valuestring));
      return;
    case cJSON_Number: fh_put(writer, number_text(value->valuedouble)); return;
    case cJSON_True: fh_put(writer, "true"); return;
    case cJSON_False: fh_put(writer, "false"); return;
    default: fh_put(writer, "null"); return;
  }
}

/* --- Building --------------------------------------------------------------- */

static fh_json *new_value(fh_arena *arena, int type) {
  cJSON *value = fh_arena_alloc(arena, sizeof *value);
  if (value) *value = (cJSON){.type = type};
  return value;
}

fh_json *fh_json_new_object(fh_arena *arena) { return new_value(arena, cJSON_Object); }

fh_json *fh_json_new_array(fh_arena *arena) { return new_value(arena, cJSON_Array); }

static char *copied(fh_arena *arena, const char *ptr, size_t len) {
  char *copy = fh_arena_alloc(arena, len + 1);
  if (!copy) return NULL;
  memcpy(copy, ptr, len);
  copy[len] = '\0';
  return copy;
}

fh_json *fh_json_new_string(fh_arena *arena, const char *ptr, size_t len) {
  fh_json *value = new_value(arena, cJSON_String);
  char *copy = value ? copied(arena, ptr, len) : NULL;
  if (!copy) return NULL;
  value->valuestring = copy;
  return value;
}

fh_json *fh_json_new_number(fh_arena *arena, const char *text) {
  size_t len = number_length(text);
  if (len == 0 || text[len] || len > FH_MAX_NUMBER_BYTES) return NULL;
  fh_json *value = new_value(arena, cJSON_Number);
  char *copy = value ? copied(arena, text, len) : NULL;
  if (!copy) return NULL;
  value->valuedouble = (double)(copy - arena->base);
  return value;
}

fh_json *fh_json_new_bool(fh_arena *arena, bool is_true) {
  return new_value(arena, is_true ? cJSON_True : cJSON_False);
}

fh_json *fh_json_share(fh_arena *arena, const fh_json *value) {
  fh_json *twin = value ? new_value(arena, value->type) : NULL;
  if (!twin) return NULL;
  twin->child = value->child;
  twin->valuestring = value->valuestring;
  twin->valuedouble = value->valuedouble;
  if (value->child) twin->type |= cJSON_IsReference;
  return twin;
}

void fh_json_own(fh_arena *arena, fh_json *value) {
  if (!(value->type & cJSON_IsReference)) return;
  const cJSON *shared = value->child;
  cJSON **at = &value->child;
  value->type &= ~cJSON_IsReference;
  for (; shared; shared = shared->next) {
    *at = fh_json_share(arena, shared);
    if (!*at) return;
    (*at)->string = shared->string;
    at = &(*at)->next;
  }
}

void fh_json_put(fh_arena *arena, fh_json *object, const char *name, fh_json *value) {
  char *key = object && value ? copied(arena, name, strlen(name)) : NULL;
  if (!key) return;
  fh_json_own(arena, object);
  value->string = key;
  cJSON **at = &object->child;
  while (*at && strcmp((*at)->string, name) != 0) at = &(*at)->next;
  value->next = *at ? (*at)->next : NULL;
  *at = value;
}

void fh_json_push(fh_arena *arena, fh_json *array, fh_json *value) {
  if (!array || !value) return;
  fh_json_own(arena, array);
  cJSON **at = &array->child;
  while (*at) at = &(*at)->next;
  *at = value;
}

bool fh_json_is_number(const fh_json *value) { return cJSON_IsNumber(value); }
bool fh_json_is_bool(const fh_json *value) { return cJSON_IsBool(value); }
