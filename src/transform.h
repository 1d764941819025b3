/* What a mapping does to a value on its way into a payload (mapping.h): one step, that
 * is a name ("trim") or an object of one name and what it needs ({"join": ","}).
 * docs/FORWARDING.md has the list. */
#ifndef FH_TRANSFORM_H
#define FH_TRANSFORM_H

#include "json.h"
#include "uuid.h"

/* Why this is no transform, in words that end in NUL; NULL: it is one. "each" is not
 * known here, since it is a mapping itself. */
const char *fh_transform_check(const fh_json *transform);

/* The value after a transform that has passed the check; NULL where nothing comes of it,
 * and of NULL. A transform of texts goes through the elements of a list. The value that
 * came in stays as it is. */
fh_json *fh_transform(fh_arena *arena, const fh_json *transform, const fh_json *value);

/* The value at a path of names with dots between, a number being an element's place in
 * a list; "." is the value itself. NULL where there is none, or null. */
const fh_json *fh_json_at(const fh_json *value, const char *path);

/* A UUID that is the same for the same text (version 8, RFC 9562, 5.8). */
fh_uuid fh_uuid_of(const char *text);

#endif
