/* The rules of attribution. docs/ATTRIBUTION.md names the case that proves each.
 *
 * What was printed once is compared as it stands: a touch begins with what has brought
 * the visitor, in the order of page.h, so two touches are alike if one begins with what
 * the other tells, and has no more of it. */
#include "attribution.h"

#include "clock.h"

bool fh_attribute(fh_writer *touch, const char *last, const fh_page *page,
                  fh_arrival arrival, double ms) {
  const char *text = page->text;
  size_t told = page->told;
  bool has_referrer = told > page->brought;
  if (*last && page->brought == 1) {
    if (arrival == FH_DOCUMENT || !has_referrer) return false;
    if (arrival == FH_SESSION)
      for (const char *at = last; *at; at++)
        if (strncmp(at, text + 1, told - 1) == 0) return false;
  }
  if (strncmp(last, text, told) == 0 &&
      (has_referrer || strncmp(last + told, ",\"at", 4) == 0))
    return false;
  fh_put_bytes(touch, text, page->arrived);
  fh_put_name(touch, "at");
  fh_put(touch, "\"");
  fh_put_iso8601(touch, ms);
  fh_put(touch, "\"");
  if (touch->len + page->address.len < FH_MAX_TOUCH_BYTES)
    fh_put_bytes(touch, page->address.ptr, page->address.len);
  fh_put(touch, "}");
  return true;
}
