/* The exports of a module that checks events by a tracking plan. Included once in each
 * such module, behind exchange.h. */
#ifndef FH_PLANNED_H
#define FH_PLANNED_H

#include "exchange.h"
#include "violation.h"

static _Alignas(8) char store[FH_PLAN_BYTES];
static fh_plan plan;

/* What was found wrong, as it is in the buffer; or why nothing could be. */
static inline int found(int count, const fh_writer *writer) {
  return count < 0 ? count : (int)writer->len;
}

/* Takes a plan; gives its problems, as findings (src/finding.h). */
static inline int take_plan(int len) {
  int code;
  const fh_json *tree = parse_io(len, &code);
  if (!tree) return code;
  if (!plan.store.base) plan = fh_plan_on(store, sizeof store);
  fh_writer writer = fh_writer_on(io, sizeof io);
  return found(fh_plan_load(&plan, tree, &writer), &writer);
}

/* Takes {"side","event"}; gives the violations of the event. Where no side is named, the
 * event may tell it. */
static inline int give_violations(int len) {
  int code;
  const fh_json *asked = parse_io(len, &code);
  if (!asked) return code;
  const fh_json *event = fh_json_get(asked, "event");
  int side = fh_side_named(fh_json_get_text(asked, "side"));
  fh_writer writer = fh_writer_on(io, sizeof io);
  return found(fh_violations(&plan, event, side ? side : fh_side_of(event), &writer),
               &writer);
}

#endif
