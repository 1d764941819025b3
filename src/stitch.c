/* Reads the carriers. */
#include "stitch.h"

#include "base64.h"
#include "carrier.h"
#include "errors.h"
#include "identity.h"
#include "query.h"
#include "refusal.h"

static int check_age(const fh_bundle *bundle, double now, double max_age) {
  if (now - bundle->at > max_age) return FH_REFUSED_STALE;
  bool ahead = bundle->at - now > FH_STITCH_AHEAD_MS ||
               fh_uuid_ms(&bundle->session) - now > FH_STITCH_AHEAD_MS;
  return ahead ? FH_REFUSED_AHEAD : 0;
}

static int read_json(fh_bundle *bundle, const fh_json *value) {
  if (!fh_json_is_object(value)) return FH_REFUSED_BUNDLE;
  const fh_json *version = fh_json_get(value, "v");
  if (fh_json_is_null(version)) return FH_REFUSED_BUNDLE;
  if (fh_json_whole(version) != 1) return FH_REFUSED_VERSION;
  const char *session = fh_json_get_text(value, "sessionUuid");
  if (!fh_is_uuid(session)) return FH_REFUSED_BUNDLE;
  fh_uuid_read(session, &bundle->session);
  const fh_json *start = fh_given(value, "sessionId");
  if (start && fh_json_whole(start) != fh_uuid_ms(&bundle->session))
    return FH_REFUSED_BUNDLE;
  bundle->anonymous_id = fh_json_get_text(value, "anonymousId");
  bundle->user_id = fh_json_get_text(value, "userId");
  bundle->page_view = fh_json_get_text(value, "pageViewId");
  bundle->first_event = fh_json_get_text(value, "firstEventId");
  bundle->sig = fh_json_get_text(value, "sig");
  bundle->index = fh_json_whole(fh_json_get(value, "sessionIndex"));
  bundle->at = fh_json_whole(fh_json_get(value, "at"));
  return fh_bundle_take(bundle, value, fh_given(value, "context")) ? 0
                                                                   : FH_REFUSED_CONTEXT;
}

/* The object that a text in base64url stands for, of at most `max` bytes of JSON. */
static const fh_json *decode(const char *text, size_t max, fh_arena *arena, int *code) {
  size_t len = strlen(text);
  *code = FH_REFUSED_SIZE;
  if (len > max / 3 * 4 + 4) return NULL;
  char *json = fh_arena_alloc(arena, len + 1);
  if (!json) return NULL;
  memcpy(json, text, len);
  int bytes = fh_base64_decode(json, len);
  const fh_json *value =
      bytes > 0 ? fh_json_parse(arena, json, (size_t)bytes, code) : NULL;
  *code = fh_json_is_object(value) ? 0 : FH_REFUSED_BROKEN;
  return *code ? NULL : value;
}

/* The member of a flat map that is called <prefix>_<name>. */
static const char *flat_text(const fh_json *map, const char *prefix, const char *name) {
  char key[FH_MAX_PREFIX_BYTES + 8];
  fh_writer writer = fh_writer_on(key, sizeof key - 1);
  fh_put(&writer, prefix);
  fh_put(&writer, "_");
  fh_put(&writer, name);
  key[writer.len] = '\0';
  const fh_json *value = fh_json_get(map, key);
  return fh_json_is_string(value) ? fh_json_text(value) : "";
}

/* ".<whole number>" or the end. */
static bool read_more(const char **at, double *number) {
  if (!**at) return true;
  if (**at != '.') return false;
  ++*at;
  *number = fh_read_number(at);
  return *number >= 0;
}

/* 1.<at>.<index> */
static int read_version(fh_bundle *bundle, const char *text) {
  if (!*text) return FH_REFUSED_BUNDLE;
  double version = fh_read_number(&text);
  if (version != 1) return FH_REFUSED_VERSION;
  bool whole = read_more(&text, &bundle->at) && read_more(&text, &bundle->index);
  return whole && !*text ? 0 : FH_REFUSED_BUNDLE;
}

static void put_decoded(fh_writer *writer, const char *value, const char *end) {
  char decoded[FH_MAX_VALUE_BYTES];
  fh_put_string(writer, decoded, fh_form_decode(value, end, decoded));
}

/* source=…&medium=… as JSON. */
static void put_campaign(fh_writer *writer, const char *at) {
  const char *end = at + strlen(at);
  fh_put(writer, "{");
  while (at < end) {
    const char *stop = fh_find(at, end, '&'), *sign = fh_find(at, stop, '=');
    if (sign < stop) {
      fh_put_comma(writer);
      put_decoded(writer, at, sign);
      fh_put(writer, ":");
      put_decoded(writer, sign + 1, stop);
    }
    at = stop + (stop < end);
  }
  fh_put(writer, "}");
}

/* Appends a member, if there is anything in it. */
static void put_part(fh_writer *writer, const char *name, const char *ptr, size_t len) {
  if (!len) return;
  fh_put_name(writer, name);
  fh_put_string(writer, ptr, len);
}

/* Up to `sign`, of which `more` are passed over, or to the end. */
static const char *part_end(const char *at, char sign, int more) {
  const char *end = at + strlen(at);
  at = fh_find(at, end, sign);
  while (more-- && at < end) at = fh_find(at + 1, end, sign);
  return at;
}

static void put_providers(fh_writer *writer, const char *ga, const char *fb) {
  fh_put(writer, "{");
  if (*ga) {
    const char *client = part_end(ga, '.', 1);
    const char *session = part_end(client + !!*client, '.', 0);
    const char *count = session + !!*session;
    fh_put(writer, "\"googleAnalytics4\":{");
    put_part(writer, "clientID", ga, (size_t)(client - ga));
    if (*client)
      put_part(writer, "sessionID", client + 1, (size_t)(session - client - 1));
    if (*session) put_part(writer, "sessionCount", count, strlen(count));
    fh_put(writer, "}");
  }
  if (*fb) {
    const char *fbp = part_end(fb, '~', 0);
    fh_put_name(writer, "facebookTag");
    fh_put(writer, "{");
    put_part(writer, "_fbp", fb, (size_t)(fbp - fb));
    if (*fbp) put_part(writer, "_fbc", fbp + 1, strlen(fbp + 1));
    fh_put(writer, "}");
  }
  fh_put(writer, "}");
}

/* {"providers":…,"context":{"campaign":…}} of what the flat map has of them. */
static const fh_json *unfold(const fh_json *map, const char *prefix, fh_arena *arena) {
  enum { ROOM = 4096 };
  const char *utm = flat_text(map, prefix, "utm"), *ga = flat_text(map, prefix, "ga");
  const char *fb = flat_text(map, prefix, "fb");
  char *text = fh_arena_alloc(arena, ROOM);
  if (!text) return NULL;
  fh_writer writer = fh_writer_on(text, ROOM);
  fh_put(&writer, "{");
  if (*ga || *fb) {
    fh_put(&writer, "\"providers\":");
    put_providers(&writer, ga, fb);
  }
  if (*utm) {
    fh_put_name(&writer, "context");
    fh_put(&writer, "{\"campaign\":");
    put_campaign(&writer, utm);
    fh_put(&writer, "}");
  }
  fh_put(&writer, "}");
  int code;
  return writer.full ? NULL : fh_json_parse(arena, text, writer.len, &code);
}

static bool is_short(const fh_json *map, const char *prefix) {
  for (const char *name = FH_FLAT_NAMES; *name; name += strlen(name) + 1)
    if (strlen(flat_text(map, prefix, name)) > FH_MAX_FLAT_BYTES) return false;
  return true;
}

static int read_flat(fh_bundle *bundle, const fh_json *map, const char *prefix,
                     fh_arena *arena) {
  if (!is_short(map, prefix)) return FH_REFUSED_SIZE;
  int code = read_version(bundle, flat_text(map, prefix, "v"));
  if (code) return code;
  const char *session = flat_text(map, prefix, "sid");
  if (!fh_is_uuid(session)) return FH_REFUSED_BUNDLE;
  fh_uuid_read(session, &bundle->session);
  bundle->anonymous_id = flat_text(map, prefix, "aid");
  bundle->user_id = flat_text(map, prefix, "uid");
  bundle->page_view = flat_text(map, prefix, "pv");
  bundle->sig = flat_text(map, prefix, "sig");
  const char *more = flat_text(map, prefix, "ctx");
  const fh_json *from = *more ? decode(more, FH_MAX_BUNDLE_BYTES, arena, &code)
                              : unfold(map, prefix, arena);
  if (code) return code;
  bool good = from && fh_bundle_take(bundle, from, fh_given(from, "context"));
  return good ? 0 : FH_REFUSED_CONTEXT;
}

/* The cookie's value, or a Cookie header that has it. */
static int read_cookie(fh_bundle *bundle, const char *text, fh_arena *arena) {
  const char *end = text + strlen(text), *rest;
  const char *value = fh_query_find(text, end, ';', "_fh=", 4);
  if (value) {
    size_t len = (size_t)(fh_find(value, end, ';') - value);
    char *copy = fh_arena_alloc(arena, len + 1);
    if (!copy) return FH_REFUSED_SIZE;
    memcpy(copy, value, len);
    copy[len] = '\0';
    text = copy;
  }
  fh_identity *identity = fh_arena_alloc(arena, sizeof *identity);
  if (!identity) return FH_REFUSED_SIZE;
  if (strcmp(text, "0") == 0) return FH_ERR_CONSENT;
  if (!fh_identity_read(identity, text, &rest) || *rest) {
    const char *at = text;
    double version = fh_read_number(&at);
    return version > 1 && *at == '.' ? FH_REFUSED_VERSION : FH_REFUSED_BUNDLE;
  }
  if (!identity->session.index) return FH_REFUSED_SESSION;
  bundle->anonymous_id = identity->anonymous_id;
  bundle->session = identity->session.id;
  bundle->index = identity->session.index;
  bundle->at = identity->session.last_ms;
  return 0;
}

static int read(fh_bundle *bundle, const fh_json *input, const char *prefix,
                fh_arena *arena) {
  const fh_json *value = fh_json_get(input, "value");
  int code;
  if (fh_json_says(input, "from", "json")) return read_json(bundle, value);
  if (fh_json_says(input, "from", "flat")) return read_flat(bundle, value, prefix, arena);
  if (fh_json_says(input, "from", "cookie"))
    return read_cookie(bundle, fh_json_text(value), arena);
  if (!fh_json_says(input, "from", "header")) return FH_ERR_TYPE;
  value = decode(fh_json_text(value), FH_MAX_HEADER_BYTES / 4 * 3, arena, &code);
  return value ? read_json(bundle, value) : code;
}

/* What does not depend on the carrier. */
static int judge(const fh_bundle *bundle, const fh_json *input) {
  double now = fh_json_whole(fh_json_get(input, "now"));
  double max_age = fh_json_whole(fh_json_get(input, "maxAge"));
  const fh_json *analytics = fh_json_get(bundle->consent, "analytics");
  int code = fh_bundle_check(bundle);
  if (!code) code = check_age(bundle, now, max_age < 0 ? FH_STITCH_AGE_MS : max_age);
  return !code && analytics && !fh_json_is_true(analytics) ? FH_ERR_CONSENT : code;
}

int fh_stitch(fh_writer *writer, const fh_json *input, fh_arena *arena) {
  fh_bundle bundle;
  const char *to = fh_json_get_text(input, "to");
  const char *prefix = fh_json_get_text(input, "prefix");
  if (!*prefix) prefix = FH_FLAT_PREFIX;
  if (!fh_is_prefix(prefix)) return FH_REFUSED_PREFIX;
  fh_bundle_clear(&bundle);
  int code = read(&bundle, input, prefix, arena);
  if (!code) code = judge(&bundle, input);
  if (code) return code;
  if (*to) return fh_put_carrier(writer, &bundle, to, prefix, arena);
  const char *sig = bundle.sig;
  bundle.sig = "";
  fh_put_bundle(writer, &bundle, true);
  fh_put(writer, "\n");
  fh_put(writer, sig);
  return writer->full ? FH_REFUSED_SIZE : 0;
}
