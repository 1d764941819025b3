/* A list of JSON members that are printed once and used many times, each of
 * which an object given with a call may replace. */
#ifndef FH_MEMBERS_H
#define FH_MEMBERS_H

#include "json.h"

#define FH_MAX_MEMBERS 24

typedef struct fh_members {
  fh_text item[FH_MAX_MEMBERS]; /* "name":value; the texts are not owned */
  int count;
} fh_members;

/* Notes what `writer` has got since it held `start` bytes as one member. Takes
 * those bytes back where they are incomplete or the list is long enough; does
 * nothing where there are none. */
void fh_members_add(fh_members *members, fh_writer *writer, size_t start);

/* Appends the members that neither `overrides` nor `more` has (objects, or NULL). */
void fh_put_members(fh_writer *writer, const fh_members *members,
                    const fh_json *overrides, const fh_json *more);

#endif
