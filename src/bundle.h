/* The bundle by which an event of the server joins the browser's session, version 1:
 *
 *   v              1
 *   anonymousId    see fh_identity_adopt
 *   userId         of whom the page has identified, if anybody
 *   sessionId      when the session started, ms
 *   sessionUuid    its id, of version 7: the same moment is in it
 *   sessionIndex   1 for the visitor's first
 *   pageViewId, firstEventId   UUIDs, where they are known
 *   at             when the bundle was made, ms by the browser's clock
 *   consent        {category: true|false}
 *   providers      vendors' ids: {vendor: {name: id}}
 *   context        campaign, clickIds, page, referrer, locale, timezone, screen,
 *                  library, userAgent, userAgentData
 *   sig            of whoever has signed it; not looked at here
 *
 * carrier.h writes it, stitch.h reads it. */
#ifndef FH_BUNDLE_H
#define FH_BUNDLE_H

#include "json.h"
#include "limits.h"
#include "uuid.h"

enum { FH_FACTS = 10 };

/* Texts end in NUL, "" is none; trees may be NULL. Nothing of it is owned: all lives as
 * long as the tree that it was made of. */
typedef struct fh_bundle {
  const char *anonymous_id;
  const char *user_id;
  const char *page_view;
  const char *first_event;
  const char *sig;
  fh_uuid session;
  double index;
  double at;
  const fh_json *consent;
  const fh_json *providers;
  const fh_json *facts[FH_FACTS]; /* of the context, in the order above */
} fh_bundle;

/* The name of such a fact. */
const char *fh_fact_name(int fact);

/* One that says nothing. */
void fh_bundle_clear(fh_bundle *bundle);

/* What the agent knows, an event's tail (tail.h) as an object, as a bundle made at `at`,
 * ms since 1970. Campaign, click ids and referrer are the page's, else those of what
 * brought the visitor here. 0; FH_REFUSED_SESSION while there is no session. */
int fh_bundle_of(fh_bundle *bundle, const fh_json *tail, double at);

/* Takes consent, providers and the facts of `context`, each where it has its shape: maps
 * of short texts and numbers. False, if one has not. */
bool fh_bundle_take(fh_bundle *bundle, const fh_json *from, const fh_json *context);

/* Whether ids, session and time are of their kind. 0 or a code. */
int fh_bundle_check(const fh_bundle *bundle);

/* Whether a text is a UUID and nothing more. */
bool fh_is_uuid(const char *text);

/* The member of that name; NULL where there is none, or null. */
const fh_json *fh_given(const fh_json *object, const char *name);

#endif
