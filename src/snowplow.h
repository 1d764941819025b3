/* The dialect of Snowplow. */
#ifndef FH_SNOWPLOW_H
#define FH_SNOWPLOW_H

#include "dialect.h"

extern const fh_dialect fh_snowplow;

#endif
