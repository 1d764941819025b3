#include "members.h"

#include "check.h"
#include "tree.h"

static char text[256];
static fh_writer writer;
static fh_members members;

static void add(const char *name, const char *value) {
  size_t start = writer.len;
  fh_put_name(&writer, name);
  fh_put(&writer, value);
  fh_members_add(&members, &writer, start);
}

static void begin(size_t cap) {
  writer = fh_writer_on(text, cap);
  members.count = 0;
}

static bool gives(const char *overrides, const char *expected) {
  static char out[1024];
  fh_writer printed = fh_writer_on(out, sizeof out);
  const fh_json *over = overrides ? tree(overrides) : NULL;
  fh_put_members(&printed, &members, over, NULL);
  fh_json_print_members(&printed, over);
  return wrote(&printed, expected);
}

static void overrides_replace_and_follow(void) {
  begin(sizeof text);
  add("a", "1");
  add("bc", "{\"a\":2}");
  add("d", "\"x\"");
  static const char *const rows[][2] = {
      {NULL, "\"a\":1,\"bc\":{\"a\":2},\"d\":\"x\""},
      {"{}", "\"a\":1,\"bc\":{\"a\":2},\"d\":\"x\""},
      {"[1]", "\"a\":1,\"bc\":{\"a\":2},\"d\":\"x\""},
      {"{\"a\":9}", "\"bc\":{\"a\":2},\"d\":\"x\",\"a\":9"},
      {"{\"bc\":null}", "\"a\":1,\"d\":\"x\",\"bc\":null"},
      {"{\"b\":9}", "\"a\":1,\"bc\":{\"a\":2},\"d\":\"x\",\"b\":9"},
      {"{\"bcd\":9}", "\"a\":1,\"bc\":{\"a\":2},\"d\":\"x\",\"bcd\":9"},
      {"{\"\":9}", "\"a\":1,\"bc\":{\"a\":2},\"d\":\"x\",\"\":9"},
      {"{\"A\":9}", "\"a\":1,\"bc\":{\"a\":2},\"d\":\"x\",\"A\":9"},
      {"{\"d\":1,\"bc\":2,\"a\":3}", "\"d\":1,\"bc\":2,\"a\":3"},
      {"{\"a\":1,\"a\":2}", "\"bc\":{\"a\":2},\"d\":\"x\",\"a\":1,\"a\":2"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    CHECK_ROW(gives(rows[i][0], rows[i][1]), rows[i][0] ? rows[i][0] : "NULL");
}

static void what_does_not_fit_is_left_out(void) {
  begin(20);
  add("a", "1");
  add("long", "\"xxxxxxxxxxxxxxxx\"");
  CHECK(!writer.full);
  add("b", "2");
  CHECK(gives(NULL, "\"a\":1,\"b\":2"));
  begin(3);
  add("a", "1");
  CHECK(members.count == 0 && writer.len == 0);
  CHECK(gives("{\"x\":1}", "\"x\":1"));
}

static void no_more_than_the_list_holds(void) {
  begin(sizeof text);
  for (int i = 0; i < FH_MAX_MEMBERS + 3; i++) add("n", "1");
  CHECK(members.count == FH_MAX_MEMBERS);
  CHECK(writer.len == FH_MAX_MEMBERS * strlen("\"n\":1,") - 1);
}

int main(void) {
  RUN(overrides_replace_and_follow);
  RUN(what_does_not_fit_is_left_out);
  RUN(no_more_than_the_list_holds);
  return finish();
}
