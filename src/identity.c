/* Makes, reads and prints the visitor's identity. */
#include "identity.h"

void fh_identity_renew(fh_identity *identity, fh_random *random) {
  fh_uuid uuid;
  fh_uuid_v4(&uuid, random);
  memset(identity->anonymous_id, 0, sizeof identity->anonymous_id);
  fh_writer writer = fh_writer_on(identity->anonymous_id, FH_UUID_CHARS);
  fh_put_uuid(&writer, &uuid);
}

void fh_identity_new(fh_identity *identity, fh_random *random) {
  identity->session = (fh_session){.index = 0};
  fh_identity_renew(identity, random);
}

/* The length of the id that `text` begins with. */
static size_t id_length(const char *text) {
  size_t n = 0;
  for (;; n++) {
    char c = text[n], lower = (char)(c | 0x20);
    if (!(lower >= 'a' && lower <= 'z') && !(c >= '0' && c <= '9') && c != '-' &&
        c != '_' && c != '~')
      return n;
  }
}

static bool take_id(fh_identity *identity, const char *text, size_t len) {
  if (len == 0 || len > FH_MAX_ANONYMOUS_ID_BYTES) return false;
  memset(identity->anonymous_id, 0, sizeof identity->anonymous_id);
  memcpy(identity->anonymous_id, text, len);
  return true;
}

bool fh_identity_adopt(fh_identity *identity, const char *anonymous_id) {
  size_t len = id_length(anonymous_id);
  return !anonymous_id[len] && take_id(identity, anonymous_id, len);
}

/* Reads ".<whole number>"; -1 if something else stands at *at. */
static double read_field(const char **at) {
  if (**at != '.') return -1;
  ++*at;
  return fh_read_number(at);
}

bool fh_identity_read(fh_identity *identity, const char *text, const char **rest) {
  fh_identity read;
  fh_session *session = &read.session;
  if (strncmp(text, "1.", 2) != 0) return false;
  const char *at = text + 2;
  size_t len = id_length(at);
  if (!take_id(&read, at, len) || at[len] != '.') return false;
  at += len + 1;
  if (strlen(at) < FH_UUID_CHARS || !fh_uuid_read(at, &session->id)) return false;
  at += FH_UUID_CHARS;
  double index = read_field(&at);
  double last_s = read_field(&at);
  double events = read_field(&at);
  /* Up to the last that is ever written: counts go round. */
  if (index < 0 || last_s < 0 || events < 0 || index > UINT32_MAX || events > UINT32_MAX)
    return false;
  session->index = (uint32_t)index;
  session->last_ms = last_s * 1000;
  session->events = (uint32_t)events;
  session->pages = 0;
  double pages = read_field(&at);
  if (pages > 0 && pages < UINT32_MAX) session->pages = (uint32_t)pages;
  *identity = read;
  *rest = at;
  return true;
}

static void put_field(fh_writer *writer, double value) {
  fh_put(writer, ".");
  fh_put_number(writer, value);
}

void fh_put_identity(fh_writer *writer, const fh_identity *identity) {
  const fh_session *session = &identity->session;
  fh_put(writer, "1.");
  fh_put(writer, identity->anonymous_id);
  fh_put(writer, ".");
  fh_put_uuid(writer, &session->id);
  put_field(writer, session->index);
  put_field(writer, session->last_ms / 1000);
  put_field(writer, session->events);
  if (session->pages) put_field(writer, session->pages);
}
