/* What is known of the page: its address taken apart, title, referrer, and what
 * brought the visitor there. Read anew when the page tells of a change. */
#ifndef FH_PAGE_H
#define FH_PAGE_H

#include "limits.h"
#include "members.h"

typedef struct fh_page {
  fh_members fields;  /* path, referrer, search, title, url: Segment's names */
  fh_members more;    /* tab_url, hash, where they are needed */
  fh_members context; /* campaign, referrer, clickIds: members of the context, where
                         there are any */
  /* For attribution, what brought the visitor here is at the beginning of text: */
  size_t brought;  /* so far campaign and click ids of the address; 1: neither */
  size_t told;     /* so far the referrer's host as well, unless it is an own one */
  size_t arrived;  /* so far the rest of the referrer */
  fh_text address; /* ,"url":… as the address bar has it, but for the hash */
  char text[FH_MAX_PAGE_BYTES];      /* { and then all that is printed */
  char own[FH_MAX_OWN_BYTES];        /* own hosts, see fh_put_referrer */
  char clicks[FH_MAX_COOKIES_BYTES]; /* what cookies have of click ids, as a query */
  size_t clicks_len;
  char providers[FH_MAX_COOKIES_BYTES]; /* members: vendors' ids in cookies */
  size_t providers_len;                 /* 0: there are none */
} fh_page;

/* Takes from the configuration, or from a call that has them, "cookies"
 * (document.cookie), and the hosts that are own, "domain" and "domains" of its
 * "options". To be called before fh_page_read. */
void fh_page_begin(fh_page *page, const fh_json *config);

/* Takes {"url":…,"canonical":…,"title":…,"referrer":…}. Values that are too long are
 * cut, what is no string counts as empty.
 *
 * The address in `url` and `path` is the canonical one where there is one, as in
 * Segment's library; if that has no query, `url` gets the page's. `tab_url` is the
 * address as it is, where it differs. Neither has the hash. */
void fh_page_read(fh_page *page, const fh_json *facts);

/* Appends {"referrer":…,"url":…}: where a session begins, as the address bar has it. */
void fh_put_entry(fh_writer *writer, const fh_page *page);

#endif
