/* What is known of the page: its address taken apart, title, referrer, and what
 * brought the visitor there. Read anew when the page tells of a change. */
#ifndef FH_PAGE_H
#define FH_PAGE_H

#include "limits.h"
#include "members.h"

typedef struct fh_page {
  fh_members fields;  /* path, referrer, search, title, url: Segment's names; and
                         hash, tab_url where they are needed */
  fh_members context; /* campaign, referrer, clickIds: members of the context, where
                         there are any */
  size_t brought, told, arrived; 
  fh_text address;    /* ,"url":… as the address bar has it, but for the hash */
  size_t clicks_len;
  char clicks[FH_MAX_COOKIES_BYTES]; /* what cookies have of them, as a query */
  char own[FH_MAX_OWN_BYTES];        /* see fh_put_referrer */
  char text[FH_MAX_PAGE_BYTES];
} fh_page;

/* Takes what stays the same while the document lives from the configuration:
 * "cookies" (document.cookie), "domain", "domains" of its "options", and the host of
 * its "page". */
void fh_page_begin(fh_page *page, const fh_json *config);

/* Takes {"url":…,"canonical":…,"title":…,"referrer":…}. Values that are too long are
 * cut, what is no string counts as empty.
 *
 * The address in `url` and `path` is the canonical one where there is one, as in
 * Segment's library; if that has no query, `url` gets the page's. `tab_url` is the
 * address as it is, where it differs. Neither has the hash. */
void fh_page_read(fh_page *page, const fh_json *facts);

#endif
