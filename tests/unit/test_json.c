#include "json.h"

#include "check.h"
#include "dice.h"
#include "errors.h"
#include "limits.h"
#include "tree.h"

static int code_of(const char *text) {
  int code;
  return tree_of(text, strlen(text), &code) ? 0 : code;
}

/* --- What goes in comes out -------------------------------------------------- */

static void numbers_keep_their_text(void) {
  static const char *const rows[] = {"0",
                                     "-0",
                                     "-0.0",
                                     "1.0",
                                     "0.30000000000000004",
                                     "9007199254740993",
                                     "1e400",
                                     "-1E+400",
                                     "5e-324",
                                     "1e0001",
                                     "123456789012345678901234",
                                     "1234567890123456789012345",
                                     "-1.7976931348623157e+308"};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const fh_json *value = tree(rows[i]);
    CHECK_ROW(value && strcmp(fh_json_text(value), rows[i]) == 0, rows[i]);
    CHECK_ROW(value && prints(value, rows[i]), rows[i]);
  }
}

static void compact_text_comes_out_as_it_went_in(void) {
  static const char *const rows[] = {"null",
                                     "true",
                                     "false",
                                     "\"\"",
                                     "[]",
                                     "{}",
                                     "[[],{},[{}]]",
                                     "{\"\":\"\"}",
                                     "[1,-2,3.5e7,\"x\",null,true,false]",
                                     "{\"a\":{\"b\":[{\"c\":1}]},\"d\":\"e\"}",
                                     "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\"",
                                     "\"é€😀\"",
                                     "{\"x\":1,\"x\":2}",
                                     "{\"__proto__\":1,\"constructor\":2}"};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const fh_json *value = tree(rows[i]);
    CHECK_ROW(value && prints(value, rows[i]), rows[i]);
  }
}

static void what_is_repaired(void) {
  static const char *const rows[][2] = {
      {"\"\\u0000\"", "\"�\""},
      {"\"a\\u0000b\\u0000\"", "\"a�b�\""},
      {"{\"k\\u0000\":1}", "{\"k�\":1}"},
      {"\"\\ud800\"", "\"�\""},
      {"\"\\uDFFF\"", "\"�\""},
      {"\"\\ud800x\"", "\"�x\""},
      {"\"\\ud800\\n\"", "\"�\\n\""},
      {"\"\\ud800\\u0041\"", "\"�A\""},
      {"\"\\ud800\\ud800\\udc00\"", "\"�𐀀\""},
      {"\"\\udc00\\ud800\"", "\"��\""},
      {"\"\\ud83d\\ude00\"", "\"😀\""},
      {"\"\\udbff\\udfff\"", "\"\xF4\x8F\xBF\xBF\""},
      {"\"\\u0041\\u00e9\\u20AC\\/\"", "\"Aé€/\""},
      {"\"\\\\u0000\\\\ud800\"", "\"\\\\u0000\\\\ud800\""},
      {"\"\\\\\\u0000\"", "\"\\\\�\""},
      {" [ 1 ,\t2\r\n] ", "[1,2]"},
      {"{ \"a\" : [ ] }", "{\"a\":[]}"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const fh_json *value = tree(rows[i][0]);
    CHECK_ROW(value && prints(value, rows[i][1]), rows[i][0]);
  }
}

/* --- What is refused ---------------------------------------------------------- */

static void what_is_no_json(void) {
  static const char *const rows[] = {
      "",          " ",           "{",           "}",
      "[",         "]",           "[1",          "[1,",
      "[1,]",      "[,1]",        "[1 2]",       "{\"a\"}",
      "{\"a\":}",  "{\"a\":1,}",  "{,}",         "{a:1}",
      "{'a':1}",   "{1:2}",       "\"",          "\"a",
      "\"\\\"",    "\"\\",        "'a'",         "nul",
      "nulll",     "True",        "tru",         "undefined",
      "NaN",       "Infinity",    "-Infinity",   "+1",
      ".5",        "1.",          "-",           "--1",
      "01",        "-01",         "00",          "1e",
      "1e+",       "1.e1",        "1..2",        "0x10",
      "1_000",     "1-2",         "1e5.5",       "\"\\x41\"",
      "\"\\u12\"", "\"\\u12g4\"", "\"\\u\"",     "\"\\ud83d\\u12x4\"",
      "\"\\a\"",   "1 2",         "{}x",         "{} {}",
      "[]]",       "null,",       "\"a\" \"b\"", "//x\n1",
      "/**/1",     "[1}",         "{\"a\":1]",   "\"\n\"",
      "\"\t\"",    "\"\x01\"",    "\"\x1f\"",    "{\"a\n\":1}"};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    CHECK_ROW(code_of(rows[i]) == FH_ERR_JSON, rows[i]);
}

static void a_nul_is_no_json_wherever_it_stands(void) {
  static const struct {
    const char *text;
    size_t len;
  } rows[] = {{"\0", 1}, {"1\0", 2}, {"\"a\0b\"", 5}, {"{\"a\0\":1}", 8}, {"{}\0{}", 5}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    int code;
    CHECK(!tree_of(rows[i].text, rows[i].len, &code) && code == FH_ERR_JSON);
  }
}

static void numbers_that_are_too_long(void) {
  CHECK(code_of("12345678901234567890123456") == FH_ERR_NUMBER);
  CHECK(code_of("-1234567890123456789012345") == FH_ERR_NUMBER);
  CHECK(code_of("0.000000000000000000000001") == FH_ERR_NUMBER);
  CHECK(code_of("[1,2,{\"a\":1e00000000000000000000000001}]") == FH_ERR_NUMBER);
  CHECK(code_of("\"12345678901234567890123456\"") == 0);
  char many[1001];
  memset(many, '9', sizeof many - 1);
  many[sizeof many - 1] = '\0';
  CHECK(code_of(many) == FH_ERR_NUMBER);
}

static void text_that_is_no_utf8(void) {
  static const char *const rows[] = {"\"\x80\"",
                                     "\"\xC3\"",
                                     "\"\xC0\xAF\"",
                                     "\"\xE0\x80\xAF\"",
                                     "\"\xED\xA0\x80\"",
                                     "\"\xF4\x90\x80\x80\"",
                                     "\"\xFF\"",
                                     "{\"\xC3\":1}",
                                     "\xFF",
                                     "1\xC3",
                                     "\"\xC3",
                                     "\"\\\"\xC3"};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    CHECK(code_of(rows[i]) == FH_ERR_UTF8);
}

static int code_of_depth(char open, char close, size_t depth) {
  char text[2 * (FH_MAX_DEPTH + 1)];
  int code = 0;
  memset(text, open, depth);
  memset(text + depth, close, depth);
  return tree_of(text, 2 * depth, &code) ? 0 : code;
}

static void depth_is_bounded(void) {
  CHECK(code_of_depth('[', ']', FH_MAX_DEPTH) == 0);
  CHECK(code_of_depth('[', ']', FH_MAX_DEPTH + 1) == FH_ERR_DEPTH);
  CHECK(code_of_depth('{', '}', FH_MAX_DEPTH) == FH_ERR_JSON);
  CHECK(code_of_depth('{', '}', FH_MAX_DEPTH + 1) == FH_ERR_DEPTH);
  CHECK(
      code_of("[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],"
              "[],[],[],[],[],[],[],[],[],[],[],[]]") == 0);
  CHECK(code_of("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[\"") == 0);
  CHECK(code_of("]]]]]]]]]]]]]]]][[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[") == FH_ERR_JSON);
}

static void text_that_no_exchange_buffer_holds(void) {
  static char text[FH_IO_BYTES + 1];
  int code;
  memset(text, ' ', sizeof text);
  text[0] = '1';
  CHECK(tree_of(text, FH_IO_BYTES, &code));
  CHECK(!tree_of(text, FH_IO_BYTES + 1, &code) && code == FH_ERR_LARGE);
}

/* With every size of arena from nothing to enough: refused as too complex until
 * it is enough, and never anything else. */
static void an_arena_that_is_too_small(void) {
  static _Alignas(8) char block[4096];
  const char text[] = "{\"a\":[1,2.5,{\"b\":\"text\\n\"},null],\"c\":true}";
  bool enough = false;
  for (size_t cap = 0; cap <= sizeof block && !enough; cap++) {
    fh_arena arena = {block, cap, 0, false};
    char copy[sizeof text];
    int code = 0;
    memcpy(copy, text, sizeof text);
    const fh_json *value = fh_json_parse(&arena, copy, sizeof text - 1, &code);
    enough = value && prints(value, text);
    CHECK(enough || (!value && code == FH_ERR_COMPLEX));
  }
  CHECK(enough);
}

/* --- Looking up and walking --------------------------------------------------- */

static void looking_up(void) {
  const fh_json *object = tree("{\"a\":1,\"A\":2,\"a\":3,\"n\":null,\"\":4,\"s\":\"x\"}");
  CHECK(strcmp(fh_json_get_text(object, "a"), "3") == 0);
  CHECK(strcmp(fh_json_get_text(object, "A"), "2") == 0);
  CHECK(strcmp(fh_json_get_text(object, ""), "4") == 0);
  CHECK(strcmp(fh_json_get_text(object, "s"), "x") == 0);
  CHECK(strcmp(fh_json_get_text(object, "n"), "") == 0);
  CHECK(fh_json_get(object, "n") != NULL);
  CHECK(fh_json_get(object, "b") == NULL);
  CHECK(fh_json_get(NULL, "a") == NULL);
  CHECK(fh_json_get(tree("[1]"), "") == NULL);
  CHECK(fh_json_get(tree("\"a\""), "a") == NULL);
  CHECK(strcmp(fh_json_get_text(NULL, "a"), "") == 0);
}

static void kinds(void) {
  static const struct {
    const char *text;
    bool object, array, string, null, is_true;
  } rows[] = {{"{}", true, false, false, false, false},
              {"[]", false, true, false, false, false},
              {"\"\"", false, false, true, false, false},
              {"null", false, false, false, true, false},
              {"true", false, false, false, false, true},
              {"false", false, false, false, false, false},
              {"1", false, false, false, false, false}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const fh_json *value = tree(rows[i].text);
    CHECK_ROW(fh_json_is_object(value) == rows[i].object, rows[i].text);
    CHECK_ROW(fh_json_is_array(value) == rows[i].array, rows[i].text);
    CHECK_ROW(fh_json_is_string(value) == rows[i].string, rows[i].text);
    CHECK_ROW(fh_json_is_null(value) == rows[i].null, rows[i].text);
    CHECK_ROW(fh_json_is_true(value) == rows[i].is_true, rows[i].text);
  }
  CHECK(!fh_json_is_object(NULL) && !fh_json_is_array(NULL) && !fh_json_is_string(NULL));
  CHECK(fh_json_is_null(NULL) && !fh_json_is_true(NULL));
}

static void texts(void) {
  CHECK(strcmp(fh_json_text(tree("\"a\"")), "a") == 0);
  CHECK(strcmp(fh_json_text(tree("1.50")), "1.50") == 0);
  CHECK(strcmp(fh_json_text(tree("true")), "") == 0);
  CHECK(strcmp(fh_json_text(tree("[1]")), "") == 0);
  CHECK(strcmp(fh_json_text(NULL), "") == 0);
}

static void characters_are_replaced(void) {
  static char stars[] = "***";
  const fh_json *list = tree("[\"abc\",1.5,{\"a\":1},null,true]");
  fh_json *m = fh_json_first(list);
  fh_json_chars(m)[1] = '\0';
  m = fh_json_next(m);
  CHECK(strcmp(fh_json_chars(m), "1.5") == 0);
  for (m = fh_json_next(m); m; m = fh_json_next(m)) {
    CHECK(fh_json_chars(m) == NULL);
    fh_json_set_chars(m, stars);
  }
  CHECK(prints(list, "[\"a\",1.5,\"***\",\"***\",\"***\"]"));
}

static void whole_numbers(void) {
  static const struct {
    const char *text;
    double value;
  } rows[] = {{"0", 0},     {"42", 42},   {"999999999999999", 999999999999999.0},
              {"-0", -1},   {"-1", -1},   {"1000000000000000", -1},
              {"1.0", -1},  {"1e3", -1},  {"\"1\"", -1},
              {"null", -1}, {"true", -1}, {"[1]", -1}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    double value = fh_json_whole(tree(rows[i].text));
    CHECK_ROW(!(value < rows[i].value) && !(value > rows[i].value), rows[i].text);
  }
  CHECK(fh_json_whole(NULL) < 0);
}

static void walking(void) {
  const fh_json *m = fh_json_first(tree("{\"a\":1,\"b\":2}"));
  CHECK(strcmp(fh_json_name(m), "a") == 0);
  m = fh_json_next(m);
  CHECK(strcmp(fh_json_name(m), "b") == 0);
  CHECK(fh_json_next(m) == NULL);
  CHECK(fh_json_next(NULL) == NULL);
  CHECK(fh_json_first(NULL) == NULL);
  CHECK(fh_json_first(tree("[]")) == NULL);
  CHECK(fh_json_first(tree("\"x\"")) == NULL);
  CHECK(fh_json_first(tree("1")) == NULL);
  CHECK(strcmp(fh_json_name(fh_json_first(tree("[1]"))), "") == 0);
}

static void printing_members(void) {
  char out[64];
  fh_writer writer = fh_writer_on(out, sizeof out);
  fh_json_print_members(&writer, tree("{\"a\":[1,{}],\"b\":\"c\"}"));
  CHECK(wrote(&writer, "\"a\":[1,{}],\"b\":\"c\""));
  writer.len = 0;
  fh_json_print_members(&writer, tree("[1]"));
  fh_json_print_members(&writer, NULL);
  CHECK(wrote(&writer, ""));
}

static void printing_others(void) {
  static const char *const rows[][3] = {
      /* of an object, where another names so, that */
      {"{\"a\":1,\"b\":[2]}", "{}", "\"a\":1,\"b\":[2]"},
      {"{\"a\":1,\"b\":2}", "{\"a\":9}", "\"b\":2"},
      {"{\"a\":1,\"b\":2}", "{\"a\":null,\"b\":null}", ""},
      {"{\"a\":1,\"b\":2}", "{\"A\":9,\"\":9}", "\"a\":1,\"b\":2"},
      {"{\"a\":1}", "[\"a\"]", "\"a\":1"},
      {"[1]", "{}", ""},
      {"null", "{}", ""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char both[64], out[64];
    sprintf(both, "[%s,%s]", rows[i][0], rows[i][1]);
    const fh_json *first = fh_json_first(tree(both));
    fh_writer writer = fh_writer_on(out, sizeof out);
    fh_json_print_others(&writer, first, fh_json_next(first));
    CHECK_ROW(wrote(&writer, rows[i][2]), both);
  }
}

static void printing_merged(void) {
  static const char *const rows[][3] = {
      /* what was, what is new, what is then */
      {"{}", "{}", "{}"},
      {"{\"a\":1}", "{}", "{\"a\":1}"},
      {"{}", "{\"a\":1}", "{\"a\":1}"},
      {"{\"a\":1,\"b\":2}", "{\"b\":3,\"c\":4}", "{\"a\":1,\"b\":3,\"c\":4}"},
      {"{\"a\":1,\"b\":2}", "{\"a\":null}", "{\"b\":2}"},
      {"{\"a\":1}", "{\"a\":null}", "{}"},
      {"{}", "{\"a\":null,\"b\":false}", "{\"b\":false}"},
      {"{\"a\":null}", "{}", "{\"a\":null}"},
      {"{\"a\":{\"x\":1}}", "{\"a\":{\"y\":2}}", "{\"a\":{\"y\":2}}"}, /* not within */
      {"null", "{\"a\":1}", "{\"a\":1}"},
      {"[1]", "{\"a\":1}", "{\"a\":1}"},
      {"1", "{}", "{}"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char both[96], out[64];
    sprintf(both, "[%s,%s]", rows[i][0], rows[i][1]);
    const fh_json *first = fh_json_first(tree(both));
    fh_writer writer = fh_writer_on(out, sizeof out);
    fh_json_print_merged(&writer, first, fh_json_next(first));
    CHECK_ROW(wrote(&writer, rows[i][2]), both);
  }
  char out[16];
  fh_writer writer = fh_writer_on(out, sizeof out);
  fh_json_print_merged(&writer, NULL, tree("{\"a\":1}"));
  CHECK(wrote(&writer, "{\"a\":1}"));
}

/* A text that stays as it is, though its escapes are repaired. */
static void a_copy(void) {
  static _Alignas(8) char block[1 << 10];
  fh_arena arena = {block, sizeof block, 0, false};
  const char text[] = " {\"a\":\"\\u0000\",\"b\":1.0}";
  CHECK(prints(fh_json_parse_copy(&arena, text), "{\"a\":\"\xEF\xBF\xBD\",\"b\":1.0}"));
  CHECK(!fh_json_parse_copy(&arena, ""));
  CHECK(!fh_json_parse_copy(&arena, "{\"a\":"));
  CHECK(!fh_json_parse_copy(&arena, "{} x"));
  for (size_t room = 0; room < 200; room++) { /* as good as none, or enough */
    fh_arena_reset(&arena);
    arena.cap = room;
    const fh_json *value = fh_json_parse_copy(&arena, "{\"a\":[1]}");
    CHECK(!value || prints(value, "{\"a\":[1]}"));
  }
}

/* --- Anything at all ---------------------------------------------------------- */

/* What is accepted prints as something that is accepted and prints the same. */
static void whatever_comes_in(void) {
  static const char *const parts[] = {
      "{",    "}",    "[", "]",  ",",    ":",        "\"",   "\\",   "\"a\"",
      "1",    "-",    "0", ".5", "e9",   "null",     "true", "\\u",  "d83d",
      "dc00", "0000", " ", "\n", "\x01", "\xC3\xA9", "\xC3", "\xFF", "x"};
  static char first[1 << 12];
  uint64_t state = 4;
  int accepted = 0;
  for (int i = 0; i < 200000; i++) {
    char text[64];
    size_t len = 0;
    for (uint32_t left = dice(&state, 9); left; left--) {
      const char *part = parts[dice(&state, sizeof parts / sizeof *parts)];
      memcpy(text + len, part, strlen(part));
      len += strlen(part);
    }
    int code = 0;
    const fh_json *value = tree_of(text, len, &code);
    CHECK(value || (code < 0 && code >= FH_ERR_COMPLEX));
    if (!value) continue;
    accepted++;
    fh_writer writer = fh_writer_on(first, sizeof first - 1);
    fh_json_print(&writer, value);
    first[writer.len] = '\0';
    value = tree_of(first, writer.len, &code);
    CHECK_ROW(value && prints(value, first), first);
  }
  CHECK(accepted > 1000);
}

int main(void) {
  RUN(numbers_keep_their_text);
  RUN(compact_text_comes_out_as_it_went_in);
  RUN(what_is_repaired);
  RUN(what_is_no_json);
  RUN(a_nul_is_no_json_wherever_it_stands);
  RUN(numbers_that_are_too_long);
  RUN(text_that_is_no_utf8);
  RUN(depth_is_bounded);
  RUN(text_that_no_exchange_buffer_holds);
  RUN(an_arena_that_is_too_small);
  RUN(looking_up);
  RUN(kinds);
  RUN(texts);
  RUN(characters_are_replaced);
  RUN(whole_numbers);
  RUN(walking);
  RUN(printing_members);
  RUN(printing_others);
  RUN(printing_merged);
  RUN(a_copy);
  RUN(whatever_comes_in);
  return finish();
}
