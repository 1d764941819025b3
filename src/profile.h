/* What is remembered of the visitor beside the ids, as printed JSON: it comes in
 * with calls and goes out with events as it stands, and is kept in localStorage. */
#ifndef FH_PROFILE_H
#define FH_PROFILE_H

#include <stdint.h>

#include "json.h"
#include "limits.h"

typedef enum fh_slot {
  FH_USER_ID,      /* who the visitor said to be: a string, as the next two */
  FH_GROUP_ID,     /* to whom he belongs */
  FH_PREVIOUS,     /* the id of the session before this one */
  FH_TRAITS,       /* what identify has told of him: an object, as the others */
  FH_GROUP_TRAITS, /* what group has told */
  FH_PROPERTIES,   /* what register wants on every event */
  FH_ENTRY,        /* where this session began */
  FH_FIRST_TOUCH,  /* what brought him here for the first time */
  FH_LAST_TOUCH,   /* what brought him here last */
  FH_PROVIDERS,    /* vendors' ids of him that were synced, for every event */
  FH_SYNCED,       /* until when each holds (js-shim/sync) */
  FH_CONSENT,      /* what he has allowed, since when */
  FH_SLOTS
} fh_slot;

typedef struct fh_profile {
  uint32_t len;
  char text[FH_MAX_PROFILE_BYTES]; /* FH_SLOTS C strings; empty: not known */
} fh_profile;

/* Forgets all but the consent. */
void fh_profile_clear(fh_profile *profile);

/* Copies what is known, not the room behind it. */
void fh_profile_copy(fh_profile *to, const fh_profile *from);

/* The printed value; "" if there is none. Valid until the next change. */
const char *fh_profile_get(const fh_profile *profile, fh_slot slot);

/* Sets a slot to what `value` holds, which does not lie in the profile. False, and
 * nothing changed, if that is incomplete, no longer fits, or is there already. */
bool fh_profile_set(fh_profile *profile, fh_slot slot, const fh_writer *value);

/* Parses the slot, in the arena; NULL if it is empty or memory is. */
const fh_json *fh_profile_parse(const fh_profile *profile, fh_slot slot, fh_arena *arena);

/* Appends an object of all slots. */
void fh_put_profile(fh_writer *writer, const fh_profile *profile);

/* Takes such an object back, untrusted. `scratch` is a writer on free memory. */
void fh_profile_read(fh_profile *profile, const fh_json *stored, fh_writer scratch);

/* Sets the slots that the object names; what is not of their kind empties them. */
void fh_profile_take(fh_profile *profile, const fh_json *object, fh_writer scratch);

#endif
