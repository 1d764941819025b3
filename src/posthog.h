/* The dialect of PostHog. */
#ifndef FH_POSTHOG_H
#define FH_POSTHOG_H

#include "dialect.h"

extern const fh_dialect fh_posthog;

#endif
