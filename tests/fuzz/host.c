/* The host of host.h. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>

#include "unchanged.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define GUARDED 1
#endif
#endif
#ifndef GUARDED
#define GUARDED                              0
#define ASAN_POISON_MEMORY_REGION(at, len)   (void)(at)
#define ASAN_UNPOISON_MEMORY_REGION(at, len) (void)(at)
#endif

/* The agent's blocks lie side by side in one struct, where no sanitizer sees a step
 * from one into the next: their last bytes are taken from them and made untouchable.
 * io is the last, and behind the struct is ASan's own ground. */
#define GUARD 64

fh_agent agent;
fh_clock now;
bool rows_are_foreign;

static char row[FH_IO_BYTES]; /* the last that the journal got */
static size_t row_len;

_Noreturn void broken(const char *condition, const char *file, int line) {
  fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
  abort();
}

char *copy_of(const uint8_t *data, size_t size, bool closed) {
  char *copy = malloc(size + closed + (size + closed == 0));
  HOLDS(copy);
  if (size) memcpy(copy, data, size);
  if (closed) copy[size] = '\0';
  return copy;
}

/* --- What holds after each call ---------------------------------------------- */

/* The queue's block is records from end to end, each of a known state, each event
 * behind a tail, and as many of each state as it thinks. */
static void check_queue(void) {
  const fh_queue *queue = &agent.outbox.queue;
  uint32_t count[FH_GONE + 1] = {0};
  bool has_tail = false;
  HOLDS(queue->len <= queue->cap && queue->len % 8 == 0);
  for (size_t at = 0; at < queue->len;) {
    const fh_record *record = (const fh_record *)(const void *)(queue->block + at);
    HOLDS(queue->len - at >= sizeof *record);
    HOLDS(record->state <= FH_GONE);
    HOLDS(fh_record_size(record) <= queue->len - at);
    has_tail |= record->state == FH_TAIL;
    HOLDS(has_tail && (record->state != FH_TAIL || record->len >= FH_STREAM_BYTES));
    count[record->state]++;
    at += fh_record_size(record);
  }
  for (int state = FH_WAITING; state < FH_GONE; state++)
    HOLDS(count[state] == queue->count[state]);
}

/* What is in the cookie needs no encoding anywhere, in a header least of all. */
static bool is_cookie(fh_text text) {
  for (size_t i = 0; i < text.len; i++)
    if (!strchr("-_~.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
                text.ptr[i]) ||
        !text.ptr[i])
      return false;
  return text.len > 0 && text.len < 256;
}

static int check(int result, int least) {
  if (!agent.started) return result;
  HOLDS(result >= least);
  HOLDS(agent.arena.used <= agent.arena.cap);
  check_queue();
  HOLDS(fh_poll(&agent, now) >= -1);
  HOLDS(agent.gate == 0 || agent.gate == FH_HELD || agent.gate == FH_CLEAR);
  HOLDS(!agent.gate || events_in(&agent) == 0);
  return result;
}

static fh_text seen(int len) {
  HOLDS(len >= 0 && len <= FH_IO_BYTES);
  return (fh_text){agent.io, (size_t)len};
}

/* As js-shim/core.js does: the length, or the code of what does not fit. */
static int put(fh_text text) {
  if (text.len > FH_IO_BYTES) return FH_ERR_LARGE;
  if (text.len) memcpy(agent.io, text.ptr, text.len);
  return (int)text.len;
}

/* --- Calls ---------------------------------------------------------------------- */

static void guard(void) {
  if (!GUARDED) return;
  agent.arena.cap = sizeof agent.scratch - GUARD;
  agent.outbox.queue.cap = sizeof agent.block - GUARD;
  ASAN_POISON_MEMORY_REGION(agent.scratch + agent.arena.cap, GUARD);
  ASAN_POISON_MEMORY_REGION(agent.block + agent.outbox.queue.cap, GUARD);
}

static void unguard(void) {
  ASAN_UNPOISON_MEMORY_REGION(agent.scratch + sizeof agent.scratch - GUARD, GUARD);
  ASAN_UNPOISON_MEMORY_REGION(agent.block + sizeof agent.block - GUARD, GUARD);
}

void host_begin(void) {
  unguard();
  memset(&agent, 0, sizeof agent);
  now = (fh_clock){1767225600000.0, 0};
  rows_are_foreign = false;
  row_len = 0;
}

int host_start(fh_text config) {
  unguard();
  int result = fh_start(&agent, (size_t)put(config), now);
  HOLDS(agent.started == (result > 0));
  HOLDS(result > 0 ? (result & 1) : result >= -FH_ERRORS);
  if (result > 0) guard();
  return check(result, 1);
}

void host_start_plain(unsigned dialect) {
  static const char *const dialects[DIALECTS] = {"segment", "amplitude",   "snowplow",
                                                 "posthog", "rudderstack", "hightouch",
                                                 "jitsu",   "metarouter"};
  char config[512];
  snprintf(config, sizeof config,
           "{\"key\":\"k\",\"entropy\":[1,2,3,4],\"options\":{\"dialect\":\"%s\"},"
           "\"domain\":\"shop.example\",\"page\":{\"url\":\"https://shop.example/a?utm_"
           "source=s&gclid=1\",\"title\":\"A\",\"referrer\":\"https://google.com/\"},"
           "\"browser\":{\"userAgent\":\"Mozilla/5.0\",\"locale\":\"en\"}}",
           dialects[dialect % DIALECTS]);
  HOLDS(host_start(text_of(config)) > 0);
}

int host_event(fh_text call) {
  static earlier before;
  bool started = agent.started;
  if (started) note_before(&before, &agent);
  int result = fh_event(&agent, put(call), now);
  HOLDS(result >= -FH_ERRORS);
  if (!started) HOLDS(result < 0);
  const char *changed =
      started && result < 0 ? changed_by_refusal(&before, &agent, result) : NULL;
  if (changed) fprintf(stderr, "a refused call has changed %s\n", changed);
  HOLDS(!changed);
  return check(result, -FH_ERRORS);
}

int host_refused(int code) { return check(fh_event(&agent, code, now), -FH_ERRORS); }

int host_take(int why) {
  if (!agent.started) return 0;
  fh_text batch = seen(fh_take(&agent, why, now));
  int count = 0;
  for (size_t i = 0; i + 13 <= batch.len; i++)
    count += batch.ptr[i] == '"' && memcmp(batch.ptr + i, "\"messageId\":\"", 13) == 0;
  if (count > 1 && !agent.outbox.envelope.dialect) HOLDS(batch.len <= FH_MAX_BATCH_BYTES);
  if (batch.len && !rows_are_foreign) HOLDS(is_json(batch));
  return check((int)batch.len, 0);
}

/* A host tells only of what it has taken. */
int host_answer(int status, fh_text body, int retry_after_s) {
  bool of_beacon = status == FH_BEACON_TAKEN || status == FH_BEACON_REFUSED;
  if (!agent.started || !(of_beacon || agent.outbox.busy)) return 0;
  int len = put(body);
  return check(fh_ack(&agent, status, (size_t)len, retry_after_s, now), -1);
}

int host_journal(void) {
  if (!agent.started) return 0;
  fh_text made = seen(fh_journal(&agent));
  if (made.len) {
    HOLDS(fh_journal_count(made.ptr, made.len) > 0);
    memcpy(row, made.ptr, made.len);
    row_len = made.len;
  }
  return check((int)made.len, 0);
}

int host_adopt(fh_text bytes, int error) {
  if (!agent.started) return 0;
  rows_are_foreign = true;
  int len = put(bytes);
  int result = check(fh_adopt(&agent, (size_t)len, error, now), FH_ERR_ROW);
  HOLDS(result >= 0 || result == FH_ERR_ROW);
  return result;
}

int host_adopt_last(size_t at, char byte, int error) {
  if (!agent.started || !row_len) return 0;
  put((fh_text){row, row_len});
  if (at) {
    rows_are_foreign = true;
    agent.io[at % row_len] = byte;
  }
  return check(fh_adopt(&agent, row_len, error, now), FH_ERR_ROW);
}

int host_forget(fh_text keys) {
  if (!agent.started) return 0;
  int len = put(keys);
  return check(fh_forget(&agent, (size_t)len), 0);
}

int host_forget_last(void) {
  return host_forget((fh_text){row, row_len ? FH_KEY_BYTES : 0});
}

int host_acknowledged(fh_text cookie) {
  if (!agent.started) return 0;
  int len = put(cookie);
  return check(fh_acknowledged(&agent, (size_t)len), 0);
}

int host_restore(fh_text state) {
  if (!agent.started) return 0;
  int len = put(state);
  return check(fh_restore(&agent, (size_t)len), 0);
}

int host_wait(int ms) {
  if (!agent.started) return 0;
  return check(fh_wait(&agent, ms, now), -1);
}

int host_state(int which) {
  if (!agent.started) return 0;
  fh_text text = seen(fh_state(&agent, which));
  if (which == FH_STATE_COOKIE) HOLDS(is_cookie(text));
  if (which == FH_STATE_STORE) {
    const char *space = memchr(text.ptr, ' ', text.len);
    HOLDS(space);
    size_t cookie = (size_t)(space - text.ptr);
    HOLDS(is_cookie((fh_text){text.ptr, cookie}));
    HOLDS(is_json((fh_text){space + 1, text.len - cookie - 1}));
  }
  if (which == FH_STATE_TAB) HOLDS(text.len == FH_UUID_CHARS && is_cookie(text));
  if (which >= FH_STATE_EVENT && text.len && !rows_are_foreign) HOLDS(is_json(text));
  return check((int)text.len, 0);
}

void host_advance(double ms) {
  now.wall += ms;
  now.mono += ms;
}

static fh_text state(int which, char *out) {
  int len = host_state(which);
  memcpy(out, agent.io, (size_t)len);
  return (fh_text){out, (size_t)len};
}

void host_reload(void) {
  static char cookie[FH_IO_BYTES], store[FH_IO_BYTES], tab[FH_IO_BYTES];
  static char config[3 * FH_IO_BYTES];
  if (!agent.started || agent.gate) return;
  char id[sizeof agent.context.identity.anonymous_id];
  memcpy(id, agent.context.identity.anonymous_id, sizeof id);
  const fh_text parts[] = {text_of("{\"key\":\"k\",\"entropy\":[5,6,7,8],\"cookie\":"),
                           state(FH_STATE_COOKIE, cookie),
                           text_of(",\"store\":"),
                           state(FH_STATE_STORE, store),
                           text_of(",\"tab\":"),
                           state(FH_STATE_TAB, tab),
                           text_of("}")};
  fh_writer writer = fh_writer_on(config, sizeof config);
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (i % 2)
      fh_put_string(&writer, parts[i].ptr, parts[i].len);
    else
      fh_put_bytes(&writer, parts[i].ptr, parts[i].len);
  }
  HOLDS(!writer.full);
  if (writer.len > FH_IO_BYTES) return;
  now.mono = 0;
  HOLDS(host_start((fh_text){config, writer.len}) > 0);
  HOLDS(strcmp(agent.context.identity.anonymous_id, id) == 0);
}

void host_leave(void) {
  if (!agent.started) return;
  uint32_t most = events_in(&agent);
  for (uint32_t n = 0; host_take(FH_LAST); n++) {
    HOLDS(n < most);
    host_answer(FH_BEACON_TAKEN, text_of(""), 0);
  }
  HOLDS(agent.outbox.queue.count[FH_WAITING] == 0 || agent.outbox.stopped);
}
