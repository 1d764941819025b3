/* What the visitor allows: one gate (fh_agent.gate) that every call passes, and so does
 * everything that is stored or sent. */
#ifndef FH_CONSENT_H
#define FH_CONSENT_H

#include "firsthand.h"

/* Reads from fh_start's configuration what holds until he has said something: the
 * site's option, Global Privacy Control, Do Not Track, an earlier refusal. */
void fh_consent_begin(fh_agent *agent, const fh_json *config);

/* Sets the gate by what the profile has of his decision; 0, FH_HELD or FH_CLEAR. */
int fh_consent_gate(fh_agent *agent);

/* Notes what he says ({category: true|false|null}) at `ms` since 1970, and sets the
 * gate. A refusal that cannot be noted is obeyed. Returns the gate; or
 * FH_ERR_PROPERTIES, FH_ERR_LARGE, and nothing has changed. */
int fh_consent_note(fh_agent *agent, const fh_json *said, double ms);

/* What he had allowed is no longer known, or, `refused`, has been refused elsewhere. */
void fh_consent_withdraw(fh_agent *agent, bool refused);

#endif
