/* Looks up the ledger reason of an error code. */
#include "errors.h"

#include <stddef.h>

static const char* const reasons[] = {
#define FH_ERROR(name, code, reason, sentence) [-(code)] = (reason),
#include "errors.def"
#undef FH_ERROR
};

_Static_assert(sizeof reasons / sizeof *reasons == FH_ERRORS + 1,
               "FH_ERRORS must be the number of lines in errors.def");

const char* fh_error_reason(int code) {
  return code < 0 && code >= -FH_ERRORS ? reasons[-code] : NULL;
}
