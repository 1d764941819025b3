#include "query.h"

#include "check.h"
#include "limits.h"
#include "tree.h"

static void signs_are_found(void) {
  static const char text[] = "a=b=c";
  const char *end = text + 5;
  CHECK(fh_find(text, end, '=') == text + 1);
  CHECK(fh_find(text + 2, end, '=') == text + 3);
  CHECK(fh_find(text, text + 1, '=') == text + 1);
  CHECK(fh_find(text, end, '&') == end);
  CHECK(fh_find(end, end, 'c') == end);
}

static void authorities_are_found(void) {
  static const struct {
    const char *in, *authority;
  } rows[] = {
      {"https://a.example/b", "a.example/b"},
      {"https://a.example", "a.example"},
      {"android-app://com.a.b/", "com.a.b/"},
      {"//a.example/b", "a.example/b"},
      {"file:///home", "/home"},
      {"about:blank", ""},
      {"x", ""},
      {"/", "/"},
      {"//", ""},
      {"", ""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const char *end = rows[i].in + strlen(rows[i].in);
    CHECK_ROW(strcmp(fh_authority(rows[i].in, end), rows[i].authority) == 0, rows[i].in);
  }
}

/* What stands at the place that is found, up to the separator; "-": nothing. */
static const char *found(const char *in, char separator, const char *name) {
  static char out[64];
  size_t len = strlen(in);
  char *exact = malloc(len ? len : 1); /* for ASan to watch */
  memcpy(exact, in, len);
  const char *value = fh_query_find(exact, exact + len, separator, name, strlen(name));
  const char *stop = value ? fh_find(value, exact + len, separator) : NULL;
  snprintf(out, sizeof out, "%.*s", value ? (int)(stop - value) : 1, value ? value : "-");
  free(exact);
  return out;
}

static void pairs_are_found_by_name(void) {
  static const struct {
    const char *in;
    char separator;
    const char *name, *value;
  } rows[] = {
      {"?a=1", '&', "a=", "1"},
      {"a=1", '&', "a=", "1"},
      {"?b=2&a=1", '&', "a=", "1"},
      {"?a=1&a=2", '&', "a=", "1"},
      {"?a=&a=2", '&', "a=", "2"},
      {"?a&a=2", '&', "a=", "2"},
      {"?&&a=1&&", '&', "a=", "1"},
      {"?xa=1", '&', "a=", "-"},
      {"?A=1", '&', "a=", "-"},
      {"?a%3D1", '&', "a=", "-"},
      {"?b=a=1", '&', "a=", "-"},
      {"?a=b=c", '&', "a=", "b=c"},
      {"?a=b;a=c", '&', "a=", "b;a=c"},
      {"?a=", '&', "a=", "-"},
      {"?a", '&', "a=", "-"},
      {"?", '&', "a=", "-"},
      {"", '&', "a=", "-"},
      {"?utm_a=1", '&', "utm_", "a=1"},
      {"?utm_", '&', "utm_", "-"},
      {"?utm_&utm_a=1", '&', "utm_", "a=1"},
      {"a=1; b=2", ';', "b=", "2"},
      {"a=1;b=2", ';', "b=", "2"},
      {"ab=1; b=2", ';', "b=", "2"},
      {"a=1&b=3; b=2", ';', "b=", "2"},
      {"b=2&3; a=1", ';', "b=", "2&3"},
      {"b=; b=2", ';', "b=", "2"},
      {"_fh_ack=1; _fh=2", ';', "_fh=", "2"},
      {"x_fh=1; _fh=2", ';', "_fh=", "2"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    CHECK_ROW(
        strcmp(found(rows[i].in, rows[i].separator, rows[i].name), rows[i].value) == 0,
        rows[i].in);
}

static void values_are_decoded_once(void) {
  static const char *const rows[][2] = {
      {"", ""},   {"a+b", "a b"}, {"a%20b", "a b"}, {"%2B", "+"},       {"%2541", "%41"},
      {"%", "%"}, {"%4", "%4"},   {"%4g", "%4g"},   {"%C3%A9", "é"},    {"%c3%a9", "é"},
      {"é", "é"}, {"%C3", "?"},   {"%00", "?"},     {"%E2%82%AC", "€"}, {"%41%", "A%"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char out[FH_MAX_VALUE_BYTES];
    size_t len = fh_form_decode(rows[i][0], rows[i][0] + strlen(rows[i][0]), out);
    CHECK_ROW(is_text(out, len, rows[i][1]), rows[i][0]);
  }
}

static void long_values_are_cut(void) {
  static char in[3 * FH_MAX_VALUE_BYTES + 9];
  char out[FH_MAX_VALUE_BYTES];
  for (size_t len = FH_MAX_VALUE_BYTES - 2; len < FH_MAX_VALUE_BYTES + 3; len++) {
    size_t bytes = len < FH_MAX_VALUE_BYTES ? len : FH_MAX_VALUE_BYTES;
    memset(in, 'x', len);
    CHECK(fh_form_decode(in, in + len, out) == bytes);
    for (size_t i = 0; i < len; i++) memcpy(in + 3 * i, "%2B", 3);
    CHECK(fh_form_decode(in, in + 3 * len, out) == bytes && out[bytes - 1] == '+');
  }
}

int main(void) {
  RUN(signs_are_found);
  RUN(authorities_are_found);
  RUN(pairs_are_found_by_name);
  RUN(values_are_decoded_once);
  RUN(long_values_are_cut);
  return finish();
}
