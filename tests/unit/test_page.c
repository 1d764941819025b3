#include "page.h"

#include "check.h"
#include "tree.h"

static fh_page page;

static void read_url(const char *url) {
  static char facts[1 << 16];
  fh_writer writer = fh_writer_on(facts, sizeof facts - 1);
  fh_put(&writer, "{");
  fh_put_name(&writer, "url");
  fh_put_string(&writer, url, strlen(url));
  fh_put(&writer, "}");
  facts[writer.len] = '\0';
  fh_page_read(&page, tree(facts));
}

/* The fields as one object, for a look-up. */
static const fh_json *fields(void) {
  static char out[1 << 16];
  fh_writer writer = fh_writer_on(out, sizeof out);
  fh_put(&writer, "{");
  fh_put_members(&writer, &page.fields, NULL, NULL);
  fh_put(&writer, "}");
  int code;
  return tree_of(writer.ptr, writer.len, &code);
}

static bool has(const char *name, const char *expected) {
  return strcmp(fh_json_get_text(fields(), name), expected) == 0;
}

/* A member of the context as it is printed, "" if there is none. */
static const char *context(const char *name) {
  static char out[1 << 16];
  fh_writer writer = fh_writer_on(out, sizeof out - 1);
  fh_put(&writer, "{");
  fh_put_members(&writer, &page.context, NULL, NULL);
  fh_put(&writer, "}");
  int code;
  const fh_json *member = fh_json_get(tree_of(writer.ptr, writer.len, &code), name);
  writer.len = 0;
  if (member) fh_json_print(&writer, member);
  out[writer.len] = '\0';
  return out;
}

static bool campaign_is(const char *expected) {
  return strcmp(context("campaign"), expected) == 0;
}

static void shapes_of_addresses(void) {
  static const struct {
    const char *in, *path, *search, *url;
  } rows[] = {
      {"https://a.example/b/c?d=e#f", "/b/c", "?d=e", "https://a.example/b/c?d=e"},
      {"https://a.example/", "/", "", "https://a.example/"},
      {"https://a.example", "/", "", "https://a.example"},
      {"https://a.example?d=/e", "/", "?d=/e", "https://a.example?d=/e"},
      {"https://a.example/?", "/", "?", "https://a.example/?"},
      {"https://a.example/?d=e?f=/g", "/", "?d=e?f=/g", "https://a.example/?d=e?f=/g"},
      {"https://a.example/b#c?d=/e", "/b", "", "https://a.example/b"},
      {"https://a.example#b/c", "/", "", "https://a.example"},
      {"https://a.example/#/route?x=1", "/", "", "https://a.example/"},
      {"http://a.example:8080/b", "/b", "", "http://a.example:8080/b"},
      {"http://user:pass@a.example/b", "/b", "", "http://user:pass@a.example/b"},
      {"http://[2001:db8::1]:8080/b?c", "/b", "?c", "http://[2001:db8::1]:8080/b?c"},
      {"https://a.example//b//c", "//b//c", "", "https://a.example//b//c"},
      {"https://a.example/%C3%A9 é?\"=\\", "/%C3%A9 é", "?\"=\\",
       "https://a.example/%C3%A9 é?\"=\\"},
      {"file:///home/x/y.html?z", "/home/x/y.html", "?z", "file:///home/x/y.html?z"},
      {"blob:https://a.example/0-1-2", "/0-1-2", "", "blob:https://a.example/0-1-2"},
      {"about:blank", "/", "", "about:blank"},
      {"about:srcdoc", "/", "", "about:srcdoc"},
      {"data:text/html,<p>", "/html,<p>", "", "data:text/html,<p>"},
      {"", "/", "", ""},
      {"#", "/", "", ""},
      {"/", "/", "", "/"},
      {"//", "/", "", "//"},
      {"///", "/", "", "///"},
      {"http://", "/", "", "http://"},
      {"http:///", "/", "", "http:///"},
      {"x", "/", "", "x"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    read_url(rows[i].in);
    CHECK_ROW(has("path", rows[i].path), rows[i].in);
    CHECK_ROW(has("search", rows[i].search), rows[i].in);
    CHECK_ROW(has("url", rows[i].url), rows[i].in);
    CHECK_ROW(has("title", "") && has("referrer", ""), rows[i].in);
  }
}

static void campaigns(void) {
  static const struct {
    const char *search, *campaign;
  } rows[] = {
      {"", ""},
      {"?", ""},
      {"?a=b", ""},
      {"?utm_source=x", "{\"source\":\"x\"}"},
      {"?utm_campaign=x", "{\"name\":\"x\"}"},
      {"?utm_campaigx=x", "{\"campaigx\":\"x\"}"},
      {"?utm_campaigns=x", "{\"campaigns\":\"x\"}"},
      {"?a=b&utm_medium=x&c", "{\"medium\":\"x\"}"},
      {"?utm_source=x&utm_medium=y", "{\"source\":\"x\",\"medium\":\"y\"}"},
      {"?utm_source=x&utm_source=y", "{\"source\":\"x\",\"source\":\"y\"}"},
      {"?&&utm_source=x&&", "{\"source\":\"x\"}"},
      {"?utm_custom_thing=x", "{\"custom_thing\":\"x\"}"},
      {"?UTM_SOURCE=x", ""},
      {"?xutm_source=x", ""},
      {"?utm_=x", ""},
      {"?utm=x", ""},
      {"?utm_source", ""},
      {"?utm_source=", ""},
      {"?utm_source&utm_medium=y", "{\"medium\":\"y\"}"},
      {"?utm_source=a=b", "{\"source\":\"a=b\"}"},
      {"?utm_source=a?b", "{\"source\":\"a?b\"}"},
      {"?utm_source=a/b", "{\"source\":\"a/b\"}"},
      {"?utm_source=x#utm_medium=y", "{\"source\":\"x\"}"},
      {"?utm_source=a+b%20c", "{\"source\":\"a b c\"}"},
      {"?utm_source=%2B%26%3D%25", "{\"source\":\"+&=%\"}"},
      {"?utm_source=%C3%A9%e2%82%ac%F0%9F%98%80", "{\"source\":\"é€😀\"}"},
      {"?utm_source=é", "{\"source\":\"é\"}"},
      {"?utm_source=%22%5C%0A", "{\"source\":\"\\\"\\\\\\n\"}"},
      {"?utm_source=%", "{\"source\":\"%\"}"},
      {"?utm_source=%4", "{\"source\":\"%4\"}"},
      {"?utm_source=%4&utm_medium=y", "{\"source\":\"%4\",\"medium\":\"y\"}"},
      {"?utm_source=%zz%4z%z4", "{\"source\":\"%zz%4z%z4\"}"},
      {"?utm_source=%00", "{\"source\":\"?\"}"},
      {"?utm_source=%FF%C3%28%ED%A0%80", "{\"source\":\"??\x28???\"}"},
      {"?utm_source=%E2%82", "{\"source\":\"??\"}"},
      {"?utm_k%22=v", "{\"k%22\":\"v\"}"},
      {"?utm_\"=v", "{\"\\\"\":\"v\"}"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char url[256];
    snprintf(url, sizeof url, "https://a.example/%s", rows[i].search);
    read_url(url);
    CHECK_ROW(campaign_is(rows[i].campaign), rows[i].search);
  }
}

static void as_many_fields_as_an_address_holds(void) {
  char url[4096] = "https://a.example/?";
  size_t len = strlen(url);
  int fields = 0;
  for (; len < FH_MAX_URL_BYTES - 8; fields++) {
    memcpy(url + len, "utm_a=b&", 9);
    len += 8;
  }
  read_url(url);
  CHECK(strlen(context("campaign")) == 2 + 8 * (size_t)fields - 1);
}

static void long_values_are_cut(void) {
  char url[1024] = "https://a.example/?utm_source=";
  memset(url + strlen(url), 'x', 700);
  read_url(url);
  CHECK(strlen(context("campaign")) == strlen("{\"source\":\"\"}") + FH_MAX_VALUE_BYTES);
}

/* What lies behind the cut is not looked at, not even for a digit of %41. */
static void an_escape_that_is_cut(void) {
  char url[FH_MAX_URL_BYTES + 8] = "https://a.example/?x=";
  memset(url + strlen(url), 'x', FH_MAX_URL_BYTES - 18 - strlen(url));
  strcat(url, "&utm_source=abc%41");
  read_url(url);
  CHECK(campaign_is("{\"source\":\"abcA\"}"));
  memmove(url + 25, url + 24, strlen(url + 24) + 1);
  read_url(url);
  CHECK(campaign_is("{\"source\":\"abc%4\"}"));
}

static void long_addresses_are_cut_between_characters(void) {
  for (size_t shift = 0; shift < 3; shift++) {
    static char url[6000];
    size_t len =
        (size_t)snprintf(url, sizeof url, "https://a.example/%.*s", (int)shift, "xx");
    while (len < 5000) len += (size_t)snprintf(url + len, sizeof url - len, "€");
    read_url(url);
    const char *cut = fh_json_get_text(fields(), "url");
    CHECK(strlen(cut) <= FH_MAX_URL_BYTES && strlen(cut) > FH_MAX_URL_BYTES - 3);
    CHECK(strncmp(url, cut, strlen(cut)) == 0);
    CHECK(((unsigned char)url[strlen(cut)] & 0xC0) != 0x80);
  }
}

static void title_and_referrer(void) {
  fh_page_read(
      &page, tree("{\"title\":\"T \\\"é\\\"\",\"referrer\":\"https://b.example/?q#h\"}"));
  CHECK(has("title", "T \"é\"") && has("referrer", "https://b.example/?q#h"));
  CHECK(has("url", "") && has("path", "/"));
}

static void facts_that_are_no_texts(void) {
  static const char *const rows[] = {
      "{}",    "null",      "1",
      "\"x\"", "[\"url\"]", "{\"url\":null,\"title\":{},\"referrer\":[1]}"};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fh_page_read(&page, tree(rows[i]));
    CHECK_ROW(has("url", "") && has("title", "") && has("referrer", ""), rows[i]);
    CHECK_ROW(campaign_is(""), rows[i]);
  }
  fh_page_read(&page, NULL);
  CHECK(has("url", "") && has("path", "/"));
}

/* Every byte doubles or sixfolds when it is escaped, in every field at once:
 * what does not fit is left out, what is there is whole. */
static void the_worst_of_pages(void) {
  static const char *const worst[] = {"\\\"", "\\u0001", "\\\\", "%22", "é"};
  for (size_t i = 0; i < sizeof worst / sizeof *worst; i++) {
    static char facts[1 << 16];
    fh_writer writer = fh_writer_on(facts, sizeof facts - 1);
    fh_put(&writer, "{\"url\":\"https://a.example/");
    for (int n = 0; n < 200; n++) fh_put(&writer, worst[i]);
    fh_put(&writer, "?");
    for (int field = 0; field < 6; field++) {
      fh_put(&writer, "&utm_k=");
      for (int n = 0; n < 250; n++) fh_put(&writer, worst[i]);
    }
    fh_put(&writer, "\",\"title\":\"");
    for (int n = 0; n < 2000; n++) fh_put(&writer, worst[i]);
    fh_put(&writer, "\",\"referrer\":\"");
    for (int n = 0; n < 3000; n++) fh_put(&writer, worst[i]);
    fh_put(&writer, "\"}");
    facts[writer.len] = '\0';
    CHECK(!writer.full);
    memset(&page, 0x55, sizeof page);
    fh_page_begin(&page, NULL);
    fh_page_read(&page, tree(facts));
    CHECK_ROW(fields() != NULL, worst[i]);
    CHECK_ROW(page.fields.count > 0, worst[i]);
    CHECK_ROW(*context("campaign") == '{', worst[i]);
  }
}

int main(void) {
  RUN(shapes_of_addresses);
  RUN(campaigns);
  RUN(as_many_fields_as_an_address_holds);
  RUN(long_values_are_cut);
  RUN(an_escape_that_is_cut);
  RUN(long_addresses_are_cut_between_characters);
  RUN(title_and_referrer);
  RUN(facts_that_are_no_texts);
  RUN(the_worst_of_pages);
  return finish();
}
