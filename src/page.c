/* Reads the page's facts: fields, campaign, click ids and referrer. */
#include "page.h"

#include "query.h"
#include "referrer.h"

/* The parameters that are click ids, as vendors write them. */
static const char clicks[] =
    "gclid=wbraid=gbraid=dclid=gclsrc=gad_source=fbclid=igshid=msclkid=twclid=ttclid="
    "li_fat_id=rdt_cid=mc_cid=ko_click_id=epik=ScCid=irclickid=irclid=qclid=ndclid="
    "yclid=awc=cjevent=_kx=btid=urid=";

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

static void read_cookies(fh_page *page, const char *header) {
  const char *end = header + strlen(header);
  fh_writer kept = fh_writer_on(page->clicks, sizeof page->clicks);
  for (const char *cookie = cookies, *next; *cookie; cookie = next) {
    const char *id = after(cookie);
    next = after(id);
    const char *value = fh_query_find(header, end, ';', cookie, (size_t)(id - cookie));
    if (!value) continue;
    const char *stop = fh_find(value, end, ';', ';');
    for (int fields = *id++ - '0'; fields && value < stop;) fields -= *value++ == '.';
    fh_put_bytes(&kept, id, (size_t)(next - id));
    fh_put_bytes(&kept, value, (size_t)(stop - value));
    fh_put(&kept, "&");
  }
  page->clicks_len = kept.len;
}

void fh_page_begin(fh_page *page, const fh_json *config) {
  fh_writer own = fh_writer_on(page->own, sizeof page->own - 1);
  fh_put(&own, fh_json_get_text(config, "domain"));
  fh_put(&own, " ");
  fh_put(&own, fh_json_get_text(fh_json_get(config, "options"), "domains"));
  page->own[own.len] = '\0';
  read_cookies(page, fh_json_get_text(config, "cookies"));
}

/* Appends a parameter that is found at `value`; where it ends. */
static const char *put_parameter(fh_writer *writer, const char *name, size_t len,
                                 const char *value, const char *end) {
  char decoded[FH_MAX_VALUE_BYTES];
  end = fh_find(value, end, '&', '&');
  fh_put_comma(writer);
  fh_put_string(writer, name, len);
  fh_put(writer, ":");
  fh_put_string(writer, decoded, fh_form_decode(value, end, decoded));
  return end;
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
static void put_campaign(fh_writer *writer, const fh_address *address) {
  const char *at = address->search, *end = address->hash;
  begin_object(writer, "campaign");
  while ((at = fh_query_find(at, end, '&', "utm_", 4))) {
    const char *value = fh_find(at, end, '=', '&');
    size_t len = (size_t)(value - at);
    bool is_name = len == 8 && memcmp(at, "campaign", 8) == 0;
    if (len && end - value > 1 && value[0] == '=' && value[1] != '&')
      value =
          put_parameter(writer, is_name ? "name" : at, is_name ? 4 : len, value + 1, end);
    at = value;
  }
  end_object(writer, 1);
}

/* Appends the click ids of the address, and those that only the first `kept` bytes of
 * what the cookies have tell. */
static void put_clicks(fh_page *page, fh_writer *writer, const fh_address *address,
                       size_t kept) {
  size_t start = writer->len;
  begin_object(writer, "clickIds");
  for (const char *name = clicks, *next; *name; name = next) {
    next = after(name);
    size_t len = (size_t)(next - name);
    const char *end = address->hash;
    const char *value = fh_query_find(address->search, end, '&', name, len);
    if (!value) {
      end = page->clicks + kept;
      value = fh_query_find(page->clicks, end, '&', name, len);
    }
    if (value) put_parameter(writer, name, len - 1, value, end);
  }
  end_object(writer, start);
}

/* Reads what goes beside the fields, first what attribution needs. */
static void read_arrival(fh_page *page, fh_writer *writer, const fh_address *address,
                         const char *referrer) {
  page->context.count = 0;
  page->told = 1;
  fh_put(writer, "{");
  put_campaign(writer, address);
  fh_members_add(&page->context, writer, 1);
  if (writer->len <= FH_MAX_TOUCH_BYTES) page->told = writer->len;
  put_clicks(page, writer, address, 0);
  size_t start = writer->len;
  if (start <= FH_MAX_TOUCH_BYTES) page->told = start;
  page->brought = page->arrived = page->told;
  size_t host = fh_put_referrer(writer, referrer, page->own);
  fh_members_add(&page->context, writer, start);
  if (host && writer->len <= FH_MAX_TOUCH_BYTES) {
    page->told = start + host;
    page->arrived = writer->len;
  }
  start = writer->len;
  put_clicks(page, writer, address, page->clicks_len);
  fh_members_add(&page->context, writer, start);
}

static void add_field(fh_page *page, fh_writer *writer, const char *name,
                      const char *value, const char *end) {
  size_t start = writer->len;
  fh_put_name(writer, name);
  fh_put_string(writer, value, (size_t)(end - value));
  fh_members_add(&page->fields, writer, start);
}

static void add_fact(fh_page *page, fh_writer *writer, const fh_json *facts,
                     const char *name, size_t max) {
  const char *value = fh_json_get_text(facts, name);
  add_field(page, writer, name, value, value + fh_cut(value, strlen(value), max));
}

void fh_page_read(fh_page *page, const fh_json *facts) {
  fh_address address, canonical;
  fh_address_read(&address, fh_json_get_text(facts, "url"));
  fh_address_read(&canonical, fh_json_get_text(facts, "canonical"));
  const fh_address *shown = *canonical.text ? &canonical : &address;
  fh_writer writer = fh_writer_on(page->text, sizeof page->text);
  read_arrival(page, &writer, &address, fh_json_get_text(facts, "referrer"));

  page->fields.count = 0;
  const char *path = shown->path, *search = shown->search;
  if (path == search) search = (path = "/") + 1;
  add_field(page, &writer, "path", path, search);
  add_fact(page, &writer, facts, "referrer", FH_MAX_URL_BYTES);
  add_field(page, &writer, "search", address.search, address.hash);
  add_fact(page, &writer, facts, "title", FH_MAX_TITLE_BYTES);

  size_t start = writer.len;
  fh_put_name(&writer, "url");
  fh_put(&writer, "\"");
  fh_put_escaped(&writer, shown->text, (size_t)(shown->hash - shown->text));
  if (shown->search == shown->hash)
    fh_put_escaped(&writer, address.search, (size_t)(address.hash - address.search));
  fh_put(&writer, "\"");
  size_t middle = writer.len, len = middle - start;
  fh_members_add(&page->fields, &writer, start);

  fh_put_name(&writer, "url");
  fh_put_string(&writer, address.text, (size_t)(address.hash - address.text));
  page->address = (fh_text){page->text + middle, writer.full ? 0 : writer.len - middle};

  if (page->address.len != len || memcmp(page->text + start, page->address.ptr, len) != 0)
    add_field(page, &writer, "tab_url", address.text, address.hash);
  if (address.end - address.hash > 1)
    add_field(page, &writer, "hash", address.hash, address.end);
}
