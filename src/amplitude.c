/* Amplitude's HTTP V2 API (amplitude.com/docs/apis/analytics/http-v2), by the names
 * that its browser SDK has.
 *
 *   track      its own name as event_type
 *   page       [Amplitude] Page Viewed
 *   screen     [Amplitude] Screen Viewed
 *   identify   $identify with $set, and $unset for what is null
 *   group      $identify with groups, and $groupidentify with the group's traits
 *   alias      $identify under the new user id: what joins the two is the device
 *
 * The first event of a session has two rows before it: a $identify of what brought the
 * visitor here ($set) and first brought him here ($setOnce), and session_start. */
#include "amplitude.h"

#ifdef FH_AMPLITUDE

#include "query.h"
#include "version.h"

/* "[Amplitude] Page Path" and the like. */
#define OF_PAGE "[Amplitude] Page "

#define PREVIOUS "[Amplitude] Previous Page "

/* Seconds that who sends too much is asked to wait. */
#define THROTTLED_S 30

static void put_groups(fh_writer *writer, const fh_item *item) {
  const char *id = fh_group_of(item);
  if (!*id) return;
  fh_put(writer, ",\"groups\":{");
  fh_put_member(writer, *item->label ? item->label : "group", id);
  fh_put(writer, "}");
}

/* Begins a row. All rows of an event but the last have an insert_id of their own. */
static void begin(fh_writer *writer, const fh_item *item, const char *type,
                  const char *suffix) {
  const char *id = fh_text_at(item->event, "messageId");
  fh_put_comma(writer);
  fh_put(writer, "{");
  fh_put_member(writer, "event_type", type);
  fh_put_fields(writer, item->event,
                "userId\0user_id\0anonymousId\0device_id\0"
                "context.session.start\0session_id\0"
                "context.session.eventIndex\0event_id\0"
                "context.locale\0language\0context.userAgent\0user_agent\0"
                "context.app.version\0app_version\0");
  fh_put_name(writer, "insert_id");
  fh_put(writer, "\"");
  fh_put_escaped(writer, id, strlen(id));
  fh_put(writer, suffix);
  fh_put(writer, "\"");
  fh_put_count(writer, "time", item->time_ms);
  fh_put(writer,
         ",\"platform\":\"Web\",\"ip\":\"$remote\","
         "\"library\":\"firsthand/" FH_VERSION "\"");
}

/* Appends {"$set":{…},"$unset":{…}} of traits. */
static void put_traits(fh_writer *writer, const fh_json *traits) {
  size_t unset = 0;
  fh_put(writer, "{\"$set\":{");
  for (const fh_json *m = fh_json_first(traits); m; m = fh_json_next(m)) {
    unset += fh_json_is_null(m);
    if (fh_json_is_null(m)) continue;
    fh_put_name(writer, fh_json_name(m));
    fh_json_print(writer, m);
  }
  fh_put(writer, "}");
  if (unset) {
    fh_put(writer, ",\"$unset\":{");
    for (const fh_json *m = fh_json_first(traits); m; m = fh_json_next(m))
      if (fh_json_is_null(m)) fh_put_member(writer, fh_json_name(m), "-");
    fh_put(writer, "}");
  }
  fh_put(writer, "}");
}

static void put_touch(fh_writer *writer, const fh_json *touch, const char *prefix,
                      const char *referrer) {
  fh_put_origin(writer, touch, prefix, NULL);
  fh_put_fields(writer, touch, referrer);
}

/* The row before that; none where the visit is direct. */
static void put_attribution(fh_writer *writer, fh_item *item) {
  const fh_json *touches = fh_at(item->event, "context.attribution");
  const fh_json *first = fh_json_get(touches, "first");
  const fh_json *last = fh_json_get(touches, "last");
  size_t start = writer->len;
  begin(writer, item, "$identify", "-origin");
  fh_put(writer, ",\"user_properties\":{\"$set\":{");
  size_t none = writer->len;
  put_touch(writer, last, "",
            "referrer.url\0referrer\0referrer.domain\0referring_domain\0");
  bool has = writer->len > none;
  fh_put(writer, "},\"$setOnce\":{");
  none = writer->len;
  put_touch(
      writer, first, "initial_",
      "referrer.url\0initial_referrer\0referrer.domain\0initial_referring_domain\0");
  has |= writer->len > none;
  fh_put(writer, "}}}");
  if (has)
    item->rows++;
  else
    writer->len = start;
}

static void put_page(fh_writer *writer, const fh_item *item) {
  bool is_page = *item->type == 'p'; /* whose properties are the page's facts */
  const char *url = fh_address_of(item);
  const char *type = fh_text_at(item->event, "context.referrer.type");
  fh_put_location(writer, item, OF_PAGE "Location");
  fh_put_name(writer, OF_PAGE "URL");
  fh_put_string(writer, url, (size_t)(fh_find(url, url + strlen(url), '?') - url));
  fh_put_host(writer, url, OF_PAGE "Domain");
  fh_put_path(writer, url, OF_PAGE "Path");
  fh_put_fields(writer, item->page,
                "title\0" OF_PAGE "Title\0referrer\0" PREVIOUS "Location\0");
  if (*type)
    fh_put_member(writer, PREVIOUS "Type",
                  strcmp(type, "internal") == 0 ? type : "external");
  fh_put_fields(writer, item->event,
                "context.pageViewId\0" OF_PAGE
                "View ID\0"
                "context.session.pageIndex\0" OF_PAGE "Counter\0");
  fh_put_missing(writer, item->event,
                 "context.referrer.url\0referrer\0"
                 "context.referrer.domain\0referring_domain\0",
                 is_page ? NULL : fh_json_get(item->event, "properties"));
}

/* Ends event_properties, which all events have, with what is known of the page. */
static void put_where(fh_writer *writer, const fh_item *item) {
  put_page(writer, item);
  fh_put_origin(writer, fh_json_get(item->event, "context"), "",
                fh_json_get(item->event, "properties"));
  fh_put(writer, "}");
}

/* The row before the first event of a session. */
static void put_start(fh_writer *writer, fh_item *item) {
  begin(writer, item, "session_start", "-session");
  fh_put(writer, ",\"event_properties\":{");
  put_where(writer, item);
  fh_put(writer, "}");
  item->rows++;
}

static void put_event(fh_writer *writer, const fh_item *item, const char *type) {
  begin(writer, item, type, "");
  put_groups(writer, item);
  fh_put(writer, ",\"event_properties\":{");
  fh_put_properties(writer, item);
  put_where(writer, item);
  /* Without revenue a price would count as one. */
  if (*fh_text_at(item->event, "properties.revenue"))
    fh_put_fields(writer, item->event,
                  "properties.revenue\0revenue\0properties.currency\0currency\0"
                  "properties.product_id\0productId\0"
                  "properties.revenueType\0revenueType\0");
  fh_put(writer, "}");
}

static void put_identify(fh_writer *writer, const fh_item *item) {
  begin(writer, item, "$identify", "");
  fh_put(writer, ",\"user_properties\":");
  put_traits(writer, *item->type == 'i' ? fh_json_get(item->event, "traits") : NULL);
  put_groups(writer, item);
  fh_put(writer, "}");
}

static void put_group(fh_writer *writer, fh_item *item) {
  begin(writer, item, "$groupidentify", "-group");
  put_groups(writer, item);
  fh_put(writer, ",\"group_properties\":");
  put_traits(writer, fh_json_get(item->event, "traits"));
  fh_put(writer, "}");
  item->rows++;
  put_identify(writer, item);
}

static void put(fh_writer *writer, fh_item *item) {
  const char *index = fh_text_at(item->event, "context.session.eventIndex");
  if (strcmp(index, "1") == 0) {
    put_attribution(writer, item);
    put_start(writer, item);
  }
  switch (*item->type) {
    case 't': put_event(writer, item, fh_text_at(item->event, "event")); return;
    case 'p': put_event(writer, item, OF_PAGE "Viewed"); return;
    case 's': put_event(writer, item, "[Amplitude] Screen Viewed"); return;
    case 'g': put_group(writer, item); return;
    default: put_identify(writer, item); return;
  }
}

/* Whether a list of numbers has this one, at any depth: {"time":[0,2]}. */
static bool has_number(const fh_json *list, double number) {
  for (const fh_json *m = fh_json_first(list); m; m = fh_json_next(m)) {
    double its = fh_json_whole(m);
    if (its >= number && its <= number) return true;
    if (has_number(m, number)) return true;
  }
  return false;
}

static const char lists[] =
    "events_with_invalid_fields\0events_with_missing_fields\0"
    "events_with_invalid_id_lengths\0silenced_events\0";

/* Nothing of the request is taken; what is in one of the lists must not come again. */
static fh_fate fate(const fh_json *answer, uint32_t row, const char *id) {
  (void)id;
  for (const char *name = lists; *name; name += strlen(name) + 1)
    if (has_number(fh_json_get(answer, name), row)) return FH_UNWANTED;
  return FH_ONCE_MORE;
}

#define WRONG_KEY "Invalid API key"

static void judge(fh_reply *reply, int status, fh_text body) {
  const fh_json *json = reply->json;
  (void)body;
  bool says_ok = fh_json_whole(fh_json_get(json, "code")) == 200 &&
                 fh_json_get(json, "events_ingested");
  if (status == 200) reply->verdict = says_ok ? FH_ACCEPTED : FH_RETRY;
  if (status == 400) {
    const fh_json *listed = NULL;
    for (const char *name = lists; *name && !listed; name += strlen(name) + 1)
      listed = fh_json_first(fh_json_get(json, name));
    reply->refused = 0;
    reply->verdict = FH_BISECT;
    /* Something that the request as a whole lacks is the key. */
    if (*fh_json_get_text(json, "missing_field") ||
        strncmp(fh_json_get_text(json, "error"), WRONG_KEY, sizeof WRONG_KEY - 1) == 0)
      reply->verdict = FH_SLOW;
    if (listed) reply->fate = fate;
  }
  if (status == 429) {
    /* All of this is one device's: its quota of the day is for all that waits. */
    if (fh_json_first(fh_json_get(json, "exceeded_daily_quota_devices")) ||
        fh_json_first(fh_json_get(json, "exceeded_daily_quota_users")))
      reply->verdict = FH_SLOW;
    if (reply->wait_ms < THROTTLED_S * 1000) reply->wait_ms = THROTTLED_S * 1000;
  }
}

const fh_dialect fh_amplitude = {
    .name = "amplitude",
    .places = "amplitude.com\0",
    .put = put,
    .opening = "{\"events\":[",
    .before_key = "],\"api_key\":",
    .before_time = ",\"client_upload_time\":",
    .closing = ",\"options\":{\"min_id_length\":1}}",
    .max_id = 1024,
    .ids =
        "anonymous\0nil\0none\0null\0n/a\0na\0undefined\0unknown\0true\0false\0"
        "0\0-1\0[]\0{}\0lmy47d\0"
        "00000000-0000-0000-0000-000000000000\0",
    .names =
        "$identify\0$groupidentify\0[Amplitude] Start Session\0"
        "[Amplitude] End Session\0[Amplitude] Revenue\0"
        "[Amplitude] Merged User\0",
    .judge = judge};

#endif
