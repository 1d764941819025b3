/* JSON for the core: cJSON, tamed. json.c is the only unit that knows cJSON.
 * cJSON reads; printing is ours, at a fifth of the bytes.
 *
 * What cJSON leaves open is decided here:
 *   numbers        are never converted: the text that came in is the text that
 *                  goes out (0.30000000000000004, 9007199254740993, 1e400)
 *   duplicate keys the last one wins in a look-up, as in JavaScript; all are
 *                  printed, so every reader of the output agrees with the core
 *   \u0000         becomes U+FFFD: a C string would end there
 *   lone surrogate becomes U+FFFD, as in TextEncoder (\ud800 has no UTF-8)
 *   bad UTF-8      is refused
 *   depth          is bounded by FH_PARSE_DEPTH
 *   trailing text  is refused
 *
 * Trees live in the arena and die with it. */
#ifndef FH_JSON_H
#define FH_JSON_H

#include "arena.h"
#include "text.h"

typedef struct cJSON fh_json;

/* Parses `len` bytes at `text`, which is repaired in place (see above).
 * Returns NULL and sets *code to FH_ERR_JSON, _UTF8, _DEPTH, _NUMBER,
 * _COMPLEX, or _LARGE beyond FH_IO_BYTES, when it can't. */
fh_json *fh_json_parse(fh_arena *arena, char *text, size_t len, int *code);

/* The same for a C string that stays as it is; NULL if it can't. */
const fh_json *fh_json_parse_copy(fh_arena *arena, const char *text);

/* The member called `name`, exactly; NULL where `object` has none, is no
 * object or is NULL. */
fh_json *fh_json_get(const fh_json *object, const char *name);

bool fh_json_is_object(const fh_json *value);
bool fh_json_is_array(const fh_json *value);
bool fh_json_is_string(const fh_json *value);
bool fh_json_is_null(const fh_json *value); /* null, or NULL: not given */
bool fh_json_is_true(const fh_json *value);

/* A string's characters or a number's own text; "" for anything else. Ends in
 * NUL, contains none, lives as long as the tree. */
const char *fh_json_text(const fh_json *value);

/* The text of the member called `name`, as above. */
const char *fh_json_get_text(const fh_json *object, const char *name);

/* Whether the text of a member is this one. */
bool fh_json_says(const fh_json *object, const char *name, const char *text);

/* The value of a number that is a whole one below 10^15; -1 for all else. */
double fh_json_whole(const fh_json *value);

/* Walking an object or array: the first member (NULL for all else), the next
 * one (NULL after the last, and after NULL), its name. */
fh_json *fh_json_first(const fh_json *value);
fh_json *fh_json_next(const fh_json *member);
const char *fh_json_name(const fh_json *member);

/* The characters of a string or of a number's own text, which may be replaced by
 * fewer; NULL for all else. */
char *fh_json_chars(const fh_json *value);

/* Makes any value a string with these characters, which must live as long as
 * the tree. */
void fh_json_set_chars(fh_json *value, char *chars);

/* Appends the value as compact JSON. */
void fh_json_print(fh_writer *writer, const fh_json *value);

/* Appends the members of an object, without braces; nothing if it is none. */
void fh_json_print_members(fh_writer *writer, const fh_json *object);

/* The same for those that another object does not name. */
void fh_json_print_others(fh_writer *writer, const fh_json *object,
                          const fh_json *named);

/* Appends an object: the members of both, where `news` names one its value, and
 * where that is null nothing. */
void fh_json_print_merged(fh_writer *writer, const fh_json *olds, const fh_json *news);

/* --- Building ---------------------------------------------------------------
 *
 * Values made in the arena that the trees at hand were parsed in, and in no other: a
 * number's text is known by its place there. Each returns NULL where the arena is
 * exhausted, and takes NULL for nothing. */

fh_json *fh_json_new_object(fh_arena *arena);
fh_json *fh_json_new_array(fh_arena *arena);

/* `len` bytes of valid UTF-8 without NUL, which are copied. */
fh_json *fh_json_new_string(fh_arena *arena, const char *ptr, size_t len);

/* A number with this text; NULL, too, where that is none of JSON (RFC 8259, 6) or is
 * longer than FH_MAX_NUMBER_BYTES. */
fh_json *fh_json_new_number(fh_arena *arena, const char *text);

fh_json *fh_json_new_bool(fh_arena *arena, bool is_true);

/* The same value once more, to stand elsewhere. What is in it is shared until one of
 * the two is changed. */
fh_json *fh_json_share(fh_arena *arena, const fh_json *value);

/* Gives a value that shares its members twins of them, which may be changed. */
void fh_json_own(fh_arena *arena, fh_json *value);

/* Puts `value`, which stands nowhere else, into an object: instead of the member of
 * that name, or as its last. Into an array: as its last element. */
void fh_json_put(fh_arena *arena, fh_json *object, const char *name, fh_json *value);
void fh_json_push(fh_arena *arena, fh_json *array, fh_json *value);

bool fh_json_is_number(const fh_json *value);
bool fh_json_is_bool(const fh_json *value);

#endif
