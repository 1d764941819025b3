/* A request of Segment's HTTP API as anyone may send it: a byte for what it is of, then
 * its text. It is read exactly where json.h reads it, and what is cut out by its places
 * is what the tree has there: the last of members of one name, no member lost. */
#include <stdlib.h>

#include "host.h"
#include "refusal.h"
#include "request.h"

static fh_request request;
static fh_span spans[4096];

/* Byte of each UTF-16 unit of the text, and its end behind the last one. */
static size_t bytes_at[FH_IO_BYTES + 1];
static int units;

static _Alignas(8) char block[1 << 22];
static fh_arena arena;
static char printed[2][FH_IO_BYTES * 8];

/* The tree of a copy, beside those that are there: numbers are known by their place in
 * one arena. */
static const fh_json *tree_of(fh_text text, int *code) {
  char *copy = copy_of((const uint8_t *)text.ptr, text.len, false);
  const fh_json *tree = fh_json_parse(&arena, copy, text.len, code);
  free(copy);
  return tree;
}

static void note_units(const char *text, size_t len) {
  units = 0;
  for (size_t at = 0; at < len;) {
    unsigned char c = (unsigned char)text[at];
    size_t length = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    for (size_t unit = 0; unit < (length == 4 ? 2 : 1); unit++) bytes_at[units++] = at;
    at += length;
  }
  bytes_at[units] = len;
}

/* What is at a place. */
static fh_text cut(const char *text, fh_span span) {
  HOLDS(span.start >= 0 && span.start <= span.end && span.end <= units);
  size_t from = bytes_at[span.start];
  return (fh_text){text + from, bytes_at[span.end] - from};
}

static bool same(const fh_json *a, const fh_json *b) {
  fh_writer one = fh_writer_on(printed[0], sizeof *printed);
  fh_writer two = fh_writer_on(printed[1], sizeof *printed);
  fh_json_print(&one, a);
  fh_json_print(&two, b);
  HOLDS(!one.full && !two.full);
  return one.len == two.len && memcmp(printed[0], printed[1], one.len) == 0;
}

/* The text at a place is the tree's member of that name, or neither is there. */
static void must_be(const char *text, fh_span span, const fh_json *object,
                    const char *name) {
  const fh_json *member = fh_json_get(object, name);
  HOLDS(!member == !span.end);
  if (!member) return;
  int code;
  size_t used = arena.used;
  const fh_json *there = tree_of(cut(text, span), &code);
  HOLDS(there ? same(member, there) : code == FH_ERR_COMPLEX);
  arena.used = used;
}

static const char *const taken_names[FH_EVENT_TAKEN] = {
    "type",       "messageId", "timestamp",    "originalTimestamp", "sentAt",
    "receivedAt", "context",   "integrations", "writeKey",          "firsthandId"};

static bool is_taken(const char *name) {
  for (int i = 0; i < FH_EVENT_TAKEN; i++)
    if (strcmp(taken_names[i], name) == 0) return true;
  return false;
}

/* The runs hold each member that is not taken, in order, and nothing else. */
static void must_be_kept(const char *text, const fh_request_event *event,
                         const fh_json *object) {
  const fh_json *left = fh_json_first(object);
  for (int i = 0; i < event->runs; i++) {
    static char braced[FH_IO_BYTES + 2];
    fh_text run = cut(text, event->kept[i]);
    fh_writer writer = fh_writer_on(braced, sizeof braced);
    int code;
    fh_put(&writer, "{");
    fh_put_bytes(&writer, run.ptr, run.len);
    fh_put(&writer, "}");
    const fh_json *kept = tree_of((fh_text){braced, writer.len}, &code);
    HOLDS(fh_json_first(kept) || code == FH_ERR_COMPLEX);
    if (!kept) return;
    for (const fh_json *m = fh_json_first(kept); m; m = fh_json_next(m)) {
      while (left && is_taken(fh_json_name(left))) left = fh_json_next(left);
      HOLDS(left && strcmp(fh_json_name(left), fh_json_name(m)) == 0 && same(left, m));
      left = fh_json_next(left);
    }
  }
  while (left && is_taken(fh_json_name(left))) left = fh_json_next(left);
  HOLDS(!left);
}

static const char *const types[] = {"track",  "identify", "page",
                                    "screen", "group",    "alias"};

static void check_event(const char *text, const fh_request_event *event, int type) {
  int code;
  fh_text whole = cut(text, event->whole);
  if (event->problem) return;
  fh_arena_reset(&arena);
  const fh_json *object = tree_of(whole, &code);
  HOLDS(object ? fh_json_is_object(object) : code == FH_ERR_COMPLEX);
  if (!object) return;
  for (int i = 0; i < FH_EVENT_TAKEN; i++)
    must_be(text, event->taken[i], object, taken_names[i]);
  must_be_kept(text, event, object);
  HOLDS(event->type >= 0 && event->type < 6);
  HOLDS(type >= 0 ? event->type == type
                  : fh_json_says(object, "type", types[event->type]));
  /* Only where a server needs to look at no other member of it. */
  const fh_json *context = fh_json_get(object, "context");
  if (!event->has_fact) must_be(text, event->user_agent, context, "userAgent");
}

/* What only json.h takes for space: any byte below ' ', and a byte order mark. */
static bool has_odd_space(const char *text, size_t len) {
  if (len > 2 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) return true;
  for (size_t i = 0; i < len; i++)
    if ((unsigned char)text[i] < ' ' && !strchr("\t\n\r", text[i] ? text[i] : 1))
      return true;
  return false;
}

static void check_members(const char *text, size_t len, const fh_json *tree) {
  int max = sizeof spans / sizeof *spans / 2;
  int count = fh_request_members(spans, max, text, len);
  HOLDS(count <= max && (count >= 0 || count == FH_ERR_JSON));
  if (!tree) return;
  HOLDS(fh_json_is_object(tree) == (count >= 0));
  const fh_json *m = fh_json_first(tree);
  for (int i = 0; i < count; i++, m = fh_json_next(m)) {
    int code;
    fh_text name = cut(text, spans[2 * i]), member = cut(text, spans[2 * i + 1]);
    HOLDS(m && member.ptr == name.ptr && member.len > name.len);
    const fh_json *read = tree_of(name, &code);
    HOLDS(read ? strcmp(fh_json_text(read), fh_json_name(m)) == 0
               : code == FH_ERR_COMPLEX);
  }
  HOLDS(count < 0 || count == max || !m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!size || size > FH_IO_BYTES) return 0;
  int type = data[0] % 8 - 2; /* FH_REQUEST_CALL, FH_REQUEST_BATCH, a single call's */
  size_t len = size - 1;
  char *text = copy_of(data + 1, len, false);
  fh_request_read(&request, text, len, type);
  HOLDS(request.at >= 0 && (size_t)request.at <= len);
  int code;
  arena = (fh_arena){block, sizeof block, 0, false};
  const fh_json *tree = tree_of((fh_text){text, len}, &code);
  bool is_odd = has_odd_space(text, len);
  if (is_odd) tree = NULL;
  bool is_known = tree || code == FH_ERR_JSON || code == FH_ERR_UTF8;
  if (request.code == FH_REFUSED_EVENT)
    HOLDS(!fh_json_is_object(tree)); /* whatever is behind it */
  else if (is_known && !is_odd)
    HOLDS(!request.code == !!tree);
  if (tree) note_units(text, len);
  if (tree) check_members(text, len, tree);
  if (tree && !request.code) {
    HOLDS(request.ascii == ((size_t)units == len));
    if (type == FH_REQUEST_BATCH) {
      static const char *const names[FH_BATCH_MEMBERS] = {
          "writeKey", "sentAt", "context", "integrations", "firsthand", "batch"};
      for (int i = 0; i < FH_BATCH_MEMBERS; i++)
        must_be(text, request.members[i], tree, names[i]);
    }
    for (int i = 0; i < request.events && i < FH_REQUEST_EVENTS; i++)
      check_event(text, &request.event[i], type);
  }
  free(text);
  return 0;
}
