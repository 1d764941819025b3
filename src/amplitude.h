/* The dialect of Amplitude. */
#ifndef FH_AMPLITUDE_H
#define FH_AMPLITUDE_H

#include "dialect.h"

extern const fh_dialect fh_amplitude;

#endif
