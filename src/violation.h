/* Where an event is not as the tracking plan says. */
#ifndef FH_VIOLATION_H
#define FH_VIOLATION_H

#include "plan.h"

/* Checks a call of Segment's API, which may be without its type where it has an
 * `event`. `side` is who sends it, 0 where that is not known. Returns how many
 * violations there are, which `to` gets as findings (finding.h):
 *
 *   unknown_event     it is not in the plan
 *   wrong_side        it belongs to the other side
 *   consent           the visitor has denied its category, as its context says
 *   missing           a property has to be there
 *   type              it has to be of another type
 *   value             it has to be one of some values
 *   range             it has to be more, or less
 *   unknown_property  it is not in the plan
 *
 * or FH_REFUSED_NO_PLAN. Of an event that is not in the plan nothing else is told.
 * What a page event tells of its page (`context.page`) is no unknown property. */
int fh_violations(const fh_plan *plan, const fh_json *event, int side, fh_writer *to);

/* Who sends an event, by its `context.library`: 0 where that is not known. */
int fh_side_of(const fh_json *event);

#endif
