/* Carriers where memory or room is short: tests/stitch/cases have enough of both. */
#include "stitch.h"

#include "carrier.h"
#include "check.h"
#include "refusal.h"
#include "tree.h"

#define IDS                                                                           \
  "\"v\":1,\"anonymousId\":\"d9f9c642-0c0d-4f71-b18e-e6c5955b6241\",\"sessionUuid\":" \
  "\"019b76c8-5880-755c-a3b3-0e9a8772432d\",\"sessionIndex\":3,\"at\":1767225700000"
#define FLAT                                                                            \
  "\"fh_v\":\"1.1767225700000.3\",\"fh_aid\":\"d9f9c642-0c0d-4f71-b18e-e6c5955b6241\"," \
  "\"fh_sid\":\"019b76c8-5880-755c-a3b3-0e9a8772432d\""
#define ASK(from, value, to) \
  "{\"now\":1767225700000,\"from\":\"" from "\",\"to\":\"" to "\",\"value\":" value "}"
#define CONTEXT ",\"context\":{\"locale\":\"en-GB\",\"page\":{\"path\":\"/\"}}"

static char out[1 << 16];

/* The code with this much of each; *len of what came out. As in a module, the input is in
 * the arena as well: a block of just its size, for ASan to watch. */
static int stitch(const char *ask, size_t memory, size_t room, size_t *len) {
  fh_arena arena = {malloc(memory + !memory), memory, 0, false};
  fh_writer writer = fh_writer_on(out, room);
  char *copy = malloc(strlen(ask));
  int code;
  memcpy(copy, ask, strlen(ask));
  const fh_json *input = fh_json_parse(&arena, copy, strlen(ask), &code);
  if (input) code = fh_stitch(&writer, input, &arena);
  free(copy);
  free(arena.base);
  *len = writer.len;
  return code;
}

static const char *const asks[] = {
    ASK("json", "{" IDS CONTEXT "}", ""), ASK("json", "{" IDS CONTEXT "}", "json"),
    ASK("json", "{" IDS CONTEXT "}", "fields"),
    ASK("json", "{" IDS CONTEXT "}", "header"),
    ASK("flat",
        "{" FLAT
        ",\"fh_utm\":\"source=news&medium=e-mail&alone&\",\"fh_ga\":\"11.17.5.2\"}",
        "json")};

/* With any less memory there is a refusal, or JSON that can be read. */
static void short_memory_is_refused_or_leaves_out(void) {
  for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
    size_t len;
    int code = FH_REFUSED_SIZE;
    for (size_t memory = 0; memory < 16000; memory += 8) {
      code = stitch(asks[i], memory, sizeof out, &len);
      bool is_short = code == FH_REFUSED_SIZE || code == FH_REFUSED_CONTEXT;
      CHECK_ROW(code == 0 || is_short || code == FH_ERR_COMPLEX, asks[i]);
      if (code == 0 && *out == '{') {
        const char *end = memchr(out, '\n', len);
        CHECK_ROW(tree_of(out, end ? (size_t)(end - out) : len, &code), asks[i]);
        code = 0;
      }
    }
    CHECK_ROW(code == 0, asks[i]);
  }
}

static void short_room_is_refused_or_leaves_out(void) {
  for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
    size_t whole, len;
    CHECK_ROW(stitch(asks[i], 1 << 16, sizeof out, &whole) == 0, asks[i]);
    CHECK_ROW(stitch(asks[i], 1 << 16, 100, &len) == FH_REFUSED_SIZE, asks[i]);
    for (size_t room = 0; room <= whole; room++) {
      int code = stitch(asks[i], 1 << 16, room, &len);
      CHECK_ROW(code == 0 || code == FH_REFUSED_SIZE, asks[i]);
      CHECK_ROW(len <= room, asks[i]);
    }
  }
}

static void what_is_no_bundle_is_refused(void) {
  static const struct {
    const char *ask;
    int code;
  } rows[] = {
      {ASK("json", "{" IDS ",\"firstEventId\":\"f\"}", ""), FH_REFUSED_BUNDLE},
      {ASK("json", "{" IDS ",\"sig\":\"a b\"}", ""), FH_REFUSED_BUNDLE},
      {ASK("json", "{" IDS ",\"sig\":\"a\\\"b\"}", ""), FH_REFUSED_BUNDLE},
      {ASK("json", "{" IDS ",\"sig\":\"a\\\\b\"}", ""), FH_REFUSED_BUNDLE},
      {ASK("json", "{" IDS ",\"sig\":\"a\\u007fb\"}", ""), FH_REFUSED_BUNDLE},
      {ASK("json", "{" IDS ",\"userId\":\"a\\u007fb\"}", ""), FH_ERR_USER_ID},
      {ASK("json", "{" IDS ",\"consent\":{\"ads\":null}}", ""), FH_REFUSED_CONTEXT},
      {ASK("json", "{" IDS ",\"providers\":{\"a\":1}}", ""), FH_REFUSED_CONTEXT},
      {ASK("json", "{" IDS ",\"providers\":[]}", ""), FH_REFUSED_CONTEXT},
      {ASK("flat", "{\"fh_v\":\"1.1767225700000-3\"}", ""), FH_REFUSED_BUNDLE},
      {ASK("flat", "{\"fh_v\":\"1.1767225700000.x\"}", ""), FH_REFUSED_BUNDLE},
      {ASK("flat", "{\"fh_v\":\"1.x\"}", ""), FH_REFUSED_BUNDLE},
      {ASK("flat", "{\"fh_v\":\"1.1767225700000.3.4\"}", ""), FH_REFUSED_BUNDLE},
      {ASK("cookie", "\"2\"", ""), FH_REFUSED_BUNDLE},
      {ASK("cookie", "\"2.x\"", ""), FH_REFUSED_VERSION}};
  size_t len;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    CHECK_ROW(stitch(rows[i].ask, 1 << 16, sizeof out, &len) == rows[i].code,
              rows[i].ask);
}

static void prefixes(void) {
  CHECK(fh_is_prefix("aZ09_-"));
  static const char *const none[] = {"", "a b", "a{", "a:", "a/", "a@", "\xC3\xA4"};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++)
    CHECK_ROW(!fh_is_prefix(none[i]), none[i]);
}

int main(void) {
  RUN(short_memory_is_refused_or_leaves_out);
  RUN(short_room_is_refused_or_leaves_out);
  RUN(what_is_no_bundle_is_refused);
  RUN(prefixes);
  return finish();
}
