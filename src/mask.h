/* Takes secrets and personal data out of what a page tells, before any of it is
 * printed: in place, in the parsed tree, where texts only shrink. The rules:
 *
 *   param  in any text the value behind `name=`, up to & or # or white space, if the
 *          name is listed; behind name%3D too, in an address that another one carries
 *   key    any value but null and "", if its key is listed
 *   email  an e-mail address, its @ as it is or escaped; not in traits, nor under a key
 *          that is there for one: email, mail, userId, groupId
 *   card   15, 16 or 19 digits, in one or in groups of 4 to 6 with a space or a hyphen
 *          between them, with a card's first digit and a good check digit (ISO/IEC
 *          7812-1, annex B); not under a key `id` or `ids`
 *   token  what follows "Bearer " (RFC 6750); a JSON Web Token (RFC 7519)
 *
 * What a rule finds is counted and becomes an asterisk a byte, three at most; a value
 * under a key becomes three.
 *
 * A name is listed by its last words: "email" is user_email, userEmail and user[email]
 * as well, but not email_id; "apikey" is x-api-key. Letters alone count, small or not.
 * The lists are in mask.c. */
#ifndef FH_MASK_H
#define FH_MASK_H

#include <stdint.h>

#include "json.h"
#include "limits.h"

#define FH_RULES 5

/* The names of the rules in the order above, each ended by NUL. */
extern const char fh_rules[];

typedef struct fh_mask {
  uint32_t *count; /* of what was masked, by rule; not owned */
  uint32_t off;    /* rules that are switched off, a bit each */
  uint32_t names;  /* how many are listed */
  /* A table of them, at least half empty: a name's hash, in its low bits the lists. A
   * hash that another has already goes into the next slot that is free. */
  uint32_t name[256];
} fh_mask;

/* Takes these members of `options`, texts, each of which may be absent:
 *   mask       "off", or the rules that are off: "-email -card"
 *   maskDeny   names to be masked, as parameters and as keys; spaces or commas between
 *   maskAllow  names that are not, whatever the lists say: a parameter is then not masked
 *              for its name, and under a key nothing is masked
 * Counts go to `count`, which has room for FH_RULES. False where there are more names
 * than can be kept: what some of them stand for would not be masked. */
bool fh_mask_start(fh_mask *mask, const fh_json *options, uint32_t *count);

/* Masks what is in the members of an object; NULL has none. */
void fh_mask_members(fh_mask *mask, const fh_json *object);

/* Masks what is in those members of a call that are objects: properties, traits, context
 * and page facts. Event names and ids, which are texts, are left alone. */
void fh_mask_call(fh_mask *mask, const fh_json *call);

#endif
