/* What is found to be wrong with a tracking plan, or with an event by its plan: a
 * list in JSON, each with a kind for programs, the place, and a sentence for people:
 *
 *   [{"kind":"type","path":"properties.total","message":"must be a number, is a string"},
 *    {"kind":"unknown_event","path":"event","message":"…","suggestion":"Order
 * Completed"}]
 *
 * A finding names members, and never says what their values are: it is kept and
 * shown where the event itself may not be. */
#ifndef FH_FINDING_H
#define FH_FINDING_H

#include "json.h"

/* More of one event or plan are counted, and left out. */
#define FH_MAX_FINDINGS 50

/* Where a value is: the last step of the way there. */
typedef struct fh_place {
  const struct fh_place *in; /* NULL: this is the first */
  const char *name;          /* of a member; NULL: `index` counts */
  int index;
} fh_place;

typedef struct fh_findings {
  fh_writer *writer;
  size_t start; /* of the one in hand */
  int count;    /* found */
  int written;  /* and put into the list */
} fh_findings;

/* Begins one, and its sentence, which fh_findings_say goes on with. `place` may be
 * NULL: the whole. */
void fh_findings_begin(fh_findings *findings, const char *kind, const fh_place *place);

/* Parts of its sentence: as it is, and in quotes. */
void fh_findings_say(fh_findings *findings, const char *text);
void fh_findings_quote(fh_findings *findings, const char *text);

/* Ends it. One that does not fit, or is one too many, is only counted.
 * `suggestion` is what was meant, or NULL. */
void fh_findings_end(fh_findings *findings, const char *suggestion);

/* One in a single step. */
void fh_findings_add(fh_findings *findings, const char *kind, const fh_place *place,
                     const char *sentence);

/* Ends the list. Returns how many were found, those left out too; where there are
 * none, nothing is written. */
int fh_findings_close(fh_findings *findings);

#endif
