#include "request.h"

#include "check.h"
#include "dice.h"
#include "errors.h"
#include "limits.h"
#include "refusal.h"
#include "tree.h"

static fh_request request;

/* The text is copied into as many bytes as it has, for ASan to watch. */
static int read_bytes(const char *text, size_t len, int type) {
  char *exact = malloc(len ? len : 1);
  memcpy(exact, text, len);
  fh_request_read(&request, exact, len, type);
  free(exact);
  return request.code;
}

static int problem(const char *event) {
  int code = read_bytes(event, strlen(event), FH_REQUEST_CALL);
  return code ? code : request.event[0].problem;
}

/* Of ASCII text: places are bytes. */
static bool says(const char *text, fh_span span, const char *expected) {
  return is_text(text + span.start, (size_t)(span.end - span.start), expected);
}

static void an_event_is_right_or_says_what_is_wrong(void) {
  static const struct {
    const char *event;
    int problem;
  } rows[] = {
      {"{\"type\":\"page\",\"userId\":\"u\"}", 0},
      {" { \"type\" : \"track\" , \"event\" : \"E\" , \"anonymousId\" : \"a\" } ", 0},
      {"{\"t\\u0079pe\":\"pa\\u0067e\",\"userId\":\"u\"}", 0},
      {"{\"type\":\"page\",\"userId\":\"u\",\"messageId\":null,\"traits\":null}", 0},
      {"{\"type\":\"buy\",\"type\":\"page\",\"userId\":\"u\"}",
       0}, /* the last one counts */
      {"{\"type\":\"page\",\"type\":\"buy\",\"userId\":\"u\"}", FH_REFUSED_TYPE},
      {"{\"userId\":\"u\"}", FH_REFUSED_TYPE},
      {"{\"type\":[\"page\"],\"userId\":\"u\"}", FH_REFUSED_TYPE},
      {"{\"type\":\"pag\\u0065\\u0000\",\"userId\":\"u\"}", FH_REFUSED_TYPE},
      {"{\"type\":\"page\",\"userId\":\"\",\"anonymousId\":5}", FH_REFUSED_MISSING_ID},
      {"{\"type\":\"track\",\"userId\":\"u\"}", FH_REFUSED_NAME},
      {"{\"type\":\"track\",\"userId\":\"u\",\"event\":\"\"}", FH_REFUSED_NAME},
      {"{\"type\":\"page\",\"userId\":\"u\",\"messageId\":\"\"}", FH_REFUSED_MESSAGE_ID},
      {"{\"type\":\"page\",\"userId\":\"u\",\"messageId\":{}}", FH_REFUSED_MESSAGE_ID},
      {"{\"type\":\"page\",\"userId\":\"u\",\"properties\":[]}", FH_REFUSED_OBJECT},
      {"{\"type\":\"page\",\"userId\":\"u\",\"context\":1}", FH_REFUSED_OBJECT},
      {"{\"type\":\"page\",\"userId\":\"u\",\"n\":12345678901234567890123456}",
       FH_ERR_NUMBER},
      {"[]", FH_REFUSED_EVENT},
      {"null", FH_REFUSED_EVENT},
      {"", FH_ERR_JSON},
      {"{} {}", FH_ERR_JSON},
      {"{\"a\":\"\xff\"}", FH_ERR_UTF8},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    CHECK_ROW(problem(rows[i].event) == rows[i].problem, rows[i].event);
}

static void lengths_are_those_of_what_is_said(void) {
  char event[900];
  for (int n = 98; n <= 101; n++) {
    for (int escaped = 0; escaped < 3; escaped++) {
      char id[800] = "";
      for (int i = 0; i < n; i++)
        strcat(id, escaped == 0 ? "x" : escaped == 1 ? "\\n" : "\xc3\xa9");
      snprintf(event, sizeof event,
               "{\"type\":\"page\",\"userId\":\"u\",\"messageId\":\"%s\"}", id);
      CHECK_ROW(problem(event) == (n < 100 ? 0 : FH_REFUSED_MESSAGE_ID), event);
    }
  }
}

static void depth_is_bounded_and_counted_from_the_event(void) {
  for (int n = 30; n <= 33; n++) {
    char event[200] = "{\"type\":\"page\",\"userId\":\"u\",\"properties\":{\"a\":";
    for (int i = 0; i < n - 2; i++) strcat(event, "[");
    for (int i = 0; i < n - 2; i++) strcat(event, "]");
    strcat(event, "}}");
    int code;
    bool read = tree_of(event, strlen(event), &code);
    CHECK_ROW(problem(event) == (n <= FH_MAX_DEPTH ? 0 : FH_ERR_DEPTH), event);
    CHECK_ROW(read == (n <= FH_MAX_DEPTH), event);
  }
}

static void what_is_stored_can_be_cut_out(void) {
  const char *text =
      "{\"writeKey\":\"k\",\"batch\":[{\"type\":\"page\",\"a\":1,\"b\":[2],\"messageId\":"
      "\"m\","
      "\"context\":{\"userAgent\":\"UA\",\"os\":{}},\"c\":{\"type\":3},\"userId\":\"u\"},"
      " 7]}";
  CHECK(read_bytes(text, strlen(text), FH_REQUEST_BATCH) == 0);
  CHECK(request.events == 2 && request.ascii);
  CHECK(says(text, request.members[FH_BATCH_WRITE_KEY], "\"k\""));
  const fh_request_event *event = request.event;
  CHECK(event->problem == 0 && event->type == 2 && event->runs == 2 && event->has_fact);
  CHECK(says(text, event->kept[0], "\"a\":1,\"b\":[2]"));
  CHECK(says(text, event->kept[1], "\"c\":{\"type\":3},\"userId\":\"u\""));
  CHECK(says(text, event->taken[FH_EVENT_MESSAGE_ID], "\"m\""));
  CHECK(says(text, event->user_agent, "\"UA\""));
  CHECK(event[1].problem == FH_REFUSED_EVENT && says(text, event[1].whole, "7"));
}

static void places_count_utf16_units(void) {
  const char *text =
      "{\"\xc3\xa9\":\"\xf0\x9f\x98\x80\",\"writeKey\":\"k\",\"batch\":[]}";
  CHECK(read_bytes(text, strlen(text), FH_REQUEST_BATCH) == 0);
  fh_span key = request.members[FH_BATCH_WRITE_KEY];
  CHECK(!request.ascii && key.start == 21 && key.end == 24);
}

static void what_a_batch_says_once_is_bounded_too(void) {
  const char *deep =
      "{\"context\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]],"
      "\"batch\":[]}";
  CHECK(read_bytes(deep, strlen(deep), FH_REQUEST_BATCH) == FH_ERR_DEPTH);
  const char *number = "{\"context\":12345678901234567890123456,\"batch\":[]}";
  CHECK(read_bytes(number, strlen(number), FH_REQUEST_BATCH) == FH_ERR_NUMBER);
}

/* Whatever the bytes: the same text is JSON, or not, for both readers. */
static void both_readers_take_the_same(void) {
  static const char *const bits[] = {
      "{",          "}",    "[",           "]",        "\"",   ",",
      ":",          "1",    "-0.5e3",      "01",       "true", "nul",
      "\"a\"",      "\\",   "\\u00",       " ",        "\n",   "\"\\n\"",
      "\"\\x\"",    "1.",   "\xc3",        "\xc3\xa9", "\x01", "\"a\":1",
      "{\"b\":[]}", "[[]]", "\"\\ud800\"", "null",     "-",    ".5"};
  uint64_t state = 8;
  for (int round = 0; round < 200000; round++) {
    char text[160] = "{";
    for (uint32_t n = dice(&state, 8); n > 0; n--)
      strcat(text, bits[dice(&state, sizeof bits / sizeof *bits)]);
    if (dice(&state, 2)) strcat(text, "}");
    int code;
    bool tree = tree_of(text, strlen(text), &code) != NULL;
    if (code == FH_ERR_COMPLEX || code == FH_ERR_NUMBER || code == FH_ERR_DEPTH) continue;
    int mine = read_bytes(text, strlen(text), FH_REQUEST_CALL);
    /* cJSON takes any byte below ' ' for space. */
    if (tree && mine && strchr(text, '\x01')) continue;
    CHECK_ROW(tree == (mine == 0), text);
  }
}

static void a_batch_is_right_or_says_where_it_is_not(void) {
  static const struct {
    const char *text;
    int code, at, events;
  } rows[] = {{"{\"batch\":[ ]}", 0, 13, 0},
              {"\t{\r\n\"batch\":\t[]}", 0, 16, 0},
              {"{}", 0, 2, -1},
              {"{\"batch\":{}}", 0, 12, -1},
              {"{\"batch\":[],\"batch\":7}", 0, 22, -1},
              {"[]", FH_REFUSED_EVENT, 2, -1},
              {"[", FH_ERR_JSON, 1, -1},
              {"{\"batch\":[1 2]}", FH_ERR_JSON, 12, 1},
              {"{\"batch\":[1", FH_ERR_JSON, 11, 1},
              {"{\"batch\":[-]}", FH_ERR_JSON, 11, 1},
              {"{\"batch\":[] \"sentAt\":1}", FH_ERR_JSON, 12, 0},
              {"{\"sentAt\":tru}", FH_ERR_JSON, 13, -1},
              {"{\"sentAt\":1E+2,\"a\":[1e-2,false,\"\\/\"]}", 0, 37, -1},
              {"{\"sentAt\":1e}", FH_ERR_JSON, 12, -1},
              {"{\"sentAt\":1.}", FH_ERR_JSON, 12, -1}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CHECK_ROW(
        read_bytes(rows[i].text, strlen(rows[i].text), FH_REQUEST_BATCH) == rows[i].code,
        rows[i].text);
    CHECK_ROW(request.at == rows[i].at && request.events == rows[i].events, rows[i].text);
  }
}

static void more_events_than_are_looked_at_are_counted(void) {
  static char text[3 * FH_REQUEST_EVENTS + 100];
  strcpy(text, "{\"batch\":[7");
  size_t len = strlen(text);
  for (int i = 0; i < FH_REQUEST_EVENTS + 9; i++, len += 2) memcpy(text + len, ",7", 2);
  memcpy(text + len, "]}", 2);
  CHECK(read_bytes(text, len + 2, FH_REQUEST_BATCH) == 0);
  CHECK(request.events == FH_REQUEST_EVENTS + 10);
  CHECK(request.event[FH_REQUEST_EVENTS - 1].problem == FH_REFUSED_EVENT);
}

static void too_much_is_refused(void) {
  static char text[FH_IO_BYTES + 1];
  memset(text, ' ', sizeof text);
  CHECK(read_bytes(text, sizeof text, FH_REQUEST_CALL) == FH_ERR_LARGE);
  memset(text, 'x', sizeof text);
  static const char start[] = "{\"type\":\"page\",\"userId\":\"";
  memcpy(text, start, sizeof start - 1);
  for (size_t over = 0; over < 2; over++) {
    size_t len = FH_MAX_EVENT_BYTES + over;
    memcpy(text + len - 2, "\"}", 2);
    CHECK(read_bytes(text, len, FH_REQUEST_CALL) == 0);
    CHECK(request.event[0].problem == (over ? FH_ERR_LARGE : 0));
    text[len - 2] = 'x';
  }
}

/* Members that the server writes anew, with others between: each of those is a run. */
static void runs_are_bounded(void) {
  for (int runs = FH_REQUEST_RUNS; runs < FH_REQUEST_RUNS + 2; runs++) {
    char event[1024] = "{\"type\":\"page\"";
    for (int i = 0; i < runs; i++) strcat(event, ",\"userId\":\"u\",\"sentAt\":1");
    strcat(event, "}");
    CHECK(problem(event) == (runs > FH_REQUEST_RUNS ? FH_ERR_COMPLEX : 0));
    CHECK(request.event[0].runs == FH_REQUEST_RUNS);
  }
}

static void a_context_has_facts_or_has_not(void) {
  static const struct {
    const char *context;
    int code, has_fact;
  } rows[] = {{"{}", 0, 0},
              {"{\"page\":{\"url\":\"u\"}}", 0, 0},
              {"{\"page\":[[1]],\"userAgent\":\"UA\"}", 0, 0},
              {"{\"userAgent\":7}", 0, 1},
              {"{\"os\":{}}", 0, 1},
              {"{\"os\":}", FH_ERR_JSON, 0},
              {"{\"os\" 1}", FH_ERR_JSON, 0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char event[128];
    snprintf(event, sizeof event, "{\"userId\":\"u\",\"context\":%s}", rows[i].context);
    CHECK_ROW(read_bytes(event, strlen(event), 2) == rows[i].code, event);
    CHECK_ROW(request.event[0].has_fact == rows[i].has_fact, event);
    CHECK_ROW(rows[i].code || request.event[0].type == 2, event); /* whatever it says */
  }
  CHECK(problem("{\"type\":\"page\",\"userId\":\"u\",\"integrations\":[]}") ==
        FH_REFUSED_OBJECT);
}

static void of_two_contexts_the_last_counts(void) {
  CHECK(problem("{\"type\":\"page\",\"userId\":\"u\",\"context\":{\"userAgent\":\"A\","
                "\"os\":{}},\"context\":null}") == 0);
  CHECK(request.event[0].user_agent.end == 0 && !request.event[0].has_fact);
}

static void members_are_found(void) {
  static fh_span spans[20];
  const char *text = "{ \"a\" : 1, \"b\":{\"c\":2} }";
  CHECK(fh_request_members(spans, 10, text, strlen(text)) == 2);
  CHECK(says(text, spans[0], "\"a\"") && says(text, spans[1], "\"a\" : 1"));
  CHECK(says(text, spans[2], "\"b\"") && says(text, spans[3], "\"b\":{\"c\":2}"));
  CHECK(fh_request_members(spans, 10, "{\"a\"", 4) == FH_ERR_JSON);
  CHECK(fh_request_members(spans, 1, text, strlen(text)) == 1);
  CHECK(fh_request_members(spans, 10, "[]", 2) == FH_ERR_JSON);
  CHECK(fh_request_members(spans, 10, "{\"a\":}", 6) == FH_ERR_JSON);
}

int main(void) {
  RUN(an_event_is_right_or_says_what_is_wrong);
  RUN(lengths_are_those_of_what_is_said);
  RUN(depth_is_bounded_and_counted_from_the_event);
  RUN(what_is_stored_can_be_cut_out);
  RUN(places_count_utf16_units);
  RUN(what_a_batch_says_once_is_bounded_too);
  RUN(both_readers_take_the_same);
  RUN(a_batch_is_right_or_says_where_it_is_not);
  RUN(more_events_than_are_looked_at_are_counted);
  RUN(too_much_is_refused);
  RUN(runs_are_bounded);
  RUN(a_context_has_facts_or_has_not);
  RUN(of_two_contexts_the_last_counts);
  RUN(members_are_found);
  return finish();
}
