/* Where a visitor came from: the host of a referrer, and what kind of host it is. */
#ifndef FH_REFERRER_H
#define FH_REFERRER_H

#include "limits.h"
#include "query.h"

/* Appends "referrer":{"domain":…,"name":…,"type":…,"url":…}, or nothing where `url`
 * has no host. The type is
 *   internal   the host is one of `own` (hosts, with spaces or commas between) or
 *              under one of them
 *   mail, ai, social, search   it is known as that, and then has a name
 *   referral   all else
 * Returns how many bytes of it, the comma before it included, tell the host; 0, if
 * there is none or it is an internal one. */
size_t fh_put_referrer(fh_writer *writer, const char *url, const char *own);

#endif
