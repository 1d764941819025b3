/* The exports of the module that the browser's plan checker and firsthand/plan carry
 * (js-shim/plan/core.js). */
#include "planned.h"

EXPORT(reason) int abi_reason(int code);
EXPORT(plan) int abi_plan(int len);
EXPORT(violations) int abi_violations(int len);

/* What a code says: its reason, a line feed, its sentence. */
int abi_reason(int code) { return put_reason(code); }

/* Takes a tracking plan, in place of the one before. */
int abi_plan(int len) { return take_plan(len); }

/* Checks an event by it. */
int abi_violations(int len) { return give_violations(len); }
