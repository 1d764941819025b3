/* What a server makes of others' bytes for a dialect: a byte for the dialect, one that
 * says what the rest is. Of an event of anyone its rows, of a vendor's answer the
 * verdict, and of a text that is a key the frame of a body. All of it is JSON. */
#include <stdlib.h>

#include "host.h"
#include "request.h"
#include "rows.h"

/* As in host.c and fuzz_reply.c, whose seeds these are, too. */
static const char *const dialects[DIALECTS] = {"segment", "amplitude",   "snowplow",
                                               "posthog", "rudderstack", "hightouch",
                                               "jitsu",   "metarouter"};
static const char *const statuses[] = {"200", "204", "207", "400", "401", "410",
                                       "413", "429", "500", "0",   "201", "422",
                                       "302", "503", "999", "-5"};

static _Alignas(8) char block[1 << 20];
static fh_arena arena;
static char asked[FH_IO_BYTES];
static char out[FH_IO_BYTES * 8];
static fh_writer request, writer;

static const fh_json *parsed(void) {
  int code;
  if (request.full) return NULL;
  arena = (fh_arena){block, sizeof block, 0, false};
  char *copy = copy_of((const uint8_t *)asked, request.len, false);
  const fh_json *tree = fh_json_parse(&arena, copy, request.len, &code);
  free(copy);
  return tree;
}

static void begin(const char *dialect) {
  request = fh_writer_on(asked, sizeof asked);
  writer = fh_writer_on(out, sizeof out);
  fh_put(&request, "{\"dialect\":\"");
  fh_put(&request, dialect);
  fh_put(&request, "\",\"sentAt\":1767225700000,");
}

/* Of an event that has been let in. */
static void rows(const char *dialect, fh_text event) {
  static fh_request checked;
  fh_request_read(&checked, event.ptr, event.len, FH_REQUEST_CALL);
  if (checked.code || checked.event[0].problem) return;
  begin(dialect);
  fh_put(&request, "\"key\":\"k\",\"label\":\"l\",\"event\":");
  fh_put_bytes(&request, event.ptr, event.len);
  fh_put(&request, "}");
  const fh_json *tree = parsed();
  if (!tree) return;
  fh_put(&writer, "[");
  int count = fh_put_rows(&writer, tree, &arena);
  if (count < 0) return;
  fh_put(&writer, "]");
  HOLDS(count >= 1 && count <= 3);
  HOLDS(is_json((fh_text){out, writer.len}));
}

static void verdict(const char *dialect, const char *status, fh_text body) {
  begin(dialect);
  fh_put(&request,
         "\"retryAfter\":7,\"ids\":[\"4fda63c0-fbc1-8c2a-9b1c-c63c00000001\","
         "\"m\",\"\"],\"status\":");
  fh_put(&request, status);
  fh_put(&request, ",\"body\":");
  fh_put_string(&request, body.ptr, body.len);
  fh_put(&request, "}");
  const fh_json *tree = parsed();
  if (!tree) return;
  HOLDS(fh_put_verdict(&writer, tree, &arena) == 0);
  HOLDS(is_json((fh_text){out, writer.len}));
}

/* Without rows a frame is a body, too. */
static void frame(const char *dialect, fh_text key) {
  begin(dialect);
  fh_put(&request, "\"key\":");
  fh_put_string(&request, key.ptr, key.len);
  fh_put(&request, "}");
  const fh_json *tree = parsed();
  if (!tree || fh_put_frame(&writer, tree)) return;
  char *gap = memchr(out, '\n', writer.len);
  HOLDS(gap);
  memmove(gap, gap + 1, writer.len - (size_t)(gap - out) - 1);
  HOLDS(is_json((fh_text){out, writer.len - 1}));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2) return 0;
  const char *dialect = dialects[data[0] % DIALECTS];
  fh_text rest = {(const char *)data + 2, size - 2};
  switch (data[1] >> 4) {
    case 0: rows(dialect, rest); break;
    case 1: verdict(dialect, statuses[data[1] & 15], rest); break;
    default: frame(dialect, rest); break;
  }
  return 0;
}
