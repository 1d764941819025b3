/* Writes the carriers. */
#include "carrier.h"

#include "base64.h"
#include "refusal.h"

bool fh_is_prefix(const char *text) {
  size_t len = 0;
  for (; text[len]; len++) {
    char c = text[len], lower = (char)(c | 0x20);
    bool word = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
    if (!word && c != '_' && c != '-') return false;
  }
  return len > 0 && len <= FH_MAX_PREFIX_BYTES;
}

static void put_text(fh_writer *writer, const char *name, const char *text) {
  if (!*text) return;
  fh_put_name(writer, name);
  fh_put_string(writer, text, strlen(text));
}

static void put_count(fh_writer *writer, const char *name, double value) {
  fh_put_name(writer, name);
  fh_put_number(writer, value);
}

/* Appends a member whole or, where it does not fit, not at all. */
static void put_whole(fh_writer *writer, const char *name, const fh_json *value,
                      bool is_whole) {
  size_t start = writer->len;
  if (!value) return;
  fh_put_name(writer, name);
  fh_json_print(writer, value);
  if (!writer->full || is_whole) return;
  writer->len = start;
  writer->full = false;
}

/* Consent, providers and context, as far as they fit. */
static void put_context(fh_writer *writer, const fh_bundle *bundle, bool is_whole) {
  put_whole(writer, "consent", bundle->consent, is_whole);
  put_whole(writer, "providers", bundle->providers, is_whole);
  size_t start = writer->len;
  fh_put_name(writer, "context");
  fh_put(writer, "{");
  if (!writer->full)
    for (int i = 0; i < FH_FACTS; i++)
      put_whole(writer, fh_fact_name(i), bundle->facts[i], is_whole);
  /* Its end has room: the writer's own is kept shorter by it. */
  writer->cap++;
  fh_put(writer, "}");
  if (!writer->full && writer->ptr[writer->len - 2] != '{') return;
  writer->len = start;
  writer->full &= is_whole;
}

/* Of the room, the ends of the context and of the whole, and the signature's. */
#define ENDS_BYTES (2 + sizeof ",\"sig\":\"\"" - 1 + FH_MAX_SIG_BYTES)

static void put_bundle(fh_writer *writer, const fh_bundle *bundle, size_t room,
                       bool is_whole) {
  size_t left = writer->cap - writer->len;
  fh_writer inner = fh_writer_on(writer->ptr + writer->len, left < room ? left : room);
  if (inner.cap < ENDS_BYTES) {
    writer->full = true;
    return;
  }
  inner.cap -= ENDS_BYTES;
  fh_put(&inner, "{\"v\":1");
  put_text(&inner, "anonymousId", bundle->anonymous_id);
  put_text(&inner, "userId", bundle->user_id);
  put_count(&inner, "sessionId", fh_uuid_ms(&bundle->session));
  fh_put(&inner, ",\"sessionUuid\":\"");
  fh_put_uuid(&inner, &bundle->session);
  fh_put(&inner, "\"");
  put_count(&inner, "sessionIndex", bundle->index);
  put_text(&inner, "pageViewId", bundle->page_view);
  put_text(&inner, "firstEventId", bundle->first_event);
  put_count(&inner, "at", bundle->at);
  if (!inner.full) put_context(&inner, bundle, is_whole);
  inner.cap += ENDS_BYTES - 1;
  put_text(&inner, "sig", bundle->sig);
  fh_put(&inner, "}");
  writer->full |= inner.full;
  if (!writer->full) writer->len += inner.len;
}

/* Begins "<prefix>_<name>":" */
static void begin_flat(fh_writer *writer, const char *prefix, const char *name) {
  fh_put_comma(writer);
  fh_put(writer, "\"");
  fh_put(writer, prefix);
  fh_put(writer, "_");
  fh_put(writer, name);
  fh_put(writer, "\":\"");
}

static void put_flat(fh_writer *writer, const char *prefix, const char *name,
                     const char *text) {
  if (!*text || strlen(text) > FH_MAX_FLAT_BYTES) return;
  begin_flat(writer, prefix, name);
  fh_put_escaped(writer, text, strlen(text));
  fh_put(writer, "\"");
}

static void put_encoded(fh_writer *writer, const char *text) {
  static const char hex[] = "0123456789ABCDEF";
  for (; *text; text++) {
    unsigned char c = (unsigned char)*text, lower = c | 0x20;
    bool plain = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                 c == '_' || c == '.' || c == '~';
    char escape[3] = {plain ? *text : '%', hex[c >> 4], hex[c & 15]};
    fh_put_bytes(writer, escape, plain ? 1 : 3);
  }
}

/* Appends a parameter whole or not at all. */
static void put_parameter(fh_writer *writer, const char *name, const char *value) {
  size_t start = writer->len;
  if (!*value || strlen(value) > FH_MAX_FLAT_BYTES) return;
  if (start) fh_put(writer, "&");
  put_encoded(writer, name);
  fh_put(writer, "=");
  put_encoded(writer, value);
  if (!writer->full) return;
  writer->len = start;
  writer->full = false;
}

static void flatten_campaign(fh_writer *writer, const fh_json *campaign) {
  static const char first[] = "source\0medium\0name\0id\0content\0term\0";
  for (const char *name = first; *name; name += strlen(name) + 1)
    put_parameter(writer, name, fh_json_get_text(campaign, name));
  for (const fh_json *m = fh_json_first(campaign); m; m = fh_json_next(m))
    if (!fh_is_one_of(fh_json_name(m), first))
      put_parameter(writer, fh_json_name(m), fh_json_text(m));
}

/* Whether a text is `fields` numbers with dots between. */
static bool is_numbers(const char *text, int fields) {
  do {
    if (*text < '0' || *text > '9') return false;
    while (*text >= '0' && *text <= '9') text++;
  } while (--fields && *text++ == '.');
  return !fields && !*text;
}

static void flatten_ga(fh_writer *writer, const fh_json *ga) {
  const char *client = fh_json_get_text(ga, "clientID");
  const char *session = fh_json_get_text(ga, "sessionID");
  const char *count = fh_json_get_text(ga, "sessionCount");
  if (!is_numbers(client, 2)) return;
  fh_put(writer, client);
  if (!is_numbers(session, 1)) return;
  fh_put(writer, ".");
  fh_put(writer, session);
  if (!is_numbers(count, 1)) return;
  fh_put(writer, ".");
  fh_put(writer, count);
}

static void flatten_fb(fh_writer *writer, const fh_json *tag) {
  const char *fbp = fh_json_get_text(tag, "_fbp"), *fbc = fh_json_get_text(tag, "_fbc");
  size_t len = strlen(fbp), more = strlen(fbc);
  if (strchr(fbp, '~') || len > FH_MAX_FLAT_BYTES) return;
  fh_put(writer, fbp);
  if (!more || len + 1 + more > FH_MAX_FLAT_BYTES) return;
  fh_put(writer, "~");
  fh_put(writer, fbc);
}

static void put_folded(fh_writer *writer, const char *prefix, const char *name,
                       void (*fold)(fh_writer *writer, const fh_json *from),
                       const fh_json *from) {
  char text[FH_MAX_FLAT_BYTES + 1];
  fh_writer folded = fh_writer_on(text, FH_MAX_FLAT_BYTES);
  fold(&folded, from);
  text[folded.full ? 0 : folded.len] = '\0';
  put_flat(writer, prefix, name, text);
}

/* As a writer on what is left of the arena. */
static fh_writer scratch(fh_arena *arena) {
  return fh_writer_on(arena->base + arena->used, arena->cap - arena->used);
}

static void put_flat_map(fh_writer *writer, const fh_bundle *bundle, const char *prefix,
                         bool with_context, fh_arena *arena) {
  char uuid[FH_UUID_CHARS + 1];
  fh_writer session = fh_writer_on(uuid, FH_UUID_CHARS);
  fh_put_uuid(&session, &bundle->session);
  uuid[FH_UUID_CHARS] = '\0';
  fh_put(writer, "{");
  begin_flat(writer, prefix, "v");
  fh_put(writer, "1.");
  fh_put_number(writer, bundle->at);
  fh_put(writer, ".");
  fh_put_number(writer, bundle->index);
  fh_put(writer, "\"");
  put_flat(writer, prefix, "aid", bundle->anonymous_id);
  put_flat(writer, prefix, "sid", uuid);
  put_flat(writer, prefix, "pv", bundle->page_view);
  put_flat(writer, prefix, "uid", bundle->user_id);
  put_folded(writer, prefix, "utm", flatten_campaign, bundle->facts[0]);
  put_folded(writer, prefix, "ga", flatten_ga,
             fh_json_get(bundle->providers, "googleAnalytics4"));
  put_folded(writer, prefix, "fb", flatten_fb,
             fh_json_get(bundle->providers, "facebookTag"));
  if (with_context) {
    fh_writer inner = scratch(arena);
    if (inner.cap > FH_MAX_BUNDLE_BYTES) inner.cap = FH_MAX_BUNDLE_BYTES;
    if (inner.cap < sizeof "{}}") {
      writer->full = true;
      return;
    }
    inner.cap -= 2;
    fh_put(&inner, "{");
    put_context(&inner, bundle, false);
    fh_put(&inner, "}");
    begin_flat(writer, prefix, "ctx");
    fh_put_base64(writer, inner.ptr, inner.len);
    fh_put(writer, "\"");
  }
  put_flat(writer, prefix, "sig", bundle->sig);
  fh_put(writer, "}");
}

static void put_header(fh_writer *writer, const fh_bundle *bundle, fh_arena *arena) {
  fh_writer inner = scratch(arena);
  put_bundle(&inner, bundle, FH_MAX_HEADER_BYTES / 4 * 3, false);
  fh_put_base64(writer, inner.ptr, inner.len);
  writer->full |= inner.full;
}

void fh_put_bundle(fh_writer *writer, const fh_bundle *bundle, bool is_whole) {
  put_bundle(writer, bundle, FH_MAX_BUNDLE_BYTES, is_whole);
}

int fh_put_carrier(fh_writer *writer, const fh_bundle *bundle, const char *to,
                   const char *prefix, fh_arena *arena) {
  if (!*prefix) prefix = FH_FLAT_PREFIX;
  if (!fh_is_prefix(prefix)) return FH_REFUSED_PREFIX;
  if (strcmp(to, "json") == 0)
    fh_put_bundle(writer, bundle, false);
  else if (strcmp(to, "header") == 0)
    put_header(writer, bundle, arena);
  else if (fh_is_one_of(to, "flat\0fields\0"))
    put_flat_map(writer, bundle, prefix, to[1] == 'i', arena);
  else
    return FH_ERR_TYPE;
  return writer->full ? FH_REFUSED_SIZE : 0;
}

int fh_carry(fh_writer *writer, const fh_json *input, fh_arena *arena) {
  fh_bundle bundle;
  double at = fh_json_whole(fh_json_get(input, "at"));
  int code = fh_bundle_of(&bundle, fh_json_get(input, "tail"), at);
  if (code) return code;
  return fh_put_carrier(writer, &bundle, fh_json_get_text(input, "to"),
                        fh_json_get_text(input, "prefix"), arena);
}
