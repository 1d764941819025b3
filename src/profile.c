/* Keeps, prints and reads what is remembered of the visitor. */
#include "profile.h"

/* The names of the slots in order, as in an event's context where they have one. */
static const char names[] =
    "userId\0groupId\0previous\0traits\0groupTraits\0properties\0entry\0first\0last\0"
    "providers\0synced\0consent";

void fh_profile_copy(fh_profile *to, const fh_profile *from) {
  memcpy(to, from, offsetof(fh_profile, text) + from->len);
}

const char *fh_profile_get(const fh_profile *profile, fh_slot slot) {
  const char *at = profile->text;
  while (slot-- > 0) at += strlen(at) + 1;
  return at;
}

bool fh_profile_set(fh_profile *profile, fh_slot slot, const fh_writer *value) {
  char *at = profile->text + (fh_profile_get(profile, slot) - profile->text);
  size_t old = strlen(at), len = value->len;
  size_t max = FH_MAX_PROFILE_BYTES - (slot < FH_TRAITS ? 0 : FH_IDS_BYTES);
  if (value->full || (len > old && profile->len - old + len > max) ||
      (len == old && memcmp(at, value->ptr, len) == 0))
    return false;
  memmove(at + len, at + old, profile->len - (size_t)(at - profile->text) - old);
  memcpy(at, value->ptr, len);
  profile->len += (uint32_t)(len - old);
  return true;
}

void fh_profile_clear(fh_profile *profile) {
  const char *consent = fh_profile_get(profile, FH_CONSENT);
  size_t len = strlen(consent) + 1;
  memmove(profile->text + FH_CONSENT, consent, len);
  memset(profile->text, 0, FH_CONSENT);
  profile->len = (uint32_t)(FH_CONSENT + len);
}

const fh_json *fh_profile_parse(const fh_profile *profile, fh_slot slot,
                                fh_arena *arena) {
  return fh_json_parse_copy(arena, fh_profile_get(profile, slot));
}

void fh_put_profile(fh_writer *writer, const fh_profile *profile) {
  const char *name = names, *value = profile->text;
  fh_put(writer, "{");
  for (int slot = 0; slot < FH_SLOTS; slot++) {
    if (*value) {
      fh_put_name(writer, name);
      fh_put(writer, value);
    }
    name += strlen(name) + 1;
    value += strlen(value) + 1;
  }
  fh_put(writer, "}");
}

void fh_profile_read(fh_profile *profile, const fh_json *stored, fh_writer scratch) {
  memset(profile->text, 0, FH_SLOTS); /* or what is there would take room from it */
  profile->len = FH_SLOTS;
  fh_profile_take(profile, stored, scratch);
}

void fh_profile_take(fh_profile *profile, const fh_json *object, fh_writer scratch) {
  const char *name = names;
  for (int slot = 0; slot < FH_SLOTS; slot++, name += strlen(name) + 1) {
    const fh_json *value = fh_json_get(object, name);
    fh_writer printed = scratch;
    if (!value) continue;
    size_t len = strlen(fh_json_text(value)); /* of an id; an object has none */
    if (slot < FH_TRAITS ? fh_json_is_string(value) && len && len <= FH_MAX_USER_ID_BYTES
                         : fh_json_is_object(value))
      fh_json_print(&printed, value);
    fh_profile_set(profile, (fh_slot)slot, &printed);
  }
}
