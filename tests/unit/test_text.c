#include "text.h"

#include <stdlib.h>

#include "check.h"
#include "dice.h"
#include "tree.h"

static void hexadecimal(void) {
  const char *digits = "0123456789abcdefABCDEF";
  for (int c = 0; c < 256; c++) {
    const char *at = c ? strchr(digits, c) : NULL;
    int expected = at ? (int)(at - digits) : -1;
    if (expected > 15) expected -= 6;
    CHECK(fh_hex_value((char)c) == expected);
  }
}

static void escapes(void) {
  CHECK(fh_unescape("%40") == '@' && fh_unescape("%4a5") == 'J' &&
        fh_unescape("%fF") == 255);
  static const char *const none[] = {"", "a", "%", "%4", "%4g", "%g4", "%%40", "40"};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++)
    CHECK_ROW(fh_unescape(none[i]) == -1, none[i]);
}

static void bytes_are_put_whole_or_not_at_all(void) {
  char out[4] = "....";
  fh_writer writer = fh_writer_on(out, 3);
  fh_put(&writer, "ab");
  fh_put(&writer, "cd");
  CHECK(writer.full && writer.len == 2 && memcmp(out, "ab..", 4) == 0);
  fh_put(&writer, "c");
  CHECK(writer.full && writer.len == 2);
  writer = fh_writer_on(out, 3);
  fh_put(&writer, "abc");
  CHECK(wrote(&writer, "abc"));
  fh_put(&writer, "");
  CHECK(!writer.full);
}

static void strings_are_escaped(void) {
  static const struct {
    const char *in;
    size_t len;
    const char *out;
  } rows[] = {
      {"", 0, "\"\""},
      {"plain", 5, "\"plain\""},
      {"\"", 1, "\"\\\"\""},
      {"\\", 1, "\"\\\\\""},
      {"/", 1, "\"/\""},
      {"\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\""},
      {"\0\x01\x0b\x0e\x1f", 5, "\"\\u0000\\u0001\\u000b\\u000e\\u001f\""},
      {"\x7f", 1, "\"\x7f\""},
      {"é€😀", 9, "\"é€😀\""},
      {"\xE2\x80\xA8", 3, "\"\xE2\x80\xA8\""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char out[64];
    fh_writer writer = fh_writer_on(out, sizeof out);
    fh_put_string(&writer, rows[i].in, rows[i].len);
    CHECK_ROW(wrote(&writer, rows[i].out), rows[i].out);
  }
}

/* With every room from none to just enough: full exactly when it is too little,
 * and never a byte beyond. */
static void strings_keep_to_their_room(void) {
  const char text[] = "a\"\n\x01é\\";
  const char expected[] = "\"a\\\"\\n\\u0001é\\\\\"";
  const size_t need = sizeof expected - 1;
  for (size_t cap = 0; cap <= need; cap++) {
    char *out = malloc(cap + !cap);
    fh_writer writer = fh_writer_on(out, cap);
    fh_put_string(&writer, text, sizeof text - 1);
    CHECK(writer.full == (cap < need));
    CHECK(writer.len <= cap);
    free(out);
  }
}

static void commas_stand_between(void) {
  char out[64];
  fh_writer writer = fh_writer_on(out, sizeof out);
  fh_put_name(&writer, "a");
  fh_put(&writer, "{");
  fh_put_name(&writer, "b\"");
  fh_put(&writer, "[");
  fh_put_comma(&writer);
  fh_put(&writer, "1");
  fh_put_comma(&writer);
  fh_put(&writer, "2]}");
  fh_put_name(&writer, "c");
  CHECK(wrote(&writer, "\"a\":{\"b\\\"\":[1,2]},\"c\":"));
}

static void numbers_are_put_whole(void) {
  static const struct {
    double value;
    const char *out;
  } rows[] = {{0, "0"},
              {-1, "0"},
              {-1e300, "0"},
              {0.999, "0"},
              {9.5, "9"},
              {10, "10"},
              {1767225600000.0, "1767225600000"},
              {9007199254740992.0, "9007199254740992"},
              {99999999999999984.0, "99999999999999984"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char out[20];
    fh_writer writer = fh_writer_on(out, sizeof out);
    fh_put_number(&writer, rows[i].value);
    CHECK_ROW(wrote(&writer, rows[i].out), rows[i].out);
  }
}

static void numbers_come_back(void) {
  uint64_t state = 1;
  for (int i = 0; i < 100000; i++) {
    double value = (double)(dice_bits(&state) % 1000000000000000u >> dice(&state, 50));
    char text[24];
    fh_writer writer = fh_writer_on(text, sizeof text - 1);
    fh_put_number(&writer, value);
    text[writer.len] = '\0';
    const char *at = text;
    double back = fh_read_number(&at);
    CHECK_ROW(!(back < value) && !(back > value) && at == text + writer.len, text);
  }
}

static void numbers_are_read_as_far_as_they_go(void) {
  static const struct {
    const char *in;
    double value;
    size_t read;
  } rows[] = {{"", -1, 0},
              {"x", -1, 0},
              {"-1", -1, 0},
              {" 1", -1, 0},
              {"0", 0, 1},
              {"007", 7, 3},
              {"12.5", 12, 2},
              {"1e3", 1, 1},
              {"999999999999999", 999999999999999, 15},
              {"1234567890123456", 123456789012345, 15}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const char *at = rows[i].in;
    double value = fh_read_number(&at);
    CHECK_ROW(!(value < rows[i].value) && !(value > rows[i].value), rows[i].in);
    CHECK_ROW(at == rows[i].in + rows[i].read, rows[i].in);
  }
}

static void cuts_fall_between_characters(void) {
  const char text[] = "aé€😀z"; /* characters begin at 0 1 3 6 10 */
  static const size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11};
  for (size_t max = 0; max < 12; max++)
    CHECK(fh_cut(text, sizeof text - 1, max) == expected[max]);
  CHECK(fh_cut(text, 0, 5) == 0);
  CHECK(fh_cut(text, 11, 1000) == 11);
}

int main(void) {
  RUN(hexadecimal);
  RUN(escapes);
  RUN(bytes_are_put_whole_or_not_at_all);
  RUN(strings_are_escaped);
  RUN(strings_keep_to_their_room);
  RUN(commas_stand_between);
  RUN(numbers_are_put_whole);
  RUN(numbers_come_back);
  RUN(numbers_are_read_as_far_as_they_go);
  RUN(cuts_fall_between_characters);
  return finish();
}
