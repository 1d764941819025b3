/* Turns one call of the page into the text of one event, checking it first. */
#ifndef FH_EVENT_H
#define FH_EVENT_H

#include "identity.h"
#include "json.h"
#include "page.h"

/* A call is what the host passed: the event's own members by the names of
 * Segment's spec, and what the core is to do with them.
 *
 *   type          track, page, screen, identify, group or alias; required
 *   event         of track: not empty
 *   name, category, properties, traits, integrations: as the page gave them
 *   userId        of identify and alias: who the visitor is from now on
 *   groupId       of group: to whom he belongs from now on; the one known, if left out
 *   previousId    of alias: who he was; what the agent knew, if left out
 *   userId, anonymousId   of any other call: of this event alone, see fh_put_tail
 *   messageId, timestamp  texts that go out as they are, instead of the agent's own
 *   context       members that replace those of the event's context
 *   page          page facts that changed, see page.h
 *
 * Returns 0, or FH_ERR_TYPE, _NAME, _PROPERTIES or _USER_ID. */
int fh_event_check(const fh_json *call);

/* Appends the event's own members, without braces around. The call must have
 * passed the check. `known` (may be NULL) are the traits of identify and group as they
 * are known, of other calls the properties registered: those that the call does not name
 * are added, and to a page event's properties the page's own fields. */
void fh_put_event(fh_writer *writer, const fh_json *call, const fh_page *page,
                  const fh_json *known);

#endif
