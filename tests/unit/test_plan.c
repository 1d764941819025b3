#include "plan.h"

#include <stdio.h>

#include "check.h"
#include "refusal.h"
#include "tree.h"

static _Alignas(8) char block[4096];
static char text[8192];
static fh_plan plan;
static fh_writer problems;

static int load(const char *json) {
  problems = fh_writer_on(text, sizeof text);
  return fh_plan_load(&plan, tree(json), &problems);
}

/* Whether a plan has this one problem: its place and sentence. */
static bool has(const char *json, const char *path, const char *sentence) {
  char expected[1024];
  int count = load(json);
  snprintf(expected, sizeof expected,
           "[{\"kind\":\"plan\",\"path\":\"%s\",\"message\":\"%s\"", path, sentence);
  size_t len = strlen(expected);
  bool found = count == 1 && problems.len > len && memcmp(text, expected, len) == 0;
  if (!found) fprintf(stderr, "%d: %.*s\n", count, (int)problems.len, text);
  text[problems.len] = '\0';
  return found && prints(tree_of(text, problems.len, &count), text);
}

#define EVENT(says)    "{\"format\":1,\"events\":{\"Order Completed\":" says "}}"
#define PROPERTY(says) EVENT("{\"properties\":{\"total\":" says "}}")
#define AT_EVENT       "events[\\\"Order Completed\\\"]"
#define AT_PROPERTY    AT_EVENT ".properties.total"

#define ONE_OF_TYPES                                                                  \
  "must be one of \\\"string\\\", \\\"number\\\", \\\"integer\\\", \\\"boolean\\\", " \
  "\\\"object\\\", \\\"array\\\", \\\"null\\\""

static void each_mistake_has_a_place_and_a_sentence(void) {
  static const char *const rows[][3] = {
      {"[]", "", "must be an object"},
      {"{\"events\":{}}", "format", "must be there"},
      {"{\"format\":1}", "events", "must be there"},
      {"{\"format\":2,\"events\":{}}", "format",
       "must be 1, the one format that there is"},
      {"{\"format\":1,\"events\":[]}", "events", "must be an object"},
      {"{\"format\":1,\"events\":{},\"event\":{}}", "event",
       "is nothing that a plan says here; did you mean \\\"events\\\"?"},
      {"{\"format\":1,\"events\":{},\"calls\":{\"track\":{}}}", "calls.track",
       "is nothing that a plan says here"},
      {"{\"format\":1,\"events\":{\"A\":{},\"A\":{}}}", "events.A", "is there twice"},
      {"{\"format\":1,\"events\":{\"\":{}}}", "events[\\\"\\\"]", "must have a name"},
      {"{\"format\":1,\"events\":{},\"properties\":{\"a\":1}}", "properties.a",
       "must be an object"},
      {EVENT("{\"side\":\"Server\"}"), AT_EVENT ".side",
       "must be one of \\\"client\\\", \\\"server\\\", \\\"both\\\"; did you mean "
       "\\\"server\\\"?"},
      {EVENT("{\"side\":null}"), AT_EVENT ".side",
       "must be one of \\\"client\\\", \\\"server\\\", \\\"both\\\""},
      {EVENT("{\"owner\":7}"), AT_EVENT ".owner", "must be a text"},
      {EVENT("{\"offsite\":\"yes\"}"), AT_EVENT ".offsite", "must be true or false"},
      {EVENT("{\"meta\":\"x\"}"), AT_EVENT ".meta", "must be an object"},
      {PROPERTY("{\"type\":\"numbr\"}"), AT_PROPERTY ".type",
       "must be one of \\\"string\\\", \\\"number\\\", \\\"integer\\\", \\\"boolean\\\", "
       "\\\"object\\\", \\\"array\\\", \\\"null\\\"; did you mean \\\"number\\\"?"},
      {PROPERTY("{\"type\":[]}"), AT_PROPERTY ".type", "must name a type"},
      {PROPERTY("{\"type\":[\"string\",3]}"), AT_PROPERTY ".type[1]", ONE_OF_TYPES},
      {PROPERTY("{\"requierd\":true}"), AT_PROPERTY ".requierd",
       "is nothing that a plan says here; did you mean \\\"required\\\"?"},
      {PROPERTY("{\"pattern\":\"x\"}"), AT_PROPERTY ".pattern",
       "is nothing that a plan says here"},
      {PROPERTY("{\"enum\":[]}"), AT_PROPERTY ".enum",
       "must be a list of the values that are allowed"},
      {PROPERTY("{\"enum\":[{}]}"), AT_PROPERTY ".enum[0]",
       "must be a text, a number, true, false or null"},
      {PROPERTY("{\"minimum\":\"1\"}"), AT_PROPERTY ".minimum", "must be a number"},
      {PROPERTY("{\"minimum\":10,\"maximum\":9.5}"), AT_PROPERTY,
       "has a minimum above its maximum"},
      {PROPERTY("{\"type\":\"string\",\"minimum\":1}"), AT_PROPERTY ".minimum",
       "is of numbers"},
      {PROPERTY("{\"type\":\"string\",\"items\":{}}"), AT_PROPERTY ".items",
       "are of arrays"},
      {PROPERTY("{\"type\":\"array\",\"properties\":{}}"), AT_PROPERTY ".properties",
       "are of objects"},
      {PROPERTY("{\"items\":{\"properties\":{\"a\":{\"type\":\"x\"}}}}"),
       AT_PROPERTY ".items.properties.a.type", ONE_OF_TYPES},
  };
  plan = fh_plan_on(block, sizeof block);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    CHECK_ROW(has(rows[i][0], rows[i][1], rows[i][2]), rows[i][0]);
  CHECK(!plan.loaded);
}

static void all_problems_are_told_at_once(void) {
  CHECK(
      load(EVENT("{\"side\":\"page\",\"properties\":{\"a\":{\"type\":\"text\"},\"b\":1},"
                 "\"owner\":false}")) == 4);
}

static void what_was_loaded_stays_where_the_next_is_no_plan(void) {
  plan = fh_plan_on(block, sizeof block);
  CHECK(load(EVENT("{\"side\":\"server\"}")) == 0 && problems.len == 0);
  CHECK(plan.loaded && plan.events->side == FH_SIDE_SERVER);
  CHECK(load("{}") == 2);
  CHECK(plan.loaded && strcmp(plan.events->name, "Order Completed") == 0);
}

static void a_plan_that_is_too_large_leaves_none(void) {
  plan = fh_plan_on(block, 200);
  CHECK(load("{\"format\":1,\"events\":{}}") == 0);
  CHECK(load(PROPERTY("{\"enum\":[1,2,3,4,5,6,7,8,9]}")) == FH_REFUSED_PLAN_LARGE);
  CHECK(!plan.loaded);
  CHECK(load("{\"format\":1,\"events\":{\"A\":{}}}") == 0 && plan.loaded);
}

static void problems_that_do_not_fit_are_counted(void) {
  char few[90];
  plan = fh_plan_on(block, sizeof block);
  problems = fh_writer_on(few, sizeof few);
  int count = fh_plan_load(
      &plan, tree("{\"format\":1,\"events\":{\"A\":1,\"B\":2,\"C\":3}}"), &problems);
  CHECK(count == 3);
  CHECK(is_text(
      few, problems.len,
      "[{\"kind\":\"plan\",\"path\":\"events.A\",\"message\":\"must be an object\"}]"));
  problems = fh_writer_on(few, 10);
  CHECK(fh_plan_load(&plan, tree("[]"), &problems) == 1);
  CHECK(is_text(few, problems.len, "[]"));
}

int main(void) {
  RUN(each_mistake_has_a_place_and_a_sentence);
  RUN(all_problems_are_told_at_once);
  RUN(what_was_loaded_stays_where_the_next_is_no_plan);
  RUN(a_plan_that_is_too_large_leaves_none);
  RUN(problems_that_do_not_fit_are_counted);
  return finish();
}
