/* Chooses a dialect, and has what they share. */
#include "dialect.h"

#include "amplitude.h"
#include "errors.h"
#include "posthog.h"
#include "query.h"
#include "snowplow.h"

#ifdef FH_RELATIVES
/* Segment's format as others take it. What they ignore is left in. */

static const fh_dialect rudderstack = {.name = "rudderstack",
                                       .places = "rudderstack.com\0/beacon/v1/batch\0",
                                       .extra = ",\"channel\":\"web\""};

static const fh_dialect hightouch = {
    .name = "hightouch", .places = "hightouch-events.com\0", .extra = ""};

/* Refused are the events that are named: ["Message ID: <id>: <why>"]. */
static fh_fate jitsu_fate(const fh_json *answer, uint32_t row, const char *id) {
  (void)row;
  static const char before[] = "Message ID: ";
  const size_t skip = sizeof before - 1;
  for (const fh_json *e = fh_json_first(fh_json_get(answer, "errors")); e;
       e = fh_json_next(e)) {
    const char *text = fh_json_text(e);
    if (strncmp(text, before, skip) == 0 && strncmp(text + skip, id, FH_UUID_CHARS) == 0)
      return FH_UNWANTED;
  }
  return FH_TAKEN;
}

/* {"ok":true,"okEvents":2}, or false with the errors; without a count it is about the
 * request as a whole. */
static void jitsu_judge(fh_reply *reply, int status, fh_text body) {
  (void)body;
  if (status != 200) return;
  if (fh_json_is_true(fh_json_get(reply->json, "ok"))) reply->verdict = FH_ACCEPTED;
  if (fh_json_whole(fh_json_get(reply->json, "okEvents")) < 0) return;
  reply->verdict = FH_ACCEPTED;
  reply->refused = 0;
  reply->unknown = false;
  reply->fate = jitsu_fate;
}

static const fh_dialect jitsu = {.name = "jitsu",
                                 .places = "jitsu.com\0jitsu.dev\0",
                                 .extra = "",
                                 .judge = jitsu_judge};

/* 207 tells of each event in order, or names those that it refuses. */
static fh_fate metarouter_fate(const fh_json *answer, uint32_t row, const char *id) {
  const fh_json *list = fh_json_get(answer, "results");
  for (const fh_json *e = fh_json_first(list); e; e = fh_json_next(e)) {
    const char *its = fh_json_get_text(e, "messageId");
    if (*its ? strcmp(its, id) != 0 : row-- != 0) continue;
    double status = fh_json_whole(fh_json_get(e, "status"));
    return status < 400                                      ? FH_TAKEN
           : status == 408 || status == 429 || status >= 500 ? FH_ONCE_MORE
                                                             : FH_UNWANTED;
  }
  return FH_TAKEN;
}

static void metarouter_judge(fh_reply *reply, int status, fh_text body) {
  (void)body;
  if (status != 207 || !fh_json_is_array(fh_json_get(reply->json, "results"))) return;
  reply->verdict = FH_RETRY; /* where all of them are to come again */
  reply->refused = 0;
  reply->unknown = false;
  reply->fate = metarouter_fate;
}

static const fh_dialect metarouter = {.name = "metarouter",
                                      .places = "metarouter.io\0",
                                      .extra = "",
                                      .judge = metarouter_judge};
#endif

#if FH_DIALECTS
static const fh_dialect *const dialects[] = {
#ifdef FH_AMPLITUDE
    &fh_amplitude,
#endif
#ifdef FH_SNOWPLOW
    &fh_snowplow,
#endif
#ifdef FH_POSTHOG
    &fh_posthog,
#endif
#ifdef FH_RELATIVES
    &rudderstack,  &hightouch, &jitsu, &metarouter,
#endif
    NULL};

/* Whether `text` ends in one of the words of a table. */
static bool ends_in(const char *text, size_t len, const char *words) {
  for (; *words; words += strlen(words) + 1) {
    size_t its = strlen(words);
    if (its <= len && memcmp(text + len - its, words, its) == 0) return true;
  }
  return false;
}

#endif

bool fh_dialect_choose(const fh_json *options, const fh_dialect **chosen) {
  *chosen = NULL;
#if FH_DIALECTS
  const char *name = fh_json_get_text(options, "dialect");
  const char *url = fh_json_get_text(options, "endpoint");
  const char *path_end = fh_find(url, url + strlen(url), '?');
  const char *host = fh_authority(url, path_end);
  const char *host_end = fh_find(host, path_end, '/');
  for (const fh_dialect *const *d = dialects; *d; d++) {
    if (*name ? strcmp(name, (*d)->name) != 0
              : !ends_in(host, (size_t)(host_end - host), (*d)->places) &&
                    !ends_in(url, (size_t)(path_end - url), (*d)->places))
      continue;
    *chosen = *d;
    return true;
  }
#endif
  return fh_json_says(options, "dialect", "") ||
         fh_json_says(options, "dialect", "segment");
}

/* --- Limits ----------------------------------------------------------------- */

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c; }

static bool is_refused(const fh_dialect *dialect, const char *id) {
  if (strlen(id) > dialect->max_id) return true;
  for (const char *word = dialect->ids; *word; word += strlen(word) + 1) {
    size_t i = 0;
    while (word[i] && lower(id[i]) == word[i]) i++;
    if (!word[i] && !id[i]) return true;
  }
  return false;
}

int fh_dialect_check(const fh_dialect *dialect, const fh_json *event) {
  static const char members[] = "userId\0previousId\0anonymousId\0";
  for (const char *m = members; *m; m += strlen(m) + 1)
    if (is_refused(dialect, fh_json_get_text(event, m))) return FH_ERR_USER_ID;
  const char *name = fh_json_get_text(event, "event");
  for (const char *own = dialect->names; *own; own += strlen(own) + 1)
    if (strncmp(name, own, strlen(own)) == 0) return FH_ERR_NAME;
  return 0;
}

/* --- What dialects share ------------------------------------------------------ */

const fh_json *fh_at(const fh_json *value, const char *path) {
  while (value && *path) {
    char name[32];
    size_t len = 0;
    for (; *path && *path != '.'; path++)
      if (len < sizeof name - 1) name[len++] = *path;
    name[len] = '\0';
    path += *path == '.';
    value = fh_json_get(value, name);
  }
  return value;
}

const char *fh_text_at(const fh_json *value, const char *path) {
  return fh_json_text(fh_at(value, path));
}

static void put_fields(fh_writer *writer, const fh_json *value, const char *table,
                       const fh_json *named, bool as_texts) {
  while (*table) {
    const fh_json *field = fh_at(value, table);
    const char *name = table + strlen(table) + 1;
    const char *text = fh_json_text(field);
    table = name + strlen(name) + 1;
    if (fh_json_is_null(field) || (fh_json_is_string(field) && !*text) ||
        fh_json_get(named, name))
      continue;
    if (as_texts) {
      fh_put_member(writer, name, text);
    } else {
      fh_put_name(writer, name);
      fh_json_print(writer, field);
    }
  }
}

void fh_put_fields(fh_writer *writer, const fh_json *value, const char *table) {
  put_fields(writer, value, table, NULL, false);
}

void fh_put_missing(fh_writer *writer, const fh_json *value, const char *table,
                    const fh_json *named) {
  put_fields(writer, value, table, named, false);
}

void fh_put_texts(fh_writer *writer, const fh_json *value, const char *table) {
  put_fields(writer, value, table, NULL, true);
}

void fh_put_member(fh_writer *writer, const char *name, const char *text) {
  fh_put_name(writer, name);
  fh_put_string(writer, text, strlen(text));
}

void fh_put_count(fh_writer *writer, const char *name, double number) {
  fh_put_name(writer, name);
  fh_put_number(writer, number);
}

/* What the page's facts have beside the address; "" where the call has changed that. */
static const char *beside(const fh_item *item, const char *name) {
  const fh_json *facts = fh_at(item->event, "context.page");
  if (strcmp(fh_json_get_text(facts, "url"), fh_text_at(item->page, "url")) != 0)
    return "";
  return fh_json_get_text(facts, name);
}

const char *fh_address_of(const fh_item *item) {
  const char *shown = beside(item, "tab_url");
  return *shown ? shown : fh_text_at(item->page, "url");
}

void fh_put_location(fh_writer *writer, const fh_item *item, const char *name) {
  const char *url = fh_address_of(item), *hash = beside(item, "hash");
  if (!*url) return;
  fh_put_name(writer, name);
  fh_put(writer, "\"");
  fh_put_escaped(writer, url, strlen(url));
  fh_put_escaped(writer, hash, strlen(hash));
  fh_put(writer, "\"");
}

/* Where the host of an address begins, and *end, where its path does, up to *stop. */
static const char *host_of(const char *url, const char **end, const char **stop) {
  *stop = fh_find(url, url + strlen(url), '?');
  const char *host = fh_authority(url, *stop);
  *end = fh_find(host, *stop, '/');
  return host;
}

void fh_put_host(fh_writer *writer, const char *url, const char *name) {
  const char *end, *stop, *host = host_of(url, &end, &stop);
  if (host == end) return;
  fh_put_name(writer, name);
  fh_put_string(writer, host, (size_t)(end - host));
}

void fh_put_path(fh_writer *writer, const char *url, const char *name) {
  const char *path, *stop;
  host_of(url, &path, &stop);
  if (path == stop) return;
  fh_put_name(writer, name);
  fh_put_string(writer, path, (size_t)(stop - path));
}

/* Appends the members of an object under other names, but those that are named already:
 * "name" of a campaign is utm_campaign, the others keep their suffix. */
static void put_renamed(fh_writer *writer, const fh_json *object, const char *prefix,
                        const char *middle, const fh_json *named) {
  for (const fh_json *m = fh_json_first(object); m; m = fh_json_next(m)) {
    char name[FH_MAX_NAME_BYTES * 2];
    fh_writer full = fh_writer_on(name, sizeof name - 1);
    const char *own = fh_json_name(m);
    fh_put(&full, prefix);
    fh_put(&full, middle);
    fh_put(&full, *middle && strcmp(own, "name") == 0 ? "campaign" : own);
    name[full.len] = '\0';
    if (full.full || fh_json_get(named, name)) continue;
    fh_put_name(writer, name);
    fh_json_print(writer, m);
  }
}

void fh_put_origin(fh_writer *writer, const fh_json *from, const char *prefix,
                   const fh_json *named) {
  put_renamed(writer, fh_json_get(from, "campaign"), prefix, "utm_", named);
  put_renamed(writer, fh_json_get(from, "clickIds"), prefix, "", named);
}

void fh_put_properties(fh_writer *writer, const fh_item *item) {
  const fh_json *properties = fh_json_get(item->event, "properties");
  bool is_page = *item->type == 'p';
  fh_json_print_others(writer, properties,
                       is_page ? fh_at(item->event, "context.page") : NULL);
  if (is_page || *item->type == 's')
    fh_put_missing(writer, item->event, "name\0name\0category\0category\0", properties);
}

const char *fh_group_of(const fh_item *item) {
  const char *own = fh_json_get_text(item->event, "groupId");
  return *own ? own : fh_text_at(item->event, "context.groupId");
}
