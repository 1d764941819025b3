/* What is known of the visitor, as calls, storage and other sites tell it: changes the
 * identity and the profile of an agent's context, and nothing else. */
#ifndef FH_VISITOR_H
#define FH_VISITOR_H

#include "firsthand.h"

/* A free place for printing what is to be remembered: the end of the queue. What is
 * there is lost when an event is queued. */
fh_writer fh_visitor_scratch(fh_agent *agent);

/* A new visitor, of whom nothing is known but what he has allowed. */
void fh_visitor_forget(fh_agent *agent);

/* Whether the cookie in `from` is a refusal: nobody is known then. */
bool fh_visitor_refuses(const fh_json *from);

/* Takes over what `from` ({"cookie","store"}, untrusted) has of him, where that is
 * newer than what is known. False, if it has nobody. */
bool fh_visitor_restore(fh_agent *agent, const fh_json *from);

/* The visitor with whom a document begins, by fh_start's configuration. */
void fh_visitor_begin(fh_agent *agent, const fh_json *config);

/* Sets *olds to what a slot has. False, if memory does not suffice to read it: what
 * is there must not be taken for nothing. */
bool fh_visitor_recall(fh_agent *agent, fh_slot slot, const fh_json **olds);

/* Sets a slot to printed JSON; "" empties it. */
void fh_visitor_keep(fh_agent *agent, fh_slot slot, const char *printed);

/* Adds the members of an object to those of a slot; null takes one away. False, if
 * nothing has changed. */
bool fh_visitor_merge(fh_agent *agent, fh_slot slot, const fh_json *news);

/* Sets a slot, or empties it where the value does not fit: the old one is wrong. */
void fh_visitor_replace(fh_agent *agent, fh_slot slot, const fh_writer *value);

/* Starts a session, and remembers the one that ends and where this one begins. */
void fh_visitor_start_session(fh_agent *agent, double ms);

/* Takes what a call says he is ({"userId","traits","groupId","groupTraits"}), without an
 * event; null forgets. `before` as below. */
void fh_visitor_be(fh_agent *agent, const fh_json *call, const fh_profile *before);

/* Learns what a call says of him. `before` is the profile as it was: another user at
 * the same browser is somebody else. True, if anything has changed. */
bool fh_visitor_learn(fh_agent *agent, const fh_json *call, const fh_profile *before);

#endif
