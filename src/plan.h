/* A tracking plan: which events a site has, what is in them, and who sends them, the
 * page or the server. docs/PLAN.md tells the format, plan/plan.schema.json has it as a
 * JSON Schema.
 *
 *   static char block[FH_PLAN_BYTES];
 *   fh_plan plan = fh_plan_on(block, sizeof block);
 *   if (fh_plan_load(&plan, tree, &problems) == 0)
 *     fh_violations(&plan, event, FH_SIDE_CLIENT, &found);  // violation.h */
#ifndef FH_PLAN_H
#define FH_PLAN_H

#include "rule.h"

/* The format that this reads. */
#define FH_PLAN_FORMAT 1

typedef struct fh_plan {
  fh_arena store;        /* of the rules and their texts */
  const fh_rule *events; /* of track, by their names */
  const fh_rule *calls;  /* page, identify and so on */
  const fh_rule *common; /* properties that any event may have */
  bool open;             /* events that are not in the plan are right, too */
  bool loaded;
} fh_plan;

/* An empty one; `block` is aligned to 8 and stays the caller's. */
fh_plan fh_plan_on(char *block, size_t size);

/* Takes the place of what was loaded. Returns 0; or how many problems the plan has,
 * which `problems` then gets as findings (finding.h), and what was loaded stays; or
 * FH_REFUSED_PLAN_LARGE, and then nothing is loaded. Nothing of `tree` is kept. */
int fh_plan_load(fh_plan *plan, const fh_json *tree, fh_writer *problems);

#endif
