/* PostHog's batch API (posthog.com/docs/api/capture), by the names that its browser
 * SDK has.
 *
 *   track      its own name
 *   page       $pageview
 *   screen     $screen, its name as $screen_name
 *   identify   $identify with $set; $set_once has what first brought the visitor here
 *   group      $groupidentify
 *   alias      $create_alias: the former id is another name of the new one */
#include "posthog.h"

#ifdef FH_POSTHOG

#include "clock.h"
#include "version.h"

static const char *name_of(const fh_item *item) {
  switch (*item->type) {
    case 't': return fh_text_at(item->event, "event");
    case 'p': return "$pageview";
    case 's': return "$screen";
    case 'i': return "$identify";
    case 'g': return "$groupidentify";
    default: return "$create_alias";
  }
}

/* Whether the event is of somebody who is known by name. */
static bool is_identified(const fh_item *item) {
  return *fh_text_at(item->event, "userId");
}

/* Referrer, campaign and click ids are those of the visit, as there. */
static void put_page(fh_writer *writer, const fh_item *item) {
  const fh_json *context = fh_json_get(item->event, "context");
  const fh_json *last = fh_at(context, "attribution.last");
  const char *landing = fh_text_at(context, "session.entry.url");
  const char *referrer = fh_text_at(context, "session.entry.referrer");
  fh_put_location(writer, item, "$current_url");
  fh_put_host(writer, fh_address_of(item), "$host");
  fh_put_path(writer, fh_address_of(item), "$pathname");
  if (*item->type == 'p') fh_put_fields(writer, item->page, "title\0title\0");
  fh_put_member(writer, "$referrer", *referrer ? referrer : "$direct");
  fh_put_host(writer, *referrer ? referrer : "//$direct", "$referring_domain");
  fh_put_host(writer, landing, "$session_entry_host");
  fh_put_path(writer, landing, "$session_entry_pathname");
  fh_put_host(writer, referrer, "$session_entry_referring_domain");
  fh_put_origin(writer, last ? last : context, "",
                fh_json_get(item->event, "properties"));
}

static void put_context(fh_writer *writer, const fh_item *item) {
  fh_put_fields(
      writer, item->event,
      "context.session.id\0$session_id\0context.tabId\0$window_id\0"
      "context.pageViewId\0$pageview_id\0anonymousId\0$device_id\0"
      "messageId\0$insert_id\0userId\0$user_id\0"
      "context.locale\0$browser_language\0context.userAgent\0$raw_user_agent\0"
      "context.screen.width\0$screen_width\0context.screen.height\0$screen_height\0"
      "context.viewport.width\0$viewport_width\0"
      "context.viewport.height\0$viewport_height\0"
      "context.userAgentData.platform\0$os\0"
      "context.timezone\0$timezone\0context.timezoneOffset\0$timezone_offset\0"
      "context.session.entry.url\0$session_entry_url\0"
      "context.session.entry.referrer\0$session_entry_referrer\0");
  fh_put(writer, ",\"$lib\":\"firsthand\",\"$lib_version\":\"" FH_VERSION "\"");
  fh_put_name(writer, "$is_identified");
  fh_put(writer, is_identified(item) ? "true" : "false");
  fh_put_name(writer, "$process_person_profile");
  fh_put(writer, is_identified(item) ? "true" : "false");
}

static const char *group_type(const fh_item *item) {
  return *item->label ? item->label : "group";
}

/* What only calls of this type have. */
static void put_own(fh_writer *writer, const fh_item *item) {
  const char *group = fh_group_of(item);
  switch (*item->type) {
    case 's': fh_put_fields(writer, item->event, "name\0$screen_name\0"); break;
    case 'i':
      fh_put_fields(writer, item->event, "anonymousId\0$anon_distinct_id\0");
      break;
    case 'g':
      fh_put_member(writer, "$group_type", group_type(item));
      fh_put_member(writer, "$group_key", group);
      fh_put_fields(writer, item->event, "traits\0$group_set\0");
      break;
    case 'a':
      fh_put_fields(writer, item->event, "userId\0distinct_id\0previousId\0alias\0");
      break;
    default: break;
  }
  if (!*group) return;
  fh_put(writer, ",\"$groups\":{");
  fh_put_member(writer, group_type(item), group);
  fh_put(writer, "}");
}

/* Beside the properties: what is to be known of the person. */
static void put_person(fh_writer *writer, const fh_item *item) {
  const fh_json *first = fh_at(item->event, "context.attribution.first");
  const fh_json *traits = fh_json_get(item->event, "traits");
  fh_put(writer, ",\"$set\":{");
  fh_json_print_members(writer, traits);
  fh_put_fields(writer, fh_at(item->event, "context.providers.facebookTag"),
                "_fbp\0$fbp\0_fbc\0$fbc\0");
  fh_put(writer, "},\"$set_once\":{");
  fh_put_origin(writer, first, "$initial_", NULL);
  fh_put_fields(writer, first,
                "url\0$initial_current_url\0referrer.url\0$initial_referrer\0"
                "referrer.domain\0$initial_referring_domain\0");
  fh_put_host(writer, fh_text_at(first, "url"), "$initial_host");
  fh_put_path(writer, fh_text_at(first, "url"), "$initial_pathname");
  fh_put(writer, "}");
}

static void put(fh_writer *writer, fh_item *item) {
  const char *user = fh_text_at(item->event, "userId");
  fh_put_comma(writer);
  fh_put(writer, "{");
  fh_put_member(writer, "event", name_of(item));
  fh_put_member(writer, "distinct_id",
                *user ? user : fh_text_at(item->event, "anonymousId"));
  fh_put_member(writer, "uuid", item->id);
  fh_put(writer, ",\"timestamp\":\"");
  fh_put_iso8601(writer, item->time_ms);
  fh_put(writer, "\",\"properties\":{");
  fh_put_properties(writer, item);
  put_context(writer, item);
  put_page(writer, item);
  put_own(writer, item);
  fh_put(writer, "}");
  if (*item->type == 'i') put_person(writer, item);
  fh_put(writer, "}");
}

/* {"results":{"<uuid>":{"result":"ok"|"drop"|"retry"}}} */
static fh_fate fate(const fh_json *answer, uint32_t row, const char *id) {
  (void)row;
  const char *result =
      fh_json_get_text(fh_json_get(fh_json_get(answer, "results"), id), "result");
  return *result == 'd' ? FH_UNWANTED : *result == 'r' ? FH_ONCE_MORE : FH_TAKEN;
}

/* {"status":1}, or "Ok"; with results, what became of each. */
static void judge(fh_reply *reply, int status, fh_text body) {
  const fh_json *said = fh_json_get(reply->json, "status");
  (void)body;
  reply->refused = 0;
  if (status == 400) reply->verdict = FH_BISECT;
  if (status < 200 || status >= 300) return;
  bool ok = fh_json_whole(said) == 1 || strcmp(fh_json_text(said), "Ok") == 0;
  reply->verdict = ok ? FH_ACCEPTED : FH_RETRY;
  if (!fh_json_is_object(fh_json_get(reply->json, "results"))) return;
  reply->verdict = FH_RETRY; /* where all of them are to come again */
  reply->fate = fate;
}

const fh_dialect fh_posthog = {
    .name = "posthog",
    .places = "i.posthog.com\0",
    .put = put,
    .opening = "{\"batch\":[",
    .before_key = "],\"api_key\":",
    .before_time = ",\"sent_at\":",
    .closing = "}",
    .max_id = 200,
    .ids =
        "anonymous\0guest\0distinctid\0distinct_id\0id\0not_authenticated\0email\0"
        "undefined\0true\0false\0[object object]\0nan\0none\0null\0"
        "0\0",
    .names = "$identify\0$groupidentify\0$create_alias\0$merge_dangerously\0",
    .judge = judge};

#endif
