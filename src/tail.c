/* Prints the tail of an event: ids and context, as in Segment's spec
 * (segment.com/docs/connections/spec/common). */
#include "tail.h"

#include "version.h"

void fh_browser_read(fh_browser *browser, const fh_json *facts) {
  fh_writer writer = fh_writer_on(browser->text, sizeof browser->text);
  browser->facts.count = 0;
  for (const fh_json *m = fh_json_first(facts); m; m = fh_json_next(m)) {
    size_t start = writer.len;
    fh_put_name(&writer, fh_json_name(m));
    fh_json_print(&writer, m);
    fh_members_add(&browser->facts, &writer, start);
  }
}

/* Begins a member of the context, unless the call brings its own. */
static bool begins(fh_writer *writer, const fh_json *overrides, const char *name) {
  if (fh_json_get(overrides, name)) return false;
  fh_put_name(writer, name);
  return true;
}

void fh_put_tail(fh_writer *writer, const fh_identity *identity,
                 const fh_browser *browser, const fh_page *page,
                 const fh_attribution *attribution, const fh_json *overrides) {
  fh_put(writer, ",\"anonymousId\":\"");
  fh_put_uuid(writer, &identity->anonymous_id);
  fh_put(writer, "\"");
  if (identity->user_id_len) {
    fh_put_name(writer, "userId");
    fh_put_string(writer, identity->user_id, identity->user_id_len);
  }
  fh_put(writer, ",\"context\":{");
  if (begins(writer, overrides, "page")) {
    fh_put(writer, "{");
    fh_put_members(writer, &page->fields, NULL);
    fh_put(writer, "}");
  }
  fh_put_others(writer, &page->context, overrides);
  if (*attribution->last && begins(writer, overrides, "attribution")) {
    fh_put(writer, "{\"first\":");
    fh_put(writer, attribution->first);
    fh_put(writer, ",\"last\":");
    fh_put(writer, attribution->last);
    fh_put(writer, "}");
  }
  if (begins(writer, overrides, "sessionId"))
    fh_put_number(writer, fh_uuid_ms(&identity->session.id));
  if (begins(writer, overrides, "library"))
    fh_put(writer, "{\"name\":\"firsthand\",\"version\":\"" FH_VERSION "\"}");
  fh_put_members(writer, &browser->facts, overrides);
  fh_put(writer, "}");
}
