/* The codes of refusal.def as C constants, and what each code says, those of
 * errors.def included. */
#ifndef FH_REFUSAL_H
#define FH_REFUSAL_H

#include "errors.h"

enum {
#define FH_REFUSAL(name, code, reason, sentence) FH_REFUSED_##name = (code),
#include "refusal.def"
#undef FH_REFUSAL
};

typedef struct fh_refusal {
  const char *reason;   /* a key for logs and counts, e.g. "too_large" */
  const char *sentence; /* for people */
} fh_refusal;

/* What `code` says; both NULL for what is no code. */
fh_refusal fh_refusal_of(int code);

#endif
