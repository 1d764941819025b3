/* Snowplow's tracker protocol by POST (docs.snowplow.io, "tp2", payload_data 1-0-4):
 * all values are texts.
 *
 *   page       a page view (pv)
 *   the others a self-describing event (ue), whose schema is
 *     the name of a track call that is one: iglu:com.acme/click/jsonschema/1-0-0
 *     with a vendor of schemas: iglu:<vendor>/<name, or type>/jsonschema/1-0-0, the
 *       name of a track call in lower case with _ for what is no letter and no digit
 *     else iglu:com.snowplowanalytics.iglu/anything-a/jsonschema/1-0-0, which takes
 *       anything
 *   Its data are, under a schema of its own, the properties of a track call; of all
 *   else an object of the event's own members.
 *
 * Entities: web_page, client_session, and of a page view that has properties, a name
 * or a category of its own these, under the vendor's `page` or anything-a. */
#include "snowplow.h"

#ifdef FH_SNOWPLOW

#include "clock.h"
#include "version.h"

#define IGLU     "iglu:com.snowplowanalytics.snowplow/"
#define ANYTHING "iglu:com.snowplowanalytics.iglu/anything-a"
#define FIRST    "/jsonschema/1-0-0"

static void put_slug(fh_writer *writer, const char *name) {
  size_t start = writer->len;
  for (; *name; name++) {
    char c = *name >= 'A' && *name <= 'Z' ? (char)(*name | 0x20) : *name;
    bool is_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    bool joins = writer->len == start || writer->ptr[writer->len - 1] == '_';
    if (is_word || !joins) fh_put_bytes(writer, is_word ? &c : "_", 1);
  }
  while (writer->len > start && writer->ptr[writer->len - 1] == '_') writer->len--;
  if (writer->len == start) fh_put(writer, "event");
}

/* Whether the call's name is a schema: iglu:vendor/name/format/1-0-0, of the letters
 * that these may have. Else it is a name like any. */
static bool is_schema(const char *name) {
  if (strncmp(name, "iglu:", 5) != 0) return false;
  int slashes = 0, dashes = 0;
  for (name += 5; *name; name++) {
    char c = *name;
    bool digit = c >= '0' && c <= '9';
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    bool after = name[-1] == '/' || name[-1] == '-' || name[-1] == ':';
    if (c == '/'       ? after
        : slashes == 3 ? !(digit || (c == '-' && !after))
                       : !(digit || letter || c == '-' || (c == '.' && !slashes)))
      return false;
    slashes += c == '/';
    dashes += slashes == 3 && c == '-';
  }
  return slashes == 3 && dashes == 2 && name[-1] != '-';
}

static bool is_track(const fh_item *item) { return *item->type == 't'; }

static void put_schema(fh_writer *writer, const fh_item *item) {
  const char *event = fh_text_at(item->event, "event");
  fh_put_name(writer, "schema");
  if (is_track(item) && is_schema(event)) {
    fh_put_string(writer, event, strlen(event));
    return;
  }
  if (!*item->label) {
    fh_put(writer, "\"" ANYTHING FIRST "\"");
    return;
  }
  fh_put(writer, "\"iglu:");
  fh_put_escaped(writer, item->label, strlen(item->label));
  fh_put(writer, "/");
  put_slug(writer, is_track(item) ? event : item->type);
  fh_put(writer, FIRST "\"");
}

/* {"schema":…,"data":…} of what the call tells. */
static void put_call(fh_writer *writer, const fh_item *item) {
  bool bare =
      is_track(item) && (*item->label || is_schema(fh_text_at(item->event, "event")));
  fh_put(writer, "{");
  put_schema(writer, item);
  fh_put(writer, ",\"data\":{");
  if (bare)
    fh_put_properties(writer, item);
  else
    fh_put_fields(writer, item->event,
                  "type\0type\0event\0event\0groupId\0groupId\0"
                  "previousId\0previousId\0traits\0traits\0");
  if (!bare) {
    size_t start = writer->len;
    fh_put_name(writer, "properties");
    fh_put(writer, "{");
    size_t none = writer->len;
    fh_put_properties(writer, item);
    bool has = writer->len > none;
    fh_put(writer, "}");
    if (!has) writer->len = start;
  }
  fh_put(writer, "}}");
}

static bool is_uuid(const char *text) {
  fh_uuid uuid;
  if (strlen(text) != FH_UUID_CHARS || !fh_uuid_read(text, &uuid)) return false;
  for (; *text; text++)
    if (*text >= 'A' && *text <= 'F') return false; /* the schema wants it lower */
  return true;
}

static void put_session(fh_writer *writer, const fh_item *item) {
  const char *visitor = fh_text_at(item->event, "anonymousId");
  if (!is_uuid(visitor)) return; /* an adopted one may be anything: duid has it */
  fh_put_comma(writer);
  fh_put(writer, "{\"schema\":\"" IGLU "client_session/jsonschema/1-0-2\",\"data\":{");
  fh_put_fields(writer, item->event,
                "anonymousId\0userId\0context.session.id\0sessionId\0"
                "context.session.index\0sessionIndex\0"
                "context.session.previousId\0previousSessionId\0"
                "context.session.eventIndex\0eventIndex\0");
  double start = fh_json_whole(fh_at(item->event, "context.session.start"));
  if (start >= 0) {
    fh_put(writer, ",\"firstEventTimestamp\":\"");
    fh_put_iso8601(writer, start);
    fh_put(writer, "\"");
  }
  fh_put(writer, ",\"storageMechanism\":\"COOKIE_1\"}}");
}

/* Whether a page view has told what the page's facts do not. */
static bool has_more(fh_writer *scratch, const fh_item *item) {
  size_t start = scratch->len;
  fh_put_properties(scratch, item);
  bool more = scratch->len > start;
  scratch->len = start;
  return more;
}

static void put_entities(fh_writer *writer, const fh_item *item) {
  fh_put(writer, "{\"schema\":\"" IGLU "contexts" FIRST
                 "\",\"data\":["
                 "{\"schema\":\"" IGLU "web_page" FIRST "\",\"data\":{");
  fh_put_fields(writer, item->event, "context.pageViewId\0id\0");
  fh_put(writer, "}}");
  put_session(writer, item);
  if (*item->type == 'p' && has_more(writer, item)) {
    fh_put_comma(writer);
    put_call(writer, item);
  }
  fh_put(writer, "]}");
}

/* Appends JSON as a text: written first to what is left of the arena. */
static void put_as_text(fh_writer *writer, fh_item *item, const char *name,
                        void (*put)(fh_writer *writer, const fh_item *item)) {
  fh_arena *arena = item->arena;
  fh_writer inner = fh_writer_on(arena->base + arena->used, arena->cap - arena->used);
  put(&inner, item);
  writer->full |= inner.full;
  fh_put_name(writer, name);
  fh_put_string(writer, inner.ptr, inner.len);
}

static void put_unstruct(fh_writer *writer, const fh_item *item) {
  fh_put(writer, "{\"schema\":\"" IGLU "unstruct_event" FIRST "\",\"data\":");
  put_call(writer, item);
  fh_put(writer, "}");
}

static void put_size(fh_writer *writer, const fh_item *item, const char *of,
                     const char *name) {
  const fh_json *size = fh_at(item->event, of);
  const char *width = fh_json_get_text(size, "width");
  const char *height = fh_json_get_text(size, "height");
  if (!*width || !*height) return;
  fh_put_name(writer, name);
  fh_put(writer, "\"");
  fh_put_escaped(writer, width, strlen(width));
  fh_put(writer, "x");
  fh_put_escaped(writer, height, strlen(height));
  fh_put(writer, "\"");
}

static void put_ms(fh_writer *writer, const char *name, double ms) {
  fh_put_name(writer, name);
  fh_put(writer, "\"");
  fh_put_number(writer, ms);
  fh_put(writer, "\"");
}

static void put(fh_writer *writer, fh_item *item) {
  bool is_page = *item->type == 'p';
  fh_put_comma(writer);
  fh_put(writer, "{");
  fh_put_member(writer, "e", is_page ? "pv" : "ue");
  fh_put_member(writer, "eid", item->id);
  fh_put_member(writer, "aid", item->key);
  fh_put(writer, ",\"p\":\"web\",\"tna\":\"firsthand\",\"tv\":\"fh-" FH_VERSION "\"");
  put_ms(writer, "dtm", item->time_ms);
  put_ms(writer, "stm", item->sent_ms);
  fh_put_texts(writer, item->event,
               "anonymousId\0duid\0userId\0uid\0context.session.id\0sid\0"
               "context.session.index\0vid\0context.locale\0lang\0"
               "context.timezone\0tz\0context.userAgent\0ua\0"
               "context.screen.colorDepth\0cd\0context.document.encoding\0cs\0");
  const fh_json *cookies = fh_at(item->event, "context.cookieEnabled");
  if (cookies) fh_put_member(writer, "cookie", fh_json_is_true(cookies) ? "1" : "0");
  put_size(writer, item, "context.screen", "res");
  put_size(writer, item, "context.viewport", "vp");
  put_size(writer, item, "context.document", "ds");
  fh_put_location(writer, item, "url");
  fh_put_texts(writer, item->page, "title\0page\0referrer\0refr\0");
  put_as_text(writer, item, "co", put_entities);
  if (!is_page) put_as_text(writer, item, "ue_pr", put_unstruct);
  fh_put(writer, "}");
}

/* The collector says "ok" and no more; some say nothing. A page that a captive portal
 * shows is neither. What is wrong with an event nobody tells the browser. */
static void judge(fh_reply *reply, int status, fh_text body) {
  reply->refused = 0;
  if (status == 400) reply->verdict = FH_BISECT;
  if (status != 200) return;
  while (body.len && body.ptr[body.len - 1] <= ' ' && body.ptr[body.len - 1] > 0)
    body.len--;
  bool says_ok = body.len == 2 && memcmp(body.ptr, "ok", 2) == 0;
  reply->verdict = body.len == 0 || says_ok ? FH_ACCEPTED : FH_RETRY;
}

const fh_dialect fh_snowplow = {
    .name = "snowplow",
    .places = "/com.snowplowanalytics.snowplow/tp2\0",
    .put = put,
    .opening = "{\"schema\":\"" IGLU "payload_data/jsonschema/1-0-4\",\"data\":[",
    .closing = "]}",
    .max_id = 255,
    .ids = "",
    .names = "",
    .judge = judge};

#endif
