/* Plays cases of tests/cases to the native core; interpreter.mjs does the same
 * to the module, step for step. What a step means is told in
 * tests/cases/README.md.
 *
 *   run_cases FILE...             ends with "N passed, N failed"
 *   run_cases --hashes FILE...    prints each file's hash before, see `told`
 *   run_cases --memory FILE...    plays each with less memory than it needs, see there */
#include <stdarg.h>
#include <stdio.h>

#include "firsthand.h"
#include "pointer.h"
#include "unchanged.h"

#define CALL_BYTES (2 << 20) /* room for a call that the core must never see */
#define TREE_BYTES (8 << 20)

static fh_agent agent;
static fh_clock now;
static uint32_t hash;
static int failures;
static bool starved; /* memory is short: what a step expects is not what comes */
static char place[160];

static char call[CALL_BYTES];
static _Alignas(8) char tree_block[TREE_BYTES];
static fh_arena tree = {tree_block, TREE_BYTES, 0, false};
static char seen[FH_IO_BYTES + 1]; /* the core's last text */
static size_t seen_len;
static char row[FH_IO_BYTES]; /* the last one of the journal */
static size_t row_len;
static char ledger[sizeof(fh_ledger)]; /* the last one */

/* --- Telling ---------------------------------------------------------------- */

static void fail(const char *format, ...) {
  if (starved) return;
  va_list args;
  va_start(args, format);
  fprintf(stderr, "%s: ", place);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
  va_end(args);
  failures++;
}

static void same_number(double actual, double expected, const char *what) {
  if (actual < expected || actual > expected)
    fail("%s is %.0f, not %.0f", what, actual, expected);
}

static void same_text(const char *actual, size_t len, const char *expected,
                      const char *what) {
  if (len != strlen(expected) || memcmp(actual, expected, len) != 0)
    fail("%s is %.*s, not %.300s", what, (int)(len < 300 ? len : 300), actual, expected);
}

/* --- The case's own tree ---------------------------------------------------- */

/* json.c looks numbers up in the arena of the last parse, and the core has one
 * of its own: parsing anything in ours makes the case's numbers good again. */
static void own_tree(void) {
  char zero[] = "0";
  int code;
  size_t used = tree.used;
  fh_json_parse(&tree, zero, 1, &code);
  tree.used = used;
}

static double number(const fh_json *value) {
  const char *text = fh_json_text(value);
  bool negative = *text == '-';
  text += negative;
  double whole = fh_read_number(&text);
  return negative ? -whole : whole;
}

static double number_or(const fh_json *object, const char *name, double otherwise) {
  const fh_json *value = fh_json_get(object, name);
  return value ? number(value) : otherwise;
}

static fh_writer printed(const fh_json *value, char *out, size_t cap) {
  fh_writer writer = fh_writer_on(out, cap);
  fh_json_print(&writer, value);
  return writer;
}

/* --- Short memory ------------------------------------------------------------- */

/* With --memory the agent's arena holds only `memory` bytes. Whatever a case expects,
 * then this must hold: no call goes wrong but with FH_ERR_COMPLEX, which changes
 * nothing; and once there is memory again it succeeds, if it ever did. */
static size_t memory = SIZE_MAX;
static size_t peak; /* what was used at most */
static int runs, refusals;
static bool needs_more; /* a call of the case is refused with all memory, too */

void *__real_fh_arena_alloc(fh_arena *arena, size_t size);
void *__wrap_fh_arena_alloc(fh_arena *arena, size_t size);

/* Every call of fh_arena_alloc comes here: the linker is told to (RUNNER_LDFLAGS). */
void *__wrap_fh_arena_alloc(fh_arena *arena, size_t size) {
  if (arena != &agent.arena) return __real_fh_arena_alloc(arena, size);
  if (size > memory || arena->used > memory - size) {
    arena->exhausted = true;
    return NULL;
  }
  void *block = __real_fh_arena_alloc(arena, size);
  if (arena->used > peak) peak = arena->used;
  return block;
}

static void must(bool holds, const char *what, int rc) {
  if (holds) return;
  fprintf(stderr, "%s: with %zu bytes of memory: %s (%d)\n", place, memory, what, rc);
  failures++;
}

/* Once more, with memory. */
static int plenty(int (*work)(int len), int len, const char *bytes) {
  size_t was = memory;
  refusals++;
  memory = SIZE_MAX;
  if (len > 0) memcpy(fh_io(&agent), bytes, (size_t)len);
  int rc = work(len);
  memory = was;
  must(rc != FH_ERR_COMPLEX || needs_more, "refused although there is memory", rc);
  return rc;
}

static int start_now(int len) { return fh_start(&agent, (size_t)len, now); }
static int event_now(int len) { return fh_event(&agent, len, now); }

static int start_call(int len) {
  if (!starved || len < 0) return start_now(len);
  int rc = start_now(len);
  must(agent.started == (rc > 0), "neither started nor not", rc);
  if (rc != FH_ERR_COMPLEX) return rc;
  must(fh_event(&agent, 0, now) == FH_ERR_CONFIG, "takes calls, but was not started", rc);
  return plenty(start_now, len, call);
}

static int event_call(int len) {
  static earlier before;
  bool checked = starved && agent.started;
  if (checked) note_before(&before, &agent);
  int rc = event_now(len);
  needs_more |= !starved && rc == FH_ERR_COMPLEX;
  if (!checked) return rc;
  const char *changed = rc < 0 ? changed_by_refusal(&before, &agent, rc) : NULL;
  must(!changed, changed, rc);
  return rc == FH_ERR_COMPLEX && len >= 0 ? plenty(event_now, len, call) : rc;
}

/* --- The core --------------------------------------------------------------- */

static void mix(unsigned byte) { hash = (hash ^ byte) * 0x01000193u; } /* FNV-1a */

/* Every number of the core goes through here, every text through `out`. */
static int told(int value) {
  for (int shift = 0; shift < 32; shift += 8) mix((uint32_t)value >> shift & 255);
  own_tree();
  return value;
}

static void out(int len) {
  seen_len = (size_t)told(len);
  memcpy(seen, fh_io(&agent), seen_len);
  seen[seen_len] = '\0';
  for (size_t i = 0; i < seen_len; i++) mix((unsigned char)seen[i]);
}

/* As js-shim/core.js does: the length, or the code of what does not fit. */
static int put(const char *bytes, size_t len) {
  if (len > FH_IO_BYTES) return FH_ERR_LARGE;
  memcpy(fh_io(&agent), bytes, len);
  return (int)len;
}

/* Makes text of the keys in io, with commas between them. */
static void see_keys(int count) {
  fh_writer writer = fh_writer_on(seen, sizeof seen);
  for (int i = 0; i < count; i++) {
    fh_uuid key;
    memcpy(&key, fh_io(&agent) + i * FH_KEY_BYTES, sizeof key);
    for (size_t b = 0; b < sizeof key; b++) mix(key.bytes[b]);
    if (i) fh_put(&writer, ",");
    fh_put_uuid(&writer, &key);
  }
  seen_len = writer.len;
}

static int acknowledge(int status, const char *body, int retry_after_s) {
  int len = put(body, strlen(body));
  int rc = told(fh_ack(&agent, status, (size_t)len, retry_after_s, now));
  see_keys(rc);
  return rc;
}

static void advance(double ms) {
  now.wall += ms;
  now.mono += ms;
}

/* --- Text of a call --------------------------------------------------------- */

static void put_hex(fh_writer *writer, const char *hex) {
  for (; *hex; hex += 2) {
    char byte = (char)(fh_hex_value(hex[0]) << 4 | fh_hex_value(hex[1]));
    fh_put_bytes(writer, &byte, 1);
  }
}

static void put_part(fh_writer *writer, const fh_json *part) {
  if (fh_json_is_string(part)) {
    fh_put(writer, fh_json_text(part));
  } else if (fh_json_is_array(part)) {
    const fh_json *times = fh_json_first(part);
    const char *text = fh_json_text(fh_json_next(times));
    for (double left = number(times); left > 0; left--) fh_put(writer, text);
  } else {
    put_hex(writer, fh_json_get_text(part, "hex"));
  }
}

/* An object is printed; else it is text, or a list of text, [n, text] and {hex}. */
static int put_call(const fh_json *value) {
  fh_writer writer = fh_writer_on(call, sizeof call);
  if (fh_json_is_object(value))
    fh_json_print(&writer, value);
  else if (fh_json_is_string(value))
    fh_put(&writer, fh_json_text(value));
  for (const fh_json *p = fh_json_is_array(value) ? fh_json_first(value) : NULL; p;
       p = fh_json_next(p))
    put_part(&writer, p);
  if (writer.full) fail("a call of more than %d bytes", CALL_BYTES);
  return put(call, writer.len);
}

/* --- Expectations ----------------------------------------------------------- */

static void returned(const fh_json *step, int rc, int least) {
  const fh_json *expected = fh_json_get(step, "rc");
  if (expected)
    same_number(rc, number(expected), "rc");
  else if (rc < least)
    fail("rc is %d", rc);
}

/* Compares what stands at a pointer, as it is printed, with `expected`; NULL:
 * nothing may stand there. */
static void expect_at(const char *pointer, const char *expected) {
  static char text[FH_IO_BYTES], actual[FH_IO_BYTES];
  int code;
  size_t used = tree.used;
  memcpy(text, seen, seen_len);
  const fh_json *value = pointed(fh_json_parse(&tree, text, seen_len, &code), pointer);
  fh_writer writer = fh_writer_on(actual, sizeof actual);
  if (value) fh_json_print(&writer, value);
  if (value && expected)
    same_text(actual, writer.len, expected, pointer);
  else if (value || expected)
    fail("%s is %s", pointer, value ? "there" : "not there");
  tree.used = used;
}

static void expect_text(const fh_json *step) {
  static char expected[FH_IO_BYTES];
  const fh_json *text = fh_json_get(step, "text");
  if (text) same_text(seen, seen_len, fh_json_text(text), "text");
  for (const fh_json *m = fh_json_first(fh_json_get(step, "expect")); m;
       m = fh_json_next(m)) {
    fh_writer writer = printed(m, expected, sizeof expected - 1);
    expected[writer.len] = '\0';
    expect_at(fh_json_name(m), expected);
  }
  for (const fh_json *m = fh_json_first(fh_json_get(step, "printed")); m;
       m = fh_json_next(m))
    expect_at(fh_json_name(m), fh_json_text(m));
  for (const fh_json *m = fh_json_first(fh_json_get(step, "contains")); m;
       m = fh_json_next(m))
    if (!strstr(seen, fh_json_text(m))) fail("no %s", fh_json_text(m));
  for (const fh_json *m = fh_json_first(fh_json_get(step, "absent")); m;
       m = fh_json_next(m))
    expect_at(fh_json_text(m), NULL);
}

/* --- Steps ------------------------------------------------------------------ */

/* Takes a batch; the number of its events. */
static int take(const char *why) {
  out(fh_take(&agent,
              strcmp(why, "due") == 0   ? FH_WHEN_DUE
              : strcmp(why, "now") == 0 ? FH_NOW
              : strcmp(why, "net") == 0 ? FH_NET
                                        : FH_LAST,
              now));
  int events = 0;
  for (const char *at = seen; (at = strstr(at, "\"messageId\":\"")); at++) events++;
  if (events > 1 && seen_len > FH_MAX_BATCH_BYTES) fail("over FH_MAX_BATCH_BYTES");
  return events;
}

static void step_start(const fh_json *step) {
  int len = put_call(fh_json_get(step, "start"));
  returned(step, told(start_call(len)), 1);
}

static void step_event(const fh_json *step) {
  const fh_json *event = fh_json_get(step, "event");
  int len = put_call(event ? event : fh_json_get(step, "raw"));
  returned(step, told(event_call(len)), 0);
}

static void step_refused(const fh_json *step) {
  int code = (int)number(fh_json_get(step, "refused"));
  returned(step, told(fh_event(&agent, code, now)), code);
}

static void step_poll(const fh_json *step) {
  same_number(told(fh_poll(&agent, now)), number(fh_json_get(step, "poll")), "poll");
}

/* Compares the keys that were seen last with those that the step expects. */
static void expect_keys(const fh_json *keys) {
  if (!keys) return;
  static char expected[FH_IO_BYTES];
  fh_writer writer = fh_writer_on(expected, sizeof expected - 1);
  for (const fh_json *key = fh_json_first(keys); key; key = fh_json_next(key)) {
    if (writer.len) fh_put(&writer, ",");
    fh_put(&writer, fh_json_text(key));
  }
  expected[writer.len] = '\0';
  same_text(seen, seen_len, expected, "keys");
}

static void step_ack(const fh_json *step) {
  int rc =
      acknowledge((int)number(fh_json_get(step, "ack")), fh_json_get_text(step, "body"),
                  (int)number_or(step, "retryAfter", 0));
  returned(step, rc, 0);
  expect_keys(fh_json_get(step, "keys"));
}

static void step_acknowledged(const fh_json *step) {
  const char *cookie = fh_json_get_text(step, "acknowledged");
  see_keys(told(fh_acknowledged(&agent, (size_t)put(cookie, strlen(cookie)))));
  expect_keys(fh_json_get(step, "keys"));
}

/* The key is that of the last row. */
static void step_forget(const fh_json *step) {
  put(row, FH_KEY_BYTES);
  same_number(told(fh_forget(&agent, FH_KEY_BYTES)), number(fh_json_get(step, "forget")),
              "forget");
}

static void step_wait(const fh_json *step) {
  double ms = number(fh_json_get(step, "wait"));
  same_number(told(fh_wait(&agent, (int)ms, now)), number_or(step, "told", ms), "told");
}

/* The bytes of a row hold padding, which may be anything: they are not told. */
static void step_journal(const fh_json *step) {
  static const char type[] = "\"type\":\"";
  const size_t type_len = sizeof type - 1;
  size_t len = (size_t)told(fh_journal(&agent));
  if (len) {
    memcpy(row, fh_io(&agent), len);
    row_len = len;
  }
  int events = 0;
  for (size_t i = 0; i + type_len <= len; i++)
    events += memcmp(row + i, type, type_len) == 0;
  same_number(events, number(fh_json_get(step, "journal")), "events");
  see_keys(len > 0);
  if (fh_json_get(step, "key"))
    same_text(seen, seen_len, fh_json_get_text(step, "key"), "key");
}

static void step_adopt(const fh_json *step) {
  double cut = number_or(step, "cut", 0);
  size_t len = cut < (double)row_len ? row_len - (size_t)cut : 0;
  put(row, len);
  const fh_json *at = fh_json_first(fh_json_get(step, "byte"));
  if (at) fh_io(&agent)[(size_t)number(at)] = (char)(int)number(fh_json_next(at));
  same_number(told(fh_adopt(&agent, len, (int)number_or(step, "error", 0), now)),
              number(fh_json_get(step, "adopt")), "adopt");
}

static void step_ledger(const fh_json *step) {
  (void)step;
  out(fh_state(&agent, FH_STATE_LEDGER));
  if (seen_len != sizeof ledger) fail("there is no ledger");
  memcpy(ledger, fh_io(&agent), sizeof ledger);
}

static void step_feed(const fh_json *step) {
  size_t len = fh_json_is_true(fh_json_get(step, "empty")) ? 0 : row_len;
  bool only = fh_json_is_true(fh_json_get(step, "only"));
  memcpy(fh_io(&agent), row, len);
  memcpy(fh_io(&agent) + len, ledger, sizeof ledger);
  int rc = fh_adopt(&agent, len + sizeof ledger, only ? FH_FED_ONLY : FH_FED, now);
  same_number(told(rc), number(fh_json_get(step, "feed")), "feed");
}

static void step_take(const fh_json *step) {
  int events = take(fh_json_get_text(step, "take"));
  if (fh_json_is_true(fh_json_get(step, "empty"))) {
    same_text(seen, seen_len, "", "text");
    return;
  }
  if (seen_len == 0) {
    fail("nothing to take");
    return;
  }
  same_number(events, number_or(step, "events", events), "events");
  expect_text(step);
}

static void step_restore(const fh_json *step) {
  int len = put_call(fh_json_get(step, "restore"));
  returned(step, told(fh_restore(&agent, (size_t)len)), 0);
}

static void step_state(const fh_json *step) {
  out(fh_state(&agent, (int)number(fh_json_get(step, "state"))));
  expect_text(step);
}

/* A page with an endpoint, until nothing is left to do. */
static void step_deliver(const fh_json *step) {
  const fh_json *endpoint = fh_json_get(step, "deliver");
  const fh_json *poison = fh_json_get(endpoint, "poison");
  double limit = number_or(endpoint, "limit", FH_IO_BYTES);
  int requests = 0, delivered = 0;
  for (int ms; requests < 1000 && (ms = told(fh_poll(&agent, now))) >= 0; requests++) {
    advance(ms);
    int events = take("due");
    bool poisoned = poison && strstr(seen, fh_json_text(poison));
    int status = (double)seen_len > limit ? 413 : poisoned ? 400 : 200;
    if (status == 200) delivered += events;
    acknowledge(status, status == 200 ? "{\"success\":true}" : "", 0);
  }
  same_number(requests, number_or(step, "requests", requests), "requests");
  same_number(delivered, number(fh_json_get(step, "delivered")), "delivered");
}

static void perform(const fh_json *step) {
  static const struct {
    const char *name;
    void (*run)(const fh_json *step);
  } kinds[] = {{"start", step_start},     {"event", step_event},
               {"raw", step_event},       {"refused", step_refused},
               {"poll", step_poll},       {"ack", step_ack},
               {"take", step_take},       {"restore", step_restore},
               {"state", step_state},     {"deliver", step_deliver},
               {"journal", step_journal}, {"adopt", step_adopt},
               {"ledger", step_ledger},   {"feed", step_feed},
               {"forget", step_forget},   {"acknowledged", step_acknowledged},
               {"wait", step_wait}};
  advance(number_or(step, "at", now.mono) - now.mono);
  now.wall += number_or(step, "jump", 0);
  const size_t count = sizeof kinds / sizeof *kinds;
  size_t kind = 0;
  while (kind < count && !fh_json_get(step, kinds[kind].name)) kind++;
  if (kind == count) {
    fail("no such step");
    return;
  }
  for (double i = 0; i < number_or(step, "repeat", 1); i++) {
    if (i > 0) advance(number_or(step, "every", 0));
    kinds[kind].run(step);
  }
}

/* --- Files ------------------------------------------------------------------ */

static void play(const fh_json *test) {
  const fh_json *clock = fh_json_get(test, "clock");
  now.wall = number_or(clock, "wall", 1767225600000.0); /* 2026-01-01 */
  now.mono = number_or(clock, "mono", 0);
  if (fh_json_get(test, "start")) {
    snprintf(place, sizeof place, "start");
    step_start(test);
  }
  int n = 0;
  for (const fh_json *step = fh_json_first(fh_json_get(test, "steps")); step;
       step = fh_json_next(step)) {
    fh_writer writer = fh_writer_on(call, sizeof call);
    fh_json_print(&writer, step);
    snprintf(place, sizeof place, "step %d %.*s", ++n, (int)writer.len, call);
    perform(step);
  }
}

/* Valid until the next. */
static char *read_file(const char *path, size_t *len) {
  static char text[TREE_BYTES];
  FILE *file = fopen(path, "rb");
  if (!file) return NULL;
  *len = fread(text, 1, TREE_BYTES, file);
  fclose(file);
  return text;
}

/* Plays one file; false if anything in it did not hold. */
static bool play_file(const char *path, bool hashes) {
  size_t len = 0;
  int code;
  char *text = read_file(path, &len);
  memset(&agent, 0, sizeof agent);
  fh_arena_reset(&tree);
  const fh_json *test = text ? fh_json_parse(&tree, text, len, &code) : NULL;
  hash = 0x811c9dc5u;
  row_len = 0;
  failures = 0;
  snprintf(place, sizeof place, "file");
  if (test)
    play(test);
  else
    fail("%s", text ? fh_error_reason(code) : "cannot be read");
  const char *name = strrchr(path, '/');
  if (failures) fprintf(stderr, "^ %s\n", path);
  if (hashes) printf("%08x %s\n", hash, name ? name + 1 : path);
  return failures == 0;
}

/* Plays a file with enough memory, and then with ever more of none. */
static bool starve(const char *path) {
  enum { STEPS = 16 };
  memory = SIZE_MAX;
  peak = 0;
  starved = needs_more = false;
  if (!play_file(path, false)) return false;
  bool good = true;
  size_t most = peak;
  starved = true;
  for (size_t i = 0; i < STEPS; i++, runs++) {
    memory = most * i / STEPS & ~(size_t)7;
    good &= play_file(path, false);
  }
  return good;
}

int main(int argc, char **argv) {
  bool memories = argc > 1 && strcmp(argv[1], "--memory") == 0;
  bool hashes = argc > 1 && strcmp(argv[1], "--hashes") == 0;
  int passed = 0, failed = 0;
  for (int i = 1 + hashes + memories; i < argc; i++) {
    if (memories ? starve(argv[i]) : play_file(argv[i], hashes))
      passed++;
    else
      failed++;
  }
  if (memories) printf("%d runs, %d refusals, ", runs, refusals);
  printf("%d passed, %d failed\n", passed, failed);
  return failed > 0 || passed == 0;
}
