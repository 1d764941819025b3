/* Takes an address apart into Segment's page fields and the campaign. */
#include "page.h"

#include "utf8.h"

/* Where from `at` on `stop` or `other` stands first, or `end`. */
static const char *find(const char *at, const char *end, char stop, char other) {
  while (at < end && *at != stop && *at != other) at++;
  return at;
}

/* Decodes application/x-www-form-urlencoded text (WHATWG URL, 5.1) into `out`,
 * which holds FH_MAX_CAMPAIGN_BYTES; more is cut. Returns the length. */
static size_t form_decode(const char *in, const char *end, char *out) {
  size_t n = 0;
  for (; in < end && n < FH_MAX_CAMPAIGN_BYTES; in++) {
    char c = *in == '+' ? ' ' : *in;
    int escaped = end - in > 2 ? fh_unescape(in) : -1;
    if (escaped >= 0) {
      c = (char)escaped;
      in += 2;
    }
    out[n++] = c;
  }
  fh_utf8_clean(out, n);
  return n;
}

/* Appends what the utm_* parameters make. Segment's names: utm_campaign is
 * "name", the others keep their suffix. */
static void put_campaign(fh_writer *writer, const char *at, const char *end) {
  char decoded[FH_MAX_CAMPAIGN_BYTES];
  fh_put(writer, "{");
  for (; at < end; at++) {
    at += *at == '?';
    const char *value = find(at, end, '=', '&');
    const char *next = find(value, end, '&', '&');
    size_t len = (size_t)(value - at);
    if (len > 4 && next - value > 1 && memcmp(at, "utm_", 4) == 0) {
      bool is_name = len == 12 && memcmp(at + 4, "campaign", 8) == 0;
      fh_put_comma(writer);
      fh_put_string(writer, is_name ? "name" : at + 4, is_name ? 4 : len - 4);
      fh_put(writer, ":");
      fh_put_string(writer, decoded, form_decode(value + 1, next, decoded));
    }
    at = next;
  }
  fh_put(writer, "}");
}

static void add_field(fh_page *page, fh_writer *writer, const char *name,
                      const char *value, size_t len) {
  size_t start = writer->len;
  fh_put_name(writer, name);
  fh_put_string(writer, value, len);
  fh_members_add(&page->fields, writer, start);
}

static void add_fact(fh_page *page, fh_writer *writer, const fh_json *facts,
                     const char *name, size_t max) {
  const char *value = fh_json_get_text(facts, name);
  add_field(page, writer, name, value, fh_cut(value, strlen(value), max));
}

void fh_page_read(fh_page *page, const fh_json *facts) {
  const char *url = fh_json_get_text(facts, "url");
  const char *end = url + fh_cut(url, strlen(url), FH_MAX_URL_BYTES);
  end = find(url, end, '#', '#');
  /* The path begins at the first slash after the authority's two. */
  const char *authority = find(url, end, '/', '/');
  authority += end - authority > 2 ? 2 : end - authority;
  const char *path = find(authority, end, '/', '?');
  const char *search = find(path, end, '?', '?');

  fh_writer writer = fh_writer_on(page->text, sizeof page->text);
  page->fields.count = 0;
  add_field(page, &writer, "path", path == search ? "/" : path,
            path == search ? 1 : (size_t)(search - path));
  add_fact(page, &writer, facts, "referrer", FH_MAX_URL_BYTES);
  add_field(page, &writer, "search", search, (size_t)(end - search));
  add_fact(page, &writer, facts, "title", FH_MAX_TITLE_BYTES);
  add_field(page, &writer, "url", url, (size_t)(end - url));

  size_t start = writer.len;
  put_campaign(&writer, search, end);
  bool none = writer.full || writer.len == start + 2;
  page->campaign = (fh_text){page->text + start, none ? 0 : writer.len - start};
}
