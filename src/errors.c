/* Looks up the ledger reason of an error code. */
#include "errors.h"

#include <stddef.h>
#include <string.h>

/* The reasons in the order of their codes, each ended by NUL. */
static const char reasons[] =
#define FH_ERROR(name, code, reason, sentence) reason "\0"
#include "errors.def"
#undef FH_ERROR
    ;

const char *fh_error_reason(int code) {
  if (code >= 0 || code < -FH_ERRORS) return NULL;
  const char *reason = reasons;
  while (++code) reason += strlen(reason) + 1;
  return reason;
}
