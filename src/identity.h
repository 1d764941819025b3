/* Who the visitor is: an anonymous id, a user id once identified, a session.
 * Kept in one first-party cookie that a server can read without our code:
 *
 *   1.<anonymousId>.<session id>.<session index>.<last activity, s>
 *
 * The leading 1 is the version of the format. localStorage has the same text
 * with a space and the user id behind it, where there is one. */
#ifndef FH_IDENTITY_H
#define FH_IDENTITY_H

#include "limits.h"
#include "session.h"

typedef struct fh_identity {
  fh_uuid anonymous_id;
  fh_session session;
  char user_id[FH_MAX_USER_ID_BYTES];
  size_t user_id_len; /* 0: not identified */
} fh_identity;

/* A new visitor without a session. */
void fh_identity_new(fh_identity *identity, fh_random *random);

/* Reads such a text, with or without a user id. False, and nothing changed,
 * where it is not in this format: it is untrusted, anyone can write a cookie. */
bool fh_identity_read(fh_identity *identity, const char *text);

/* Appends the text, without the user id; a cookie needs no encoding of it. */
void fh_put_identity(fh_writer *writer, const fh_identity *identity);

/* Takes a user id; FH_ERR_USER_ID, and nothing changed, if it is too long. */
int fh_identity_set_user(fh_identity *identity, const char *user_id);

bool fh_identity_is_user(const fh_identity *identity, const char *user_id);

#endif
