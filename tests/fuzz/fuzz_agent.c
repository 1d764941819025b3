/* A page's life: the bytes are a list of calls, in any order, with times and payloads.
 * Mutations are of that list (a call goes, comes, moves, is made twice) as often as of
 * the bytes in it. seeds.mjs makes such lists of the cases.
 *
 *   call: kind (1 byte), argument (1), milliseconds (2, see ms_of), length (2), payload
 */
#include <stdlib.h>

#include "host.h"

enum {
  START,   /* payload: the configuration */
  EVENT,   /* payload: the call */
  REFUSED, /* argument: minus the code */
  DUE,     /* waits for fh_poll, then takes */
  TAKE,    /* argument: why */
  ANSWER,  /* argument: status by statuses[]; payload: the body */
  JOURNAL,
  ADOPT,       /* the last row; payload: place (2) and byte (1) that is changed */
  ADOPT_RAW,   /* payload: the row */
  GIVE_UP,     /* the last row; argument: minus the code */
  FORGET,      /* the last row, or the payload's */
  ACKNOWLEDGE, /* payload: the cookie */
  RESTORE,     /* payload: {"cookie","store"} */
  WAIT,        /* argument: seconds; 0: asks */
  STATE,       /* argument: which */
  RELOAD,
  LEAVE,
  JUMP,  /* sets the wall clock; payload: 6 bytes, ms since 1970 */
  BURST, /* argument: how often the payload's call is made */
  GROWN, /* payload: bytes of which a call is grown */
  KINDS
};

static const int statuses[] = {200, 207, 400, 401, 404, 410, 413, 422,
                               429, 500, 503, 0,   1,   2,   204, 302};

#define HEAD 6

typedef struct step {
  uint8_t kind, argument;
  double ms;
  fh_text payload;
} step;

/* Two bits for the unit, the rest for how many. */
static double ms_of(unsigned value) {
  static const double units[] = {1, 100, 10000, 3600000};
  return (value & 0x3FFF) * units[value >> 14];
}

/* The next step at *at; false at the end. */
static bool read_step(const uint8_t *data, size_t size, size_t *at, step *out) {
  if (size - *at < HEAD) return false;
  const uint8_t *head = data + *at;
  size_t len = (size_t)(head[4] | head[5] << 8), left = size - *at - HEAD;
  if (len > left) len = left;
  *out = (step){head[0] % KINDS,
                head[1],
                ms_of((unsigned)(head[2] | head[3] << 8)),
                {(const char *)head + HEAD, len}};
  *at += HEAD + len;
  return true;
}

/* --- A call that is grown of bytes -------------------------------------------- */

typedef struct seed {
  const uint8_t *at, *end;
} seed;

static unsigned next(seed *seed) { return seed->at < seed->end ? *seed->at++ : 0; }

static void grow(fh_writer *writer, seed *seed, int depth) {
  static const char *const scalars[] = {"true",
                                        "false",
                                        "null",
                                        "0",
                                        "-1.5e-7",
                                        "9007199254740993",
                                        "\"\"",
                                        "\"a@b.example\"",
                                        "\"4111 1111 1111 1111\"",
                                        "\"https://a.example/p?utm_source=s&token=t#h\"",
                                        "\"\\ud83d\\ude00\\u0000\\ud800\"",
                                        "\"2026-01-01T00:00:00.000Z\"",
                                        "\"Bearer abc.def\"",
                                        "\"x\xc3\xa9y\"",
                                        "1e400",
                                        "\"1001\""};
  static const char *const names[] = {
      "a",    "products", "price",    "email", "page", "campaign", "userId",   "context",
      "name", "revenue",  "password", "id",    "url",  "value",    "category", "$set"};
  unsigned what = next(seed);
  if (depth > 6 || (what & 3)) {
    fh_put(writer, scalars[(what >> 2) & 15]);
    return;
  }
  bool is_array = what & 4;
  fh_put(writer, is_array ? "[" : "{");
  for (unsigned n = what >> 3 & 15; n; n--) {
    if (is_array)
      fh_put_comma(writer);
    else
      fh_put_name(writer, names[next(seed) & 15]);
    grow(writer, seed, depth + 1);
  }
  fh_put(writer, is_array ? "]" : "}");
}

static void grow_call(fh_writer *writer, seed *seed) {
  static const char *const types[] = {"track", "page",  "screen", "identify",
                                      "group", "alias", "user",   "register"};
  static const char *const members[] = {
      "properties", "traits",      "context",   "integrations", "userId", "groupId",
      "previousId", "anonymousId", "messageId", "timestamp",    "name",   "category",
      "page",       "browser",     "cookies",   "groupTraits"};
  fh_put(writer, "{\"type\":\"");
  fh_put(writer, types[next(seed) & 7]);
  fh_put(writer, "\",\"event\":\"A\"");
  for (unsigned n = next(seed) & 7; n; n--) {
    fh_put_name(writer, members[next(seed) & 15]);
    grow(writer, seed, 0);
  }
  fh_put(writer, "}");
}

/* --- Playing ---------------------------------------------------------------------- */

static double wall_of(fh_text six) {
  double ms = 0;
  for (size_t i = six.len < 6 ? six.len : 6; i > 0; i--)
    ms = ms * 256 + (unsigned char)six.ptr[i - 1];
  return ms;
}

static void due(void) {
  int ms = agent.started ? fh_poll(&agent, now) : -1;
  if (ms < 0) return;
  host_advance(ms);
  host_take(FH_WHEN_DUE);
}

static void play(const step *s) {
  static char grown[FH_IO_BYTES];
  fh_text text = s->payload;
  fh_writer writer = fh_writer_on(grown, sizeof grown);
  seed seed = {(const uint8_t *)text.ptr, (const uint8_t *)text.ptr + text.len};
  host_advance(s->ms);
  switch (s->kind) {
    case START: host_start(text); return;
    case EVENT: host_event(text); return;
    case REFUSED: host_refused(-s->argument); return;
    case DUE: due(); return;
    case TAKE: host_take(s->argument & 3); return;
    case ANSWER: host_answer(statuses[s->argument & 15], text, s->argument >> 4); return;
    case JOURNAL: host_journal(); return;
    case ADOPT:
      host_adopt_last(text.len > 2 ? (size_t)(seed.at[0] | seed.at[1] << 8) : 0,
                      text.len > 2 ? text.ptr[2] : 0, 0);
      return;
    case ADOPT_RAW: host_adopt(text, 0); return;
    case GIVE_UP: host_adopt_last(0, 0, -(1 + s->argument % FH_ERRORS)); return;
    case FORGET: text.len ? host_forget(text) : host_forget_last(); return;
    case ACKNOWLEDGE: host_acknowledged(text); return;
    case RESTORE: host_restore(text); return;
    case WAIT: host_wait(s->argument ? s->argument * 1000 : -1); return;
    case STATE: host_state(s->argument - FH_ERRORS); return;
    case RELOAD: host_reload(); return;
    case LEAVE: host_leave(); return;
    case JUMP: now.wall = wall_of(text); return;
    case BURST:
      for (int i = s->argument; i > 0; i--) host_event(text);
      return;
    case GROWN:
      grow_call(&writer, &seed);
      if (!writer.full) host_event((fh_text){grown, writer.len});
      return;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  step s;
  int most = 200; /* a list of thousands finds no more, and slows the search */
  host_begin();
  for (size_t at = 0; most-- && read_step(data, size, &at, &s);) play(&s);
  host_leave();
  return 0;
}

/* --- Mutating ----------------------------------------------------------------------- */

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max) __attribute__((weak));
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned dice);

/* Where the steps begin, and behind the last of them the end; how many there are. */
static size_t places(const uint8_t *data, size_t size, size_t *out, size_t most) {
  size_t n = 0, at = 0;
  step s;
  out[0] = 0;
  while (n < most && read_step(data, size, &at, &s)) out[++n] = at;
  return n;
}

/* A step with its payload's length, in `out`. */
static size_t make_step(uint8_t *out, unsigned kind, unsigned argument, unsigned ms,
                        const char *payload) {
  size_t len = strlen(payload);
  const uint8_t head[HEAD] = {(uint8_t)kind,      (uint8_t)argument, (uint8_t)ms,
                              (uint8_t)(ms >> 8), (uint8_t)len,      (uint8_t)(len >> 8)};
  memcpy(out, head, HEAD);
  memcpy(out + HEAD, payload, len);
  return HEAD + len;
}

static size_t fresh_step(uint8_t *out, unsigned dice) {
  static const char *const starts[] = {
      "{\"key\":\"k\",\"entropy\":[1,2,3,4]}",
      "{\"key\":\"k\",\"entropy\":[1,2,3,4],\"options\":{\"consent\":\"pending\"}}",
      "{\"key\":\"k\",\"entropy\":[1,2,3,4],\"options\":{\"dialect\":\"amplitude\"}}",
      "{\"key\":\"k\",\"entropy\":[1,2,3,4],\"options\":{\"dialect\":\"snowplow\"}}",
      "{\"key\":\"k\",\"entropy\":[1,2,3,4],\"options\":{\"rate\":5}}"};
  static const char *const calls[] = {
      "{\"type\":\"track\",\"event\":\"A\",\"properties\":{\"a\":1}}",
      "{\"type\":\"page\",\"page\":{\"url\":\"https://a.example/?utm_source=s\"}}",
      "{\"type\":\"identify\",\"userId\":\"u\",\"traits\":{\"a\":1}}",
      "{\"type\":\"group\",\"groupId\":\"g\"}",
      "{\"type\":\"alias\",\"userId\":\"v\"}",
      "{\"type\":\"reset\"}",
      "{\"type\":\"register\",\"properties\":{\"a\":1}}",
      "{\"type\":\"consent\",\"consent\":{\"analytics\":true}}",
      "{\"type\":\"consent\",\"consent\":{\"analytics\":false}}",
      "{\"type\":\"anonymousId\",\"anonymousId\":\"x\"}",
      "{\"type\":\"amend\",\"number\":0,\"event\":{\"type\":\"track\",\"event\":\"B\"}}",
      "{\"type\":\"amend\",\"number\":1,\"event\":null}"};
  static const char *const answers[] = {"{\"success\":true}",
                                        "",
                                        "{\"success\":true,\"missing\":[[0,1]]}",
                                        "{\"errors\":[{\"index\":0}]}",
                                        "{\"retryAfter\":5}",
                                        "OK"};
  unsigned kind = dice % KINDS, argument = dice >> 8 & 255, ms = dice >> 16 & 0xC0FF;
  const char *payload = "";
  if (kind == START) payload = starts[argument % (sizeof starts / sizeof *starts)];
  if (kind == EVENT || kind == BURST)
    payload = calls[argument % (sizeof calls / sizeof *calls)];
  if (kind == ANSWER) payload = answers[ms % (sizeof answers / sizeof *answers)];
  if (kind == GROWN) payload = "\x01\x05\x03\x0c\x2a\x07\x1f\x30\x41\x52\x63\x74";
  return make_step(out, kind, argument, ms, payload);
}

/* Puts `len` bytes in at `at`; the new size, or the old one where there is no room. */
static size_t insert(uint8_t *data, size_t size, size_t max, size_t at,
                     const uint8_t *bytes, size_t len) {
  if (size + len > max) return size;
  memmove(data + at + len, data + at, size - at);
  memcpy(data + at, bytes, len);
  return size + len;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned dice) {
  enum { MOST = 256 };
  size_t place[MOST + 1];
  uint8_t fresh[1024];
  static uint8_t copy[FH_IO_BYTES];
  size_t n = places(data, size, place, MOST);
  unsigned what = dice % 8;
  dice /= 8;
  size_t one = n ? dice % n : 0, other = n ? dice / 256 % (n + 1) : 0;
  size_t len = n ? place[one + 1] - place[one] : 0;
  if (n == 0 || what == 0) {
    size_t made = fresh_step(fresh, dice * 2654435761u);
    return insert(data, size, max, place[other], fresh, made);
  }
  if (what == 1) { /* goes */
    memmove(data + place[one], data + place[one + 1], size - place[one + 1]);
    return size - len;
  }
  if (what == 2 && len <= sizeof copy) { /* is made once more, elsewhere */
    memcpy(copy, data + place[one], len);
    return insert(data, size, max, place[other], copy, len);
  }
  if (what <= 5 && len > HEAD && len <= sizeof copy / 2) { /* its payload changes */
    size_t room = max - (size - len) - HEAD;
    if (room > sizeof copy - HEAD) room = sizeof copy - HEAD;
    memcpy(copy, data + place[one], len);
    size_t made = HEAD + LLVMFuzzerMutate(copy + HEAD, len - HEAD, room);
    copy[4] = (uint8_t)(made - HEAD);
    copy[5] = (uint8_t)((made - HEAD) >> 8);
    memmove(data + place[one], data + place[one + 1], size - place[one + 1]);
    return insert(data, size - len, max, place[one], copy, made);
  }
  if (what == 6) { /* its head changes */
    data[place[one] + dice / 65536 % 4] = (uint8_t)(dice >> 8);
    return size;
  }
  return LLVMFuzzerMutate(data, size, max);
}
