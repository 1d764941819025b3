/* What is known of the page: its address taken apart, title, referrer, and
 * the campaign in its address. Read anew when the page tells of a change. */
#ifndef FH_PAGE_H
#define FH_PAGE_H

#include "limits.h"
#include "members.h"

typedef struct fh_page {
  fh_text campaign;  /* what utm_* parameters make, as an object; or empty */
  fh_members fields; /* path, referrer, search, title, url: Segment's names */
  char text[FH_MAX_PAGE_BYTES];
} fh_page;

/* Takes {"url":…,"title":…,"referrer":…}. Values that are too long are cut,
 * what is no string counts as empty. The hash is not part of url or search,
 * as in Segment's library. */
void fh_page_read(fh_page *page, const fh_json *facts);

#endif
