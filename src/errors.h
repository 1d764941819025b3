/* The codes of errors.def as C constants, and their ledger reasons. */
#ifndef FH_ERRORS_H
#define FH_ERRORS_H

enum {
#define FH_ERROR(name, code, reason, sentence) FH_ERR_##name = (code),
#include "errors.def"
#undef FH_ERROR
  FH_ERRORS = 22 /* codes run from -1 to -FH_ERRORS, in that order */
};

/* The ledger key of a code, e.g. "too_large". NULL for what is no code. */
const char *fh_error_reason(int code);

#endif
