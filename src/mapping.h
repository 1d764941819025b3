/* Mappings: what a destination gets of an event, said in JSON (docs/FORWARDING.md).
 *
 *   {"params": {"PIXEL_ID": "123"},
 *    "global":  {"filters": [{"action": "deny", "events": ["screen"]}],
 *                "mappings": [{"inputKey": "messageId", "outputKey": "event_id"}]},
 *    "default": {…},                          for events that have no section
 *    "eventSpecific": {"Order Completed": {…}, "page": {…}},
 *    "lists": ["events"]}                   what these hold becomes a list of it
 *
 * A mapping is loaded once, which finds all mistakes there can be, and then applied to
 * one event after the other. It has no state, no clock and no random numbers: the same
 * event makes the same payload, so that what is sent again is what was sent before. */
#ifndef FH_MAPPING_H
#define FH_MAPPING_H

#include "json.h"

typedef struct fh_mapping {
  fh_arena *arena; /* holds the mapping, and behind it the event in hand */
  const fh_json *root;
  size_t used; /* bytes of the arena that are the mapping's */
} fh_mapping;

/* Loads the `len` bytes at `text`, which are repaired in place, as json.h says; the
 * arena is the mapping's from now on. Returns 0 or a code of errors.def or refusal.def;
 * FH_REFUSED_MAPPING with `mistake` saying where it is and what. */
int fh_mapping_load(fh_mapping *mapping, fh_arena *arena, char *text, size_t len,
                    fh_writer *mistake);

/* Appends what becomes of the event at `text`, an object; nothing if the filters keep it
 * back. 0, or a code, FH_REFUSED_NO_MAPPING where none is loaded. */
int fh_mapping_apply(const fh_mapping *mapping, char *text, size_t len,
                     fh_writer *writer);

#endif
