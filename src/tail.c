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

static void put_uuid(fh_writer *writer, const fh_uuid *uuid) {
  fh_put(writer, "\"");
  fh_put_uuid(writer, uuid);
  fh_put(writer, "\"");
}

/* Appends a member from the profile, where there is one. */
static void put_slot(fh_writer *writer, const fh_context *context, fh_slot slot,
                     const fh_json *overrides, const char *name) {
  const char *value = fh_profile_get(&context->profile, slot);
  if (*value && begins(writer, overrides, name)) fh_put(writer, value);
}

/* Whether a property of a page event is a fact of its page. */
static bool is_fact(const fh_json *property) {
  return fh_is_one_of(fh_json_name(property), "path\0referrer\0search\0title\0url\0");
}

/* The properties of a page event. */
static const fh_json *first_told(const fh_json *call) {
  return fh_json_says(call, "type", "page")
             ? fh_json_first(fh_json_get(call, "properties"))
             : NULL;
}

bool fh_has_own_tail(const fh_json *call) {
  for (const fh_json *m = first_told(call); m; m = fh_json_next(m))
    if (is_fact(m)) return true;
  return fh_json_is_object(fh_json_get(call, "context")) ||
         *fh_json_get_text(call, "anonymousId") ||
         (*fh_json_get_text(call, "userId") &&
          !fh_is_one_of(fh_json_get_text(call, "type"), "identify\0alias\0"));
}

/* The page as the agent sees it, over it as a page event's properties do, and over that
 * as the call's context does. */
static void put_page(fh_writer *writer, const fh_page *page, const fh_json *call,
                     const fh_json *own) {
  const fh_json *told = first_told(call) ? fh_json_get(call, "properties") : NULL;
  fh_put_name(writer, "page");
  fh_put(writer, "{");
  fh_put_members(writer, &page->fields, own, told);
  fh_put_members(writer, &page->more, own, NULL);
  for (const fh_json *m = fh_json_first(told); m; m = fh_json_next(m)) {
    if (!is_fact(m) || fh_json_get(own, fh_json_name(m))) continue;
    fh_put_name(writer, fh_json_name(m));
    fh_json_print(writer, m);
  }
  fh_json_print_members(writer, own);
  fh_put(writer, "}");
}

/* Vendors' ids: those that were synced, an object, and those that are in cookies. */
static void put_providers(fh_writer *writer, const fh_page *page, const char *synced,
                          const fh_json *overrides) {
  if (!(page->providers_len || *synced) || !begins(writer, overrides, "providers"))
    return;
  if (!*synced) synced = "{}";
  fh_put_bytes(writer, synced, strlen(synced) - 1);
  if (page->providers_len) fh_put_comma(writer);
  fh_put_bytes(writer, page->providers, page->providers_len);
  fh_put(writer, "}");
}

void fh_put_tail(fh_writer *writer, const fh_context *context, const fh_json *call) {
  const fh_page *page = &context->page;
  const fh_session *session = &context->identity.session;
  const fh_json *overrides = fh_json_get(call, "context");
  const char *anonymous = fh_json_get_text(call, "anonymousId");
  const char *user = fh_json_get_text(call, "userId");
  if (!*anonymous) anonymous = context->identity.anonymous_id;
  fh_put(writer, ",\"anonymousId\":"); /* whatever byte is before it */
  fh_put_string(writer, anonymous, strlen(anonymous));
  put_slot(writer, context, FH_USER_ID, NULL, "userId");
  if (*user && !*fh_profile_get(&context->profile, FH_USER_ID)) {
    fh_put_name(writer, "userId");
    fh_put_string(writer, user, strlen(user));
  }
  fh_put(writer, ",\"context\":{");
  put_page(writer, page, call, fh_json_get(overrides, "page"));
  fh_put_members(writer, &page->context, overrides, NULL);
  const fh_profile *profile = &context->profile;
  put_providers(writer, page, fh_profile_get(profile, FH_PROVIDERS), overrides);
  if ((*fh_profile_get(profile, FH_FIRST_TOUCH) ||
       *fh_profile_get(profile, FH_LAST_TOUCH)) &&
      begins(writer, overrides, "attribution")) {
    fh_put(writer, "{");
    put_slot(writer, context, FH_FIRST_TOUCH, NULL, "first");
    put_slot(writer, context, FH_LAST_TOUCH, NULL, "last");
    fh_put(writer, "}");
  }
  if (begins(writer, overrides, "sessionId"))
    fh_put_number(writer, fh_uuid_ms(&session->id));
  if (begins(writer, overrides, "library"))
    fh_put(writer, "{\"name\":\"firsthand\",\"version\":\"" FH_VERSION "\"}");
  put_slot(writer, context, FH_TRAITS, overrides, "traits");
  put_slot(writer, context, FH_GROUP_ID, overrides, "groupId");
  put_slot(writer, context, FH_CONSENT, overrides, "consent");
  if (begins(writer, overrides, "pageViewId")) put_uuid(writer, &context->view);
  if (*context->tab && begins(writer, overrides, "tabId"))
    fh_put_string(writer, context->tab, FH_UUID_CHARS);
  fh_put_members(writer, &context->browser.facts, overrides, NULL);
  for (const fh_json *m = fh_json_first(overrides); m; m = fh_json_next(m)) {
    if (fh_is_one_of(fh_json_name(m), "session\0page\0")) continue;
    fh_put_name(writer, fh_json_name(m));
    fh_json_print(writer, m);
  }
  fh_put(writer, ",\"session\":{\"id\":");
  put_uuid(writer, &session->id);
  fh_put_name(writer, "index");
  fh_put_number(writer, session->index);
  fh_put_name(writer, "start");
  fh_put_number(writer, fh_uuid_ms(&session->id));
  if (session->pages) {
    fh_put_name(writer, "pageIndex");
    fh_put_number(writer, session->pages);
  }
  put_slot(writer, context, FH_PREVIOUS, NULL, "previousId");
  put_slot(writer, context, FH_ENTRY, NULL, "entry");
  fh_put(writer, ",\"eventIndex\":");
}
