/* Reads a batch as a relay would, with a JSON reader of its own: whether it is
 * JSON at all, whose events it holds, and whether its ledger is true of it. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sim.h"

typedef struct reader {
  const char *at, *end;
  bool bad;
} reader;

typedef struct piece {
  const char *ptr;
  size_t len;
} piece;

/* What is found on the way. */
typedef struct finding {
  reader in;
  piece id, mark, stream, by, time, original;
  int64_t first, last, attempt, dropped, lost, index;
  bool has_dropped, ask;
  uint32_t count, poisoned;
  uint32_t seq[FH_MAX_BATCH_EVENTS + 1];
  uint64_t print;
  sim_world *world;
  sim_doc *sender, *owner;
} finding;

typedef void member_reader(finding *f, piece name);

static void skip_value(finding *f, piece name);

static char look(reader *in) {
  if (in->at < in->end) return *in->at;
  in->bad = true;
  return 0;
}

static void expect(reader *in, char c) {
  if (look(in) == c)
    in->at++;
  else
    in->bad = true;
}

static bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static void escape(reader *in) {
  char c = look(in);
  in->at++;
  if (c == 'u')
    for (int i = 0; i < 4; i++, in->at++) in->bad |= !is_hex(look(in));
  else
    in->bad |= !c || !strchr("\"\\/bfnrt", c);
}

static piece string(reader *in) {
  expect(in, '"');
  const char *start = in->at;
  while (!in->bad && look(in) != '"') {
    if ((unsigned char)*in->at < ' ') in->bad = true;
    if (*in->at++ == '\\') escape(in);
  }
  piece text = {start, (size_t)(in->at - start)};
  expect(in, '"');
  return text;
}

static void word(reader *in, const char *text) {
  while (*text && !in->bad) expect(in, *text++);
}

static int64_t number(reader *in) {
  int64_t value = 0;
  const char *start = in->at;
  if (look(in) == '-') in->at++;
  while (in->at < in->end && strchr("0123456789.eE+-", *in->at) && *in->at) {
    if (*in->at >= '0' && *in->at <= '9' && value < INT32_MAX)
      value = value * 10 + *in->at - '0';
    in->at++;
  }
  in->bad |= in->at == start;
  return value;
}

static void object(finding *f, member_reader *member) {
  reader *in = &f->in;
  expect(in, '{');
  if (look(in) != '}') {
    for (;;) {
      piece name = string(in);
      expect(in, ':');
      if (in->bad) return;
      member(f, name);
      if (in->bad || look(in) != ',') break;
      in->at++;
    }
  }
  expect(in, '}');
}

static void array(finding *f, member_reader *element) {
  reader *in = &f->in;
  expect(in, '[');
  if (look(in) != ']') {
    for (;;) {
      element(f, (piece){NULL, 0});
      if (in->bad || look(in) != ',') break;
      in->at++;
    }
  }
  expect(in, ']');
}

static bool is(piece text, const char *what) {
  return text.len == strlen(what) && memcmp(text.ptr, what, text.len) == 0;
}

static void skip_value(finding *f, piece name) {
  reader *in = &f->in;
  switch (look(in)) {
    case '{': object(f, skip_value); break;
    case '[': array(f, skip_value); break;
    case '"': {
      piece text = string(in);
      if (name.ptr && is(name, "sim")) f->mark = text;
      break;
    }
    case 't': word(in, "true"); break;
    case 'f': word(in, "false"); break;
    case 'n': word(in, "null"); break;
    default: {
      int64_t value = number(in);
      if (name.ptr && is(name, "eventIndex")) f->index = value;
    }
  }
}

static bool read_uuid(piece text, unsigned char out[16]) {
  int n = 0;
  if (text.len != 36) return false;
  for (size_t i = 0; i < 36; i++) {
    char c = text.ptr[i];
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (c != '-') return false;
      continue;
    }
    if (!is_hex(c) || (c >= 'A' && c <= 'F')) return false;
    int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    out[n / 2] = (unsigned char)(n % 2 ? out[n / 2] | digit : digit << 4);
    n++;
  }
  return true;
}

sim_doc *sim_stream_owner(sim_world *w, const unsigned char *stream) {
  for (int i = w->docs - 1; i >= 0; i--)
    if (w->doc[i].up && memcmp(w->doc[i].stream, stream, 12) == 0) return &w->doc[i];
  return NULL;
}

static uint64_t print_of(const char *at, size_t len) {
  uint64_t hash = len, chunk;
  for (; len >= 8; at += 8, len -= 8) {
    memcpy(&chunk, at, 8);
    hash = (hash ^ chunk) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 29;
  }
  for (; len; at++, len--) hash = (hash ^ (unsigned char)*at) * 0x100000001B3u;
  return hash ^ (hash >> 32);
}

static void event_member(finding *f, piece name) {
  if (is(name, "messageId"))
    f->id = string(&f->in);
  else if (is(name, "timestamp"))
    f->time = string(&f->in);
  else if (is(name, "originalTimestamp"))
    f->original = string(&f->in);
  else
    skip_value(f, name);
}

static bool shows(piece text, double ms) {
  time_t seconds = (time_t)(ms / 1000);
  char want[32];
  size_t len = strftime(want, sizeof want, "%Y-%m-%dT%H:%M:%S", gmtime(&seconds));
  snprintf(want + len, sizeof want - len, ".%03dZ", (int)(ms - 1000.0 * (double)seconds));
  return is(text, want);
}

/* What the wall clock showed is told beside it where it is another time. */
static void check_times(finding *f, const sim_doc *owner, uint32_t seq) {
  const sim_event *event = &owner->event[seq];
  double apart = event->wall - event->time;
  bool told = apart >= 1000 || apart <= -1000;
  if (!shows(f->time, event->time))
    sim_fail(f->world, "time", "of %d.%u", owner->id, seq);
  if (told != (f->original.ptr != NULL) || (told && !shows(f->original, event->wall)))
    sim_fail(f->world, "time", "by the wall clock, of %d.%u", owner->id, seq);
}

/* The mark that the page put into an event is "<document>.<number>", with a p
 * behind it where the relay will not have it. */
static void check_event(finding *f, const char *start) {
  sim_world *w = f->world;
  unsigned char id[16];
  if (!read_uuid(f->id, id)) sim_fail(w, "bad id", "an event without messageId");
  uint32_t seq =
      (uint32_t)id[12] << 24 | (uint32_t)id[13] << 16 | (uint32_t)id[14] << 8 | id[15];
  sim_doc *owner = sim_stream_owner(w, id);
  if (!owner) sim_fail(w, "bad id", "an event of no stream");
  if (f->owner && f->owner != owner) sim_fail(w, "two streams", "in one batch");
  f->owner = owner;
  if (!f->mark.ptr) sim_fail(w, "bad event", "without its mark");
  char *rest;
  long mark_doc = strtol(f->mark.ptr, &rest, 10);
  long mark_seq = strtol(rest + 1, &rest, 10);
  if (mark_doc != owner->id || mark_seq != (long)seq || seq >= owner->events)
    sim_fail(w, "bad id", "event %ld.%ld is sent as %d.%u", mark_doc, mark_seq, owner->id,
             seq);
  sim_event *event = &owner->event[seq];
  if (f->index != event->index)
    sim_fail(w, "number", "%d.%u is event %lld of its session, was %u", owner->id, seq,
             (long long)f->index, event->index);
  uint64_t print = print_of(start, (size_t)(f->in.at - start));
  f->print = (f->print ^ print) * 0x9E3779B97F4A7C15u;
  if ((event->flags & SIM_SENT) && event->print != (uint32_t)print)
    sim_fail(w, "changed", "event %d.%u is sent with another text", owner->id, seq);
  if (!(event->flags & SIM_SENT)) check_times(f, owner, seq);
  event->flags |= SIM_SENT;
  event->print = (uint32_t)print;
  f->poisoned += *rest == 'p';
  if (f->count >= FH_MAX_BATCH_EVENTS)
    sim_fail(w, "bounds", "too many events in a batch");
  f->seq[f->count++] = seq;
}

static void batch_element(finding *f, piece name) {
  (void)name;
  const char *start = f->in.at;
  f->id = f->mark = f->time = f->original = (piece){NULL, 0};
  f->index = 0;
  object(f, event_member);
  if (!f->in.bad) check_event(f, start);
}

static void dropped_member(finding *f, piece name) {
  (void)name;
  f->dropped += number(&f->in);
}

static void ledger_member(finding *f, piece name) {
  reader *in = &f->in;
  if (is(name, "stream"))
    f->stream = string(in);
  else if (is(name, "first"))
    f->first = number(in);
  else if (is(name, "last"))
    f->last = number(in);
  else if (is(name, "attempt"))
    f->attempt = number(in);
  else if (is(name, "ask")) {
    word(in, "true");
    f->ask = true;
  } else if (is(name, "lost"))
    f->lost = number(in);
  else if (is(name, "by"))
    f->by = string(in);
  else if (is(name, "dropped")) {
    f->has_dropped = true;
    object(f, dropped_member);
  } else
    skip_value(f, name);
}

static void body_member(finding *f, piece name) {
  if (is(name, "batch"))
    array(f, batch_element);
  else if (is(name, "firsthand"))
    object(f, ledger_member);
  else
    skip_value(f, (piece){NULL, 0});
}

static void check_ledger(finding *f) {
  sim_world *w = f->world;
  unsigned char id[16];
  if (!f->count != f->ask)
    sim_fail(w, "bad body", f->ask ? "a question with events" : "a batch without events");
  bool known = read_uuid(f->stream, id);
  if (known && f->ask) f->owner = sim_stream_owner(w, id);
  if (!known || !f->owner || memcmp(id, f->owner->stream, 12) != 0)
    sim_fail(w, "ledger", "another stream than its events'");
  if (f->ask && (f->first > f->last || f->last - f->first >= FH_MAX_BATCH_EVENTS))
    sim_fail(w, "question", "of %lld to %lld", (long long)f->first, (long long)f->last);
  for (uint32_t i = 0; i < f->count; i++) {
    if (f->seq[i] < f->first || f->seq[i] > f->last)
      sim_fail(w, "ledger", "%d.%u is not within %lld to %lld", f->owner->id, f->seq[i],
               (long long)f->first, (long long)f->last);
    for (uint32_t j = i; f->count < 64 && j-- > 0;)
      if (f->seq[j] == f->seq[i])
        sim_fail(w, "twice in a batch", "%d.%u", f->owner->id, f->seq[i]);
  }
  if (f->has_dropped != (f->owner == f->sender))
    sim_fail(w, "ledger", "drops told of a stream that is not the sender's, or not told");
  if (f->lost != f->sender->lost)
    sim_fail(w, "ledger", "document %d: %lld lost, told %lld", f->sender->id,
             (long long)f->sender->lost, (long long)f->lost);
  if (f->lost && (!read_uuid(f->by, id) || memcmp(id, f->sender->stream, 12) != 0))
    sim_fail(w, "ledger", "what is lost is told by another stream than the sender's");
  if (!f->has_dropped) return;
  if (f->dropped < f->sender->told)
    sim_fail(w, "ledger", "%u dropped, then %lld", f->sender->told,
             (long long)f->dropped);
  f->sender->told = (uint32_t)f->dropped;
  if (f->dropped != f->sender->dropped)
    sim_fail(w, "ledger", "document %d: %lld dropped, told %lld", f->sender->id,
             (long long)f->sender->dropped, (long long)f->dropped);
}

sim_request *sim_scan(sim_world *w, sim_doc *sender, const char *body, size_t len) {
  finding f = {.in = {body, body + len, false}, .world = w, .sender = sender};
  object(&f, body_member);
  if (f.in.bad || f.in.at != f.in.end)
    sim_fail(w, "bad JSON", "at byte %lld of %lld", (long long)(f.in.at - body),
             (long long)len);
  if (len > FH_MAX_BATCH_BYTES &&
      (f.count > 1 || len > FH_MAX_BATCH_BYTES + FH_MAX_EVENT_BYTES))
    sim_fail(w, "bounds", "a body of %lld bytes", (long long)len);
  check_ledger(&f);
  sim_request *request = sim_alloc(w, sizeof *request);
  request->doc = sender->id;
  request->stream = f.owner->id;
  request->count = f.count;
  request->bytes = (uint32_t)len;
  request->poisoned = f.poisoned;
  request->ask = f.ask;
  request->first = (uint32_t)f.first;
  request->last = (uint32_t)f.last;
  request->seq = sim_alloc(w, f.count * sizeof *request->seq);
  memcpy(request->seq, f.seq, f.count * sizeof *request->seq);
  w->sent = sim_mix(w->sent ^ f.print ^
                    print_of(f.stream.ptr, (size_t)(f.in.end - f.stream.ptr)));
  return request;
}
