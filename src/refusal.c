/* What a code says, for modules that have room for sentences. */
#include "refusal.h"

#include <stddef.h>

fh_refusal fh_refusal_of(int code) {
  switch (code) {
#define FH_ERROR(name, code, reason, sentence) \
  case code:                                   \
    return (fh_refusal){reason, sentence};
#include "errors.def"
#undef FH_ERROR
#define FH_REFUSAL(name, code, reason, sentence) \
  case code:                                     \
    return (fh_refusal){reason, sentence};
#include "refusal.def"
#undef FH_REFUSAL
  }
  return (fh_refusal){NULL, NULL};
}
