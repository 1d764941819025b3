/* Reads the page's facts: fields, campaign, click ids and referrer. */
#include "page.h"

#include "query.h"
#include "referrer.h"

/* The parameters that are click ids, as vendors write them. */
static const char clicks[] =
    "gclid=wbraid=gbraid=dclid=gclsrc=gad_source=fbclid=igshid=msclkid=twclid=ttclid="
    "li_fat_id=rdt_cid=mc_cid=ko_click_id=epik=ScCid=irclickid=irclid=qclid=ndclid="
    "yclid=awc=cjevent=_kx=btid=urid=sccid=oppref=bfcid=";

/* The cookies that have some, and how those are called; a digit tells how many fields
 * with dots stand before (GCL.<s>.<gclid>, fb.<n>.<ms>.<fbclid>). */
static const char cookies[] =
    "_gcl_aw=2gclid=_fbc=3fbclid=ttclid=0ttclid=li_fat_id=0li_fat_id="
    "_rdt_cid=0rdt_cid=_epik=0epik=";

/* Behind the = of the word at `word` of a table. */
static const char *after(const char *word) {
  while (*word++ != '=') {
  }
  return word;
}

/* The value of a cookie behind so many dots, up to *stop; NULL if there is none. */
static const char *find_cookie(const char *header, const char *name, size_t len, int dots,
                               const char **stop) {
  const char *end = header + strlen(header);
  const char *value = fh_query_find(header, end, ';', name, len);
  if (!value) return NULL;
  *stop = fh_find(value, end, ';');
  while (dots && value < *stop) dots -= *value++ == '.';
  return value;
}

static void read_cookies(fh_page *page, const char *header) {
  fh_writer kept = fh_writer_on(page->clicks, sizeof page->clicks);
  for (const char *cookie = cookies, *next, *stop; *cookie; cookie = next) {
    const char *id = after(cookie);
    next = after(id);
    const char *value =
        find_cookie(header, cookie, (size_t)(id - cookie), *id - '0', &stop);
    if (!value) continue;
    id++;
    fh_put_bytes(&kept, id, (size_t)(next - id));
    fh_put_bytes(&kept, value, (size_t)(stop - value));
    fh_put(&kept, "&");
  }
  page->clicks_len = kept.len;
}

static void put_id(fh_writer *writer, const char *header, const char *cookie, int dots,
                   const char *name) {
  const char *stop, *value = find_cookie(header, cookie, strlen(cookie), dots, &stop);
  if (!value) return;
  fh_put_name(writer, name);
  fh_put_string(writer, value, (size_t)(stop - value));
}

/* _ga_<property>=GS1.1.<id>.<count>.… or, since 2025, GS2.1.<fields> with $ between, in
 * any order, of which s<id> and o<count> are two. */
static void put_session(fh_writer *writer, const char *header, int dots,
                        const char *letter, const char *name) {
  const char *stop, *value = find_cookie(header, "_ga_", 4, 2, &stop);
  if (!value) return;
  if (*value >= '0' && *value <= '9')
    value = find_cookie(header, "_ga_", 4, dots, &stop);
  else
    value = fh_query_find(value, stop, '$', letter, 1);
  if (!value) return;
  for (stop = value; *stop >= '0' && *stop <= '9';) stop++;
  if (stop == value) return;
  fh_put_name(writer, name);
  fh_put_string(writer, value, (size_t)(stop - value));
}

/* The vendors' ids that are in cookies, by the names that MetaRouter's playbooks have
 * for them. */
static void read_providers(fh_page *page, const char *header) {
  static const char none[] = "\"facebookTag\":{},\"googleAnalytics4\":{}";
  fh_writer writer = fh_writer_on(page->providers, sizeof page->providers);
  fh_put(&writer, "\"facebookTag\":{");
  put_id(&writer, header, "_fbp=", 0, "_fbp");
  put_id(&writer, header, "_fbc=", 0, "_fbc");
  fh_put(&writer, "},\"googleAnalytics4\":{");
  put_id(&writer, header, "_ga=", 2, "clientID");
  put_session(&writer, header, 2, "s", "sessionID");
  put_session(&writer, header, 3, "o", "sessionCount");
  fh_put(&writer, "}");
  page->providers_len = writer.full || writer.len < sizeof none ? 0 : writer.len;
}

void fh_page_begin(fh_page *page, const fh_json *config) {
  const char *header = fh_json_get_text(config, "cookies");
  fh_writer own = fh_writer_on(page->own, sizeof page->own - 1);
  fh_put(&own, fh_json_get_text(config, "domain"));
  fh_put(&own, " ");
  fh_put(&own, fh_json_get_text(fh_json_get(config, "options"), "domains"));
  page->own[own.len] = '\0';
  read_cookies(page, header);
  read_providers(page, header);
}

static void put_parameter(fh_writer *writer, const char *name, size_t len,
                          const char *value, const char *end) {
  char decoded[FH_MAX_VALUE_BYTES];
  fh_put_comma(writer);
  fh_put_string(writer, name, len);
  fh_put(writer, ":");
  fh_put_string(writer, decoded, fh_form_decode(value, end, decoded));
}

static void begin_object(fh_writer *writer, const char *name) {
  fh_put_name(writer, name);
  fh_put(writer, "{");
}

/* Ends an object that began at `start`, or takes it back where it is empty. */
static void end_object(fh_writer *writer, size_t start) {
  if (writer->ptr[writer->len - 1] == '{')
    writer->len = start;
  else
    fh_put(writer, "}");
}

/* Appends what the utm_* parameters make. Segment's names: utm_campaign is "name",
 * the others keep their suffix. */
static void put_campaign(fh_writer *writer, const char *at, const char *end) {
  begin_object(writer, "campaign");
  while ((at = fh_query_find(at, end, '&', "utm_", 4))) {
    const char *name = at;
    at = fh_find(at, end, '&');
    const char *sign = fh_find(name, at, '=');
    size_t len = (size_t)(sign - name);
    bool is_name = len == 8 && memcmp(name, "campaign", 8) == 0;
    if (len && at - sign > 1)
      put_parameter(writer, is_name ? "name" : name, is_name ? 4 : len, sign + 1, at);
  }
  end_object(writer, 1);
}

/* Appends the click ids of the address, and what it lacks from the first `kept` bytes
 * of those that cookies have. */
static void put_clicks(fh_page *page, fh_writer *writer, const char *search,
                       const char *hash, size_t kept) {
  size_t start = writer->len;
  begin_object(writer, "clickIds");
  for (const char *name = clicks, *next; *name; name = next) {
    next = after(name);
    size_t len = (size_t)(next - name);
    const char *end = hash;
    const char *value = fh_query_find(search, end, '&', name, len);
    if (!value) {
      end = page->clicks + kept;
      value = fh_query_find(page->clicks, end, '&', name, len);
    }
    if (value) put_parameter(writer, name, len - 1, value, fh_find(value, end, '&'));
  }
  end_object(writer, start);
}

/* Reads what goes beside the fields: first, in one piece, what attribution needs. */
static void read_arrival(fh_page *page, fh_writer *writer, const char *search,
                         const char *hash, const char *referrer) {
  const size_t max = FH_MAX_TOUCH_BYTES - FH_TOUCH_FRAME_BYTES;
  page->context.count = 0;
  page->brought = 1;
  fh_put(writer, "{");
  put_campaign(writer, search, hash);
  fh_members_add(&page->context, writer, 1);
  if (writer->len <= max) page->brought = writer->len;
  put_clicks(page, writer, search, hash, 0);
  size_t start = writer->len;
  if (start <= max) page->brought = start;
  page->told = page->arrived = page->brought;
  size_t host = fh_put_referrer(writer, referrer, page->own);
  fh_members_add(&page->context, writer, start);
  if (host && writer->len <= max) {
    page->told = start + host;
    page->arrived = writer->len;
  }
  start = writer->len;
  put_clicks(page, writer, search, hash, page->clicks_len);
  fh_members_add(&page->context, writer, start);
}

static void add_field(fh_members *members, fh_writer *writer, const char *name,
                      const char *value, const char *end) {
  size_t start = writer->len;
  fh_put_name(writer, name);
  fh_put_string(writer, value, (size_t)(end - value));
  fh_members_add(members, writer, start);
}

/* Where a text ends, or is cut. */
static const char *cut(const char *text, size_t max) {
  return text + fh_cut(text, strlen(text), max);
}

static void add_fact(fh_page *page, fh_writer *writer, const fh_json *facts,
                     const char *name, size_t max) {
  const char *value = fh_json_get_text(facts, name);
  add_field(&page->fields, writer, name, value, cut(value, max));
}

void fh_page_read(fh_page *page, const fh_json *facts) {
  const char *url = fh_json_get_text(facts, "url");
  const char *end = cut(url, FH_MAX_URL_BYTES), *hash = fh_find(url, end, '#');
  const char *search = fh_find(url, hash, '?');
  /* The address as it is shown: the canonical one, if there is one. */
  const char *shown = fh_json_get_text(facts, "canonical");
  const char *shown_end = fh_find(shown, cut(shown, FH_MAX_URL_BYTES), '#');
  if (!*shown) {
    shown = url;
    shown_end = hash;
  }
  const char *shown_search = fh_find(shown, shown_end, '?');

  fh_writer writer = fh_writer_on(page->text, sizeof page->text);
  read_arrival(page, &writer, search, hash, fh_json_get_text(facts, "referrer"));

  page->fields.count = page->more.count = 0;
  const char *path = fh_find(fh_authority(shown, shown_search), shown_search, '/');
  const char *path_end = shown_search;
  if (path == shown_search) path_end = (path = "/") + 1;
  add_field(&page->fields, &writer, "path", path, path_end);
  add_fact(page, &writer, facts, "referrer", FH_MAX_URL_BYTES);
  add_field(&page->fields, &writer, "search", search, hash);
  add_fact(page, &writer, facts, "title", FH_MAX_TITLE_BYTES);

  /* The canonical address gets the page's query, if it has none itself. */
  size_t start = writer.len;
  fh_put_name(&writer, "url");
  fh_put(&writer, "\"");
  fh_put_escaped(&writer, shown, (size_t)(shown_end - shown));
  if (shown_search == shown_end) fh_put_escaped(&writer, search, (size_t)(hash - search));
  fh_put(&writer, "\"");
  size_t middle = writer.len, len = middle - start;
  fh_members_add(&page->fields, &writer, start);

  fh_put_name(&writer, "url");
  fh_put_string(&writer, url, (size_t)(hash - url));
  page->address = (fh_text){page->text + middle, writer.full ? 0 : writer.len - middle};

  if (page->address.len != len || memcmp(page->text + start, page->address.ptr, len) != 0)
    add_field(&page->more, &writer, "tab_url", url, hash);
  if (end - hash > 1) add_field(&page->more, &writer, "hash", hash, end);
}

void fh_put_entry(fh_writer *writer, const fh_page *page) {
  fh_put(writer, "{");
  if (page->fields.count > 1)
    fh_put_bytes(writer, page->fields.item[1].ptr, page->fields.item[1].len);
  fh_put_bytes(writer, page->address.ptr, page->address.len);
  fh_put(writer, "}");
}
