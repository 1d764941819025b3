/* Who the visitor is: an anonymous id and a session, kept in one first-party
 * cookie that a server can read without our code:
 *
 *   1.<anonymousId>.<session id>.<session index>.<last activity, s>.<events>[.<pages>]
 *
 * The leading 1 is the version of the format; events counts those of the session so
 * far, pages those of them that are page views, if there are any. Nothing in it needs
 * an encoding. */
#ifndef FH_IDENTITY_H
#define FH_IDENTITY_H

#include "limits.h"
#include "session.h"

typedef struct fh_identity {
  char anonymous_id[FH_MAX_ANONYMOUS_ID_BYTES + 1]; /* ends in NUL */
  fh_session session;
} fh_identity;

/* A new visitor, with a UUID of version 4 and without a session. */
void fh_identity_new(fh_identity *identity, fh_random *random);

/* Another anonymous id for him, a UUID of version 4. */
void fh_identity_renew(fh_identity *identity, fh_random *random);

/* Takes an id of somebody else's making: 1 to FH_MAX_ANONYMOUS_ID_BYTES letters,
 * digits, - _ ~ (a dot would end it in the cookie). False, and nothing changed, if
 * it is anything else. */
bool fh_identity_adopt(fh_identity *identity, const char *anonymous_id);

/* Reads the text of a cookie; what follows it is at *rest. False, and nothing
 * changed, where it is not in this format: anyone can write a cookie. */
bool fh_identity_read(fh_identity *identity, const char *text, const char **rest);

/* Appends the text. */
void fh_put_identity(fh_writer *writer, const fh_identity *identity);

#endif
