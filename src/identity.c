/* Makes, reads and prints the visitor's identity. */
#include "identity.h"

#include "errors.h"

void fh_identity_new(fh_identity *identity, fh_random *random) {
  *identity = (fh_identity){.user_id_len = 0};
  fh_uuid_v4(&identity->anonymous_id, random);
}

#define SESSION_AT (2 + FH_UUID_CHARS + 1)
#define INDEX_AT   (SESSION_AT + FH_UUID_CHARS + 1)

bool fh_identity_read(fh_identity *identity, const char *text) {
  fh_identity read;
  if (strlen(text) <= INDEX_AT || memcmp(text, "1.", 2) != 0 ||
      text[SESSION_AT - 1] != '.' || !fh_uuid_read(text + 2, &read.anonymous_id) ||
      text[INDEX_AT - 1] != '.' || !fh_uuid_read(text + SESSION_AT, &read.session.id))
    return false;
  const char *at = text + INDEX_AT;
  double index = fh_read_number(&at);
  if (index < 0 || index >= UINT32_MAX || *at++ != '.') return false;
  double last_s = fh_read_number(&at);
  bool has_user = *at == ' ';
  if (last_s < 0 || (*at && !has_user) || fh_identity_set_user(&read, at + has_user) < 0)
    return false;
  read.session.index = (uint32_t)index;
  read.session.last_ms = last_s * 1000;
  *identity = read;
  return true;
}

void fh_put_identity(fh_writer *writer, const fh_identity *identity) {
  fh_put(writer, "1.");
  fh_put_uuid(writer, &identity->anonymous_id);
  fh_put(writer, ".");
  fh_put_uuid(writer, &identity->session.id);
  fh_put(writer, ".");
  fh_put_number(writer, identity->session.index);
  fh_put(writer, ".");
  fh_put_number(writer, identity->session.last_ms / 1000);
}

int fh_identity_set_user(fh_identity *identity, const char *user_id) {
  size_t len = strlen(user_id);
  if (len > sizeof identity->user_id) return FH_ERR_USER_ID;
  memcpy(identity->user_id, user_id, len);
  identity->user_id_len = len;
  return 0;
}

bool fh_identity_is_user(const fh_identity *identity, const char *user_id) {
  size_t len = strlen(user_id);
  return len == identity->user_id_len && memcmp(user_id, identity->user_id, len) == 0;
}
