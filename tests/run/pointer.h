/* JSON pointers (RFC 6901), for the expectations of a case. */
#ifndef FH_TESTS_POINTER_H
#define FH_TESTS_POINTER_H

#include "json.h"

/* What stands at `pointer` in `value`; NULL where nothing does. */
const fh_json *pointed(const fh_json *value, const char *pointer);

#endif
