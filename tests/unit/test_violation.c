/* What a plan says of events is in tests/plan/cases; here is what a case cannot say. */
#include "violation.h"

#include "check.h"
#include "refusal.h"
#include "tree.h"

static _Alignas(8) char block[4096];
static char text[8192];

static fh_plan loaded(const char *json) {
  fh_plan plan = fh_plan_on(block, sizeof block);
  fh_writer problems = fh_writer_on(text, sizeof text);
  CHECK(fh_plan_load(&plan, tree(json), &problems) == 0);
  return plan;
}

static int found(const fh_plan *plan, const char *event, size_t room) {
  fh_writer to = fh_writer_on(text, room);
  return fh_violations(plan, tree(event), FH_SIDE_CLIENT, &to);
}

static void without_a_plan_nothing_is_checked(void) {
  fh_plan plan = fh_plan_on(block, sizeof block);
  CHECK(found(&plan, "{\"event\":\"A\"}", 99) == FH_REFUSED_NO_PLAN);
}

static void what_does_not_fit_is_counted(void) {
  fh_plan plan = loaded("{\"format\":1,\"events\":{\"A\":{}}}");
  for (size_t room = 2; room < 400; room++)
    CHECK(found(&plan, "{\"event\":\"A\",\"properties\":{\"a\":1,\"b\":2}}", room) == 2);
}

/* The tree of the plan is gone, and the arena has the numbers of the event. */
static void the_plan_keeps_its_own_numbers(void) {
  fh_plan plan = loaded(
      "{\"format\":1,\"events\":{\"A\":{\"properties\":{\"n\":{\"minimum\":12.5}}}}}");
  CHECK(found(&plan, "{\"event\":\"A\",\"properties\":{\"m\":99,\"n\":12}}", 999) == 2);
  CHECK(strstr(text, "at least 12.5") != NULL);
}

static void what_is_no_event_has_nothing_to_check(void) {
  fh_plan plan = loaded("{\"format\":1,\"events\":{\"A\":{}},\"calls\":{\"page\":{}}}");
  static const char *const rows[] = {
      "null",         "[]",
      "{}",           "{\"type\":\"\"}",
      "{\"type\":7}", "{\"type\":\"page\",\"properties\":[1]}"};
  for (int i = 0; i < 6; i++) CHECK_ROW(found(&plan, rows[i], 999) == 0, rows[i]);
  CHECK(found(&plan, "{\"event\":7}", 999) == 1);
}

static void the_library_tells_the_side(void) {
  static const struct {
    const char *library;
    int side;
  } rows[] = {
      {"firsthand", FH_SIDE_CLIENT},
      {"firsthand-snippet", FH_SIDE_CLIENT},
      {"analytics.js", FH_SIDE_CLIENT},
      {"RudderLabs JavaScript SDK", FH_SIDE_CLIENT},
      {"@segment/analytics-node", FH_SIDE_SERVER},
      {"@rudderstack/rudder-sdk-node", FH_SIDE_SERVER},
      {"analytics-python", FH_SIDE_SERVER},
      {"analytics-ios", 0},
      {"", 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char event[100];
    snprintf(event, sizeof event, "{\"context\":{\"library\":{\"name\":\"%s\"}}}",
             rows[i].library);
    CHECK_ROW(fh_side_of(tree(event)) == rows[i].side, rows[i].library);
  }
  CHECK(fh_side_of(tree("{}")) == 0 && fh_side_of(tree("[1]")) == 0);
}

/* With any less memory there is no plan, or all of it. */
static void short_memory_leaves_no_plan(void) {
  static const char plan_text[] =
      "{\"format\":1,\"properties\":{\"shop\":{\"type\":\"string\"}},"
      "\"calls\":{\"page\":{}},\"events\":{\"A\":{\"side\":\"client\",\"properties\":{"
      "\"n\":{\"type\":[\"integer\",\"null\"],\"minimum\":12.5,\"required\":true},"
      "\"kind\":{\"enum\":[\"one\",2,null]},"
      "\"items\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
      "\"sku\":{\"required\":true}}}}}}}}";
  static const char event[] =
      "{\"event\":\"A\",\"properties\":{\"n\":1.5,\"kind\":\"two\","
      "\"items\":[{\"skew\":1},7],\"shop\":1}}";
  char all[sizeof text];
  fh_plan plan = loaded(plan_text);
  int count = found(&plan, event, sizeof text);
  CHECK(count > 4);
  memcpy(all, text, sizeof text);
  size_t size = 0;
  for (bool is_loaded = false; !is_loaded && size <= sizeof block; size += 8) {
    char *small = malloc(size + !size);
    plan = fh_plan_on(small, size);
    fh_writer problems = fh_writer_on(text, sizeof text);
    int code = fh_plan_load(&plan, tree(plan_text), &problems);
    is_loaded = plan.loaded;
    CHECK(code == (is_loaded ? 0 : FH_REFUSED_PLAN_LARGE));
    CHECK(found(&plan, event, sizeof text) == (is_loaded ? count : FH_REFUSED_NO_PLAN));
    CHECK(!is_loaded || strcmp(text, all) == 0);
    free(small);
  }
  CHECK(size > 200 && size <= sizeof block);
}

int main(void) {
  RUN(the_library_tells_the_side);
  RUN(without_a_plan_nothing_is_checked);
  RUN(what_does_not_fit_is_counted);
  RUN(the_plan_keeps_its_own_numbers);
  RUN(what_is_no_event_has_nothing_to_check);
  RUN(short_memory_leaves_no_plan);
  return finish();
}
