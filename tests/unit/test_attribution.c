#include "attribution.h"

#include "check.h"
#include "tree.h"

#define NOW 1767225600000.0
#define AT  "\"at\":\"2026-01-01T00:00:00.000Z\""

static fh_page page;
static char out[FH_MAX_TOUCH_BYTES + 1];

/* The touch that an arrival makes; "" if it makes none. */
static const char *arrive(const char *last, const char *url, const char *referrer,
                          fh_arrival arrival) {
  static char facts[1 << 15];
  fh_writer writer = fh_writer_on(facts, sizeof facts - 1);
  fh_put(&writer, "{\"url\":");
  fh_put_string(&writer, url, strlen(url));
  fh_put(&writer, ",\"referrer\":");
  fh_put_string(&writer, referrer, strlen(referrer));
  fh_put(&writer, "}");
  facts[writer.len] = '\0';
  fh_page_read(&page, tree(facts));
  fh_writer touch = fh_writer_on(out, FH_MAX_TOUCH_BYTES);
  bool is_new = fh_attribute(&touch, last, &page, arrival, NOW);
  CHECK(!touch.full);
  out[is_new ? touch.len : 0] = '\0';
  return out;
}

static void begin(void) {
  fh_page_begin(&page, tree("{\"domain\":\"a.example\",\"cookies\":\"li_fat_id=7\"}"));
}

#define ADS   "\"campaign\":{\"source\":\"ads\"}"
#define GCLID "\"clickIds\":{\"gclid\":\"1\"}"
#define GOOGLE                                                                           \
  "\"referrer\":{\"domain\":\"www.google.com\",\"name\":\"google\",\"type\":\"search\"," \
  "\"url\":\"https://www.google.com/\"}"
#define URL(query) "\"url\":\"https://a.example/" query "\""

static void what_a_touch_holds(void) {
  static const struct {
    const char *query, *referrer, *touch;
  } rows[] = {
      {"", "", "{" AT "," URL("") "}"},
      {"?a=b", "", "{" AT "," URL("?a=b") "}"},
      {"", "https://www.google.com/", "{" GOOGLE "," AT "," URL("") "}"},
      {"?utm_source=ads", "", "{" ADS "," AT "," URL("?utm_source=ads") "}"},
      {"?gclid=1", "", "{" GCLID "," AT "," URL("?gclid=1") "}"},
      {"?utm_source=ads&gclid=1", "https://www.google.com/",
       "{" ADS "," GCLID "," GOOGLE "," AT "," URL("?utm_source=ads&gclid=1") "}"},
      {"?utm_source=ads", "https://b.a.example/",
       "{" ADS "," AT "," URL("?utm_source=ads") "}"},
      {"", "https://b.a.example/", "{" AT "," URL("") "}"},
      {"?a=b#utm_source=ads", "", "{" AT "," URL("?a=b") "}"},
  };
  begin();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char url[64];
    snprintf(url, sizeof url, "https://a.example/%s", rows[i].query);
    CHECK_ROW(strcmp(arrive("", url, rows[i].referrer, FH_VISIT), rows[i].touch) == 0,
              rows[i].touch);
  }
}

#define G "https://www.google.com/"

/* Whether the second arrival replaces the first. */
static void what_replaces_a_touch(void) {
  static const struct {
    const char *query, *referrer, *query2, *referrer2;
    bool visit, session, document; /* it does, where it is one of these */
  } rows[] = {
      /* direct and internal ones never do */
      {"", "", "", "", 0, 0, 0},
      {"", "", "?a=b", "", 0, 0, 0},
      {"?gclid=1", G, "", "", 0, 0, 0},
      {"?gclid=1", G, "", "https://a.example/", 0, 0, 0},
      {"?gclid=1", G, "", "https://www.a.example/", 0, 0, 0},
      /* the same again does not */
      {"?gclid=1", G, "?gclid=1", G, 0, 0, 0},
      {"?gclid=1", G, "?gclid=1&a=b", "https://www.google.com/?q", 0, 0, 0},
      {"?utm_source=a", "", "?utm_source=a", "", 0, 0, 0},
      {"", G, "", G, 0, 0, 0},
      {"", "https://b.example/1", "", "https://b.example/2", 0, 0, 0},
      /* another campaign, click or site does */
      {"", "", "?utm_source=a", "", 1, 1, 1},
      {"", "", "?gclid=1", "", 1, 1, 1},
      {"", "", "", G, 1, 1, 0},
      {"?utm_source=a", "", "?utm_source=b", "", 1, 1, 1},
      {"?utm_source=a", "", "?utm_source=ab", "", 1, 1, 1},
      {"?utm_source=ab", "", "?utm_source=a", "", 1, 1, 1},
      {"?utm_source=a", G, "?utm_source=b", G, 1, 1, 1},
      {"?gclid=1", G, "?gclid=2", G, 1, 1, 1},
      {"?gclid=1", G, "?fbclid=1", G, 1, 1, 1},
      {"", G, "", "https://b.example/", 1, 1, 0},
      {"", "https://b.example/", "", "https://www.b.example/", 1, 1, 0},
      {"", "https://b.example/", "", "https://b.example.org/", 1, 1, 0},
      /* more or less than the same does */
      {"?utm_source=a", "", "?utm_source=a&gclid=1", "", 1, 1, 1},
      {"?utm_source=a&gclid=1", "", "?utm_source=a", "", 1, 1, 1},
      {"?utm_source=a", "", "?utm_source=a", G, 1, 1, 1},
      {"?utm_source=a", G, "?utm_source=a", "", 1, 1, 1},
      {"", G, "?gclid=1", G, 1, 1, 1},
      /* but a page without the parameters that is loaded again is no news */
      {"?gclid=1", G, "", G, 1, 0, 0},
      {"?utm_source=a", G, "", G, 1, 0, 0},
      /* own sites may name campaigns; ids of cookies are old ones */
      {"", "", "?utm_source=a", "https://a.example/", 1, 1, 1},
  };
  begin();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    static char last[FH_MAX_TOUCH_BYTES + 1];
    char url[64], url2[64], row[160];
    snprintf(url, sizeof url, "https://a.example/%s", rows[i].query);
    snprintf(url2, sizeof url2, "https://a.example/2%s", rows[i].query2);
    snprintf(row, sizeof row, "%s %s -> %s %s", rows[i].query, rows[i].referrer,
             rows[i].query2, rows[i].referrer2);
    memcpy(last, arrive("", url, rows[i].referrer, FH_VISIT), sizeof last);
    CHECK_ROW((bool)*arrive(last, url2, rows[i].referrer2, FH_VISIT) == rows[i].visit,
              row);
    CHECK_ROW((bool)*arrive(last, url2, rows[i].referrer2, FH_SESSION) == rows[i].session,
              row);
    CHECK_ROW(
        (bool)*arrive(last, url2, rows[i].referrer2, FH_DOCUMENT) == rows[i].document,
        row);
  }
}

/* localStorage can hold anything that is JSON. */
static void last_touches_that_are_none(void) {
  static const char *const rows[] = {"{}",
                                     "0",
                                     "[]",
                                     "{\"at\":1}",
                                     "{\"campaign\":{}}",
                                     "{\"referrer\":{\"domain\":\"www.google.com\"",
                                     "{\"campaign\":{\"source\":\"ads\"}"};
  begin();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char *exact = malloc(strlen(rows[i]) + 1); /* for ASan to watch */
    strcpy(exact, rows[i]);
    CHECK_ROW(!*arrive(exact, "https://a.example/", "", FH_VISIT), exact);
    CHECK_ROW(*arrive(exact, "https://a.example/?utm_source=ads", "", FH_VISIT), exact);
    free(exact);
  }
}

static void repeat(char *out_, const char *text, size_t times) {
  size_t len = strlen(text);
  while (times--) memcpy(out_, text, len), out_ += len;
  *out_ = '\0';
}

/* The address goes first, then what is behind what still fits; time stays. */
static void what_does_not_fit_is_left_out(void) {
  begin();
  bool seen[5] = {false};
  for (size_t len = 0; len < 2000; len += 7) {
    static char url[4096], referrer[4096], last[FH_MAX_TOUCH_BYTES + 1];
    strcpy(url, "https://a.example/?gclid=1&utm_source=ads&utm_a=");
    repeat(url + strlen(url), "x", len < 500 ? len : 500);
    strcat(url, "&utm_b=");
    repeat(url + strlen(url), "x", len > 1000 ? 500 : len > 500 ? len - 500 : 0);
    strcat(url, "&utm_c=");
    repeat(url + strlen(url), "x", len > 1500 ? 500 : len > 1000 ? len - 1000 : 0);
    strcpy(referrer, "https://www.google.com/");
    memcpy(last, arrive("", url, referrer, FH_VISIT), sizeof last);
    int code;
    const fh_json *touch = tree_of(last, strlen(last), &code);
    CHECK(strlen(fh_json_get_text(touch, "at")) == 24);
    int members = 0;
    for (const fh_json *m = fh_json_first(touch); m; m = fh_json_next(m)) members++;
    CHECK(members >= 1 && members <= 5);
    if (members >= 1 && members <= 5) seen[members - 1] = true;
    CHECK((members == 5) == !!fh_json_get(touch, "url") || members < 4);
    CHECK(!fh_json_get(touch, "clickIds") || fh_json_get(touch, "campaign"));
    CHECK(!fh_json_get(touch, "referrer") || fh_json_get(touch, "clickIds"));
    CHECK(!*arrive(last, url, referrer, FH_VISIT)); /* and is no news */
  }
  CHECK(seen[4] && seen[3]);
}

int main(void) {
  RUN(what_a_touch_holds);
  RUN(what_replaces_a_touch);
  RUN(last_touches_that_are_none);
  RUN(what_does_not_fit_is_left_out);
  return finish();
}
