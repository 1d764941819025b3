/* Ties the modules to the functions of firsthand.h. The way of an event:
 *
 *   fh_event: JSON -> checked -> session touched -> printed into the queue
 *   fh_take:  queue -> batch in io
 *   fh_ack:   answer -> gone, or waiting again
 *
 * Beside it, fh_journal copies events out to be stored, fh_adopt brings back
 * those of pages that are gone. */
#include "firsthand.h"

#include "consent.h"
#include "event.h"
#include "translate.h"
#include "visitor.h"

char *fh_io(fh_agent *agent) { return agent->io; }

/* Event time runs with the monotonic clock, so that a wall clock which is set
 * while the page lives does not tear the page's timeline. */
static double event_time(const fh_agent *agent, fh_clock now) {
  return agent->anchor + now.mono;
}

/* Sessions also end while a machine sleeps, and the monotonic clock may not
 * run then: the later of the two is when the visitor is here again. */
static double activity_time(const fh_agent *agent, fh_clock now) {
  double time = event_time(agent, now);
  return now.wall > time ? now.wall : time;
}

static fh_json *parse_io(fh_agent *agent, size_t len, int *error) {
  fh_arena_reset(&agent->arena);
  return fh_json_parse(&agent->arena, agent->io, len, error);
}

/* Four whole numbers below 2^32; false if they are anything else. */
static bool seed(fh_random *random, const fh_json *entropy) {
  const fh_json *number = fh_json_is_array(entropy) ? fh_json_first(entropy) : NULL;
  for (int i = 0; i < 4; i++, number = fh_json_next(number)) {
    double value = fh_json_whole(number);
    if (value < 0 || value > UINT32_MAX) return false;
    random->state[i] = (uint32_t)value;
  }
  random->state[0] |= 1; /* the all-zero state would stay zero for ever */
  return true;
}

/* A number of the site's options. */
static double option(const fh_json *options, const char *name, double otherwise) {
  const char *text = fh_json_get_text(options, name);
  double number = fh_read_number(&text);
  return number < 0 || *text ? otherwise : number;
}

/* The endpoint's address says what it understands. */
static bool takes_compact(const char *endpoint) {
  static const char end[] = "/compact";
  size_t len = strlen(endpoint), its = sizeof end - 1;
  return len >= its && memcmp(endpoint + len - its, end, its) == 0;
}

static void read_options(fh_agent *agent, const fh_json *options) {
  fh_envelope *envelope = &agent->outbox.envelope;
  envelope->compact =
      !envelope->dialect && takes_compact(fh_json_get_text(options, "endpoint"));
  agent->campaign_starts = fh_json_says(options, "sessionCampaign", "on");
  agent->sample_ppm = option(options, "sample", 1e6);
  agent->rate = option(options, "rate", 0);
  agent->tokens = agent->rate * FH_RATE_BURST_S;
  agent->tokens_mono = 0;
  agent->limits.idle_ms = option(options, "sessionIdle", FH_SESSION_IDLE_MIN) * 60000;
  agent->limits.max_ms = option(options, "sessionMax", FH_SESSION_MAX_MIN) * 60000;
}

/* Reads the page's facts. True, if something else has brought the visitor now. */
static bool read_page(fh_agent *agent, const fh_json *facts, fh_clock now) {
  fh_context *context = &agent->context;
  fh_profile *profile = &context->profile;
  fh_page_read(&context->page, facts);
  fh_arrival arrival = agent->arrived ? FH_DOCUMENT
                       : fh_session_is_over(&context->identity.session,
                                            activity_time(agent, now), &agent->limits)
                           ? FH_VISIT
                           : FH_SESSION;
  agent->arrived = true;
  fh_writer touch = fh_visitor_scratch(agent);
  if (!fh_attribute(&touch, fh_profile_get(profile, FH_LAST_TOUCH), &context->page,
                    arrival, now.wall))
    return false;
  if (!*fh_profile_get(profile, FH_FIRST_TOUCH))
    fh_profile_set(profile, FH_FIRST_TOUCH, &touch);
  else if (agent->campaign_starts)
    context->identity.session.last_ms = 0; /* so it is over */
  fh_visitor_replace(agent, FH_LAST_TOUCH, &touch);
  return true;
}

/* What a call tells of the page and the browser, where they changed. Flags. */
static int read_facts(fh_agent *agent, const fh_json *call, fh_clock now) {
  const fh_json *page = fh_json_get(call, "page");
  const fh_json *browser = fh_json_get(call, "browser");
  if (fh_json_get(call, "domain")) fh_page_begin(&agent->context.page, call);
  if (browser) fh_browser_read(&agent->context.browser, browser);
  if (page || browser) agent->tail_len = 0;
  return page && read_page(agent, page, now) ? FH_SAVE : 0;
}

/* The document's stream, of which the first page view is the first event. */
static void begin_stream(fh_agent *agent) {
  fh_envelope *envelope = &agent->outbox.envelope;
  fh_stream_new(&envelope->stream, &agent->random);
  memset(envelope->dropped, 0, sizeof envelope->dropped);
  memset(envelope->masked, 0, sizeof envelope->masked);
  agent->context.view = envelope->stream;
  agent->seq = 0;
}

/* The id that the tab has, or the stream of this document, its first. */
static void begin_tab(fh_context *context, const char *tab) {
  fh_uuid uuid;
  fh_writer writer = fh_writer_on(context->tab, FH_UUID_CHARS);
  bool is_known = strlen(tab) == FH_UUID_CHARS && fh_uuid_read(tab, &uuid);
  fh_put_uuid(&writer, is_known ? &uuid : &context->view);
}

/* False, if the site wants a dialect that is not there. */
static bool read_dialect(fh_agent *agent, const fh_json *options) {
  fh_envelope *envelope = &agent->outbox.envelope;
  if (!fh_dialect_choose(options, &envelope->dialect)) return false;
  fh_writer label = fh_writer_on(envelope->label, FH_MAX_LABEL_BYTES);
  const char *text = fh_json_get_text(options, "label");
  fh_put_bytes(&label, text, fh_cut(text, strlen(text), FH_MAX_LABEL_BYTES));
  envelope->label[label.len] = '\0';
  envelope->arena = &agent->arena;
  if (envelope->dialect && envelope->dialect->put) agent->outbox.asks = false;
  return true;
}

int fh_start(fh_agent *agent, size_t len, fh_clock now) {
  agent->started = false;
  agent->arena = (fh_arena){.base = agent->scratch, .cap = sizeof agent->scratch};
  if (len > FH_IO_BYTES) return FH_ERR_LARGE; /* or a code of the host's */
  int error;
  const fh_json *config = parse_io(agent, len, &error);
  if (!config) return error;
  const char *key = fh_json_get_text(config, "key");
  size_t key_len = strlen(key);
  if (key_len == 0 || key_len > FH_MAX_KEY_BYTES ||
      !seed(&agent->random, fh_json_get(config, "entropy")))
    return FH_ERR_CONFIG;
#ifdef FH_DESTINATIONS
  agent->is_fed = false;
  memset(&agent->known, 0, sizeof agent->known);
#endif
  agent->arrived = false;
  agent->anchor = now.wall - now.mono;
  agent->saved_ms = 0;
  fh_outbox_init(&agent->outbox, agent->block, sizeof agent->block);
  fh_envelope *envelope = &agent->outbox.envelope;
  if (!fh_mask_start(&agent->mask, fh_json_get(config, "options"), envelope->masked))
    return FH_ERR_CONFIG;
  begin_stream(agent);
  memcpy(envelope->key, key, key_len);
  envelope->key_len = (uint32_t)key_len;
  fh_context *context = &agent->context;
  if (FH_DIALECTS && !read_dialect(agent, fh_json_get(config, "options")))
    return FH_ERR_CONFIG;
  read_options(agent, fh_json_get(config, "options"));
  fh_consent_begin(agent, config);
  fh_page_begin(&context->page, config);
  fh_page_read(&context->page, NULL);
  fh_browser_read(&context->browser, NULL);
  fh_visitor_begin(agent, config);
  fh_mask_members(&agent->mask, fh_json_get(config, "page"));
  read_facts(agent, config, now);
  begin_tab(context, fh_json_get_text(config, "tab"));
  agent->started = true;
  fh_arena_reset(&agent->arena); /* what was restored is no reason for doubt */
  return FH_ABI_VERSION | fh_consent_gate(agent);
}

/* Makes sure that the tail of the next event is in the queue; false if there
 * is no room for it. */
static bool queue_tail(fh_agent *agent) {
  fh_queue *queue = &agent->outbox.queue;
  if (agent->tail_len && queue->len) return true;
  fh_writer writer = fh_queue_open(queue);
  fh_uuid head = agent->outbox.envelope.stream;
  uint32_t before = agent->context.identity.session.events - agent->seq;
  memcpy(head.bytes + FH_STREAM_BYTES - sizeof before, &before, sizeof before);
  fh_put_bytes(&writer, (const char *)&head, FH_STREAM_BYTES);
  fh_put_tail(&writer, &agent->context, NULL);
  fh_record *tail = fh_queue_close(queue, &writer, FH_TAIL);
  agent->tail_len = tail ? tail->len : 0;
  return tail;
}

/* What was known of the visitor before the call in hand: io is free once its text
 * is a tree. */
static fh_profile *profile_before(fh_agent *agent) {
  return (fh_profile *)(void *)agent->io;
}

/* A place for an event at the end of the queue. */
static fh_writer open_event(fh_agent *agent, int has) {
  fh_writer writer = fh_queue_open(&agent->outbox.queue);
  size_t max = FH_MAX_EVENT_BYTES - FH_STAMP_BYTES - (has ? 0 : agent->tail_len);
  if (writer.cap > max) writer.cap = max;
  return writer;
}

static fh_record *close_event(fh_agent *agent, const fh_writer *writer, int has,
                              const fh_json *event) {
  fh_record *record = fh_queue_close(&agent->outbox.queue, writer, FH_WAITING);
  if (!record) return NULL;
  if (*fh_json_get_text(event, "messageId")) has |= FH_HAS_ID;
  if (*fh_json_get_text(event, "timestamp")) has |= FH_HAS_TIME;
  record->has = (uint8_t)has;
  return record;
}

/* Prints the event at the end of the queue; NULL if there is no room or it is
 * too large. */
static fh_record *queue_event(fh_agent *agent, const fh_json *call) {
  fh_context *context = &agent->context;
  char type = *fh_json_get_text(call, "type");
  fh_slot slot = type == 'i' ? FH_TRAITS : type == 'g' ? FH_GROUP_TRAITS : FH_PROPERTIES;
  const fh_json *known;
  /* Traits that cannot be read are known all the same; an event that lacks what is
   * registered would be another one. */
  if (!fh_visitor_recall(agent, slot, &known) && slot == FH_PROPERTIES) return NULL;
  if (!queue_tail(agent)) return NULL;
  int has = fh_has_own_tail(call) ? FH_HAS_TAIL : 0;
  fh_writer writer = open_event(agent, has);
  fh_put_event(&writer, call, &context->page, known);
  if (type == 'a' && !*fh_json_get_text(call, "previousId")) {
    const char *user = fh_profile_get(profile_before(agent), FH_USER_ID);
    fh_put_name(&writer, "previousId");
    if (*user)
      fh_put(&writer, user);
    else
      fh_put_string(&writer, context->identity.anonymous_id,
                    strlen(context->identity.anonymous_id));
  }
  const char *group = fh_profile_get(&context->profile, FH_GROUP_ID);
  if (type == 'g' && *group && !*fh_json_get_text(call, "groupId")) {
    fh_put_name(&writer, "groupId");
    fh_put(&writer, group);
  }
  if (has) fh_put_tail(&writer, context, call);
  return close_event(agent, &writer, has, call);
}

_Static_assert(FH_QUEUE_BYTES - FH_FULL_BYTES >
                   FH_MAX_EVENT_BYTES + FH_MAX_TAIL_BYTES + 2 * sizeof(fh_record),
               "an event of any size must fit while the queue is not full");

/* Puts the keys of the rows that have ended into io; how many. Then what is gone
 * leaves the queue, and so do tails that no event needs. */
static int end_rows(fh_agent *agent) {
  fh_queue *queue = &agent->outbox.queue;
  int keys = fh_journal_done(queue, agent->io, sizeof agent->io);
  fh_queue_sweep(queue);
  return keys;
}

/* Makes room for the next event at the cost of the oldest: so one that does not fit is
 * too large, and costs the others nothing. Flags. */
static int make_room(fh_agent *agent) {
  if (agent->outbox.queue.len <= FH_FULL_BYTES) return FH_QUEUED;
  fh_outbox_evict(&agent->outbox, FH_QUEUE_BYTES - FH_FULL_BYTES);
  return FH_QUEUED | end_rows(agent) << FH_KEYS_SHIFT;
}

/* Whether the backend would take the event that was just queued: 0, or why not. Who
 * makes the call hears of it, and nothing is sent in vain. */
static int try_event(fh_agent *agent) {
  size_t used = sizeof(fh_profile); /* see profile_before */
  fh_writer writer = fh_writer_on(agent->io + used, sizeof agent->io - used);
  return fh_try_queued(&writer, &agent->outbox.queue, &agent->outbox.envelope,
                       agent->seq - 1);
}

/* Queues the event, and gives it the next number. Flags, or why not. */
static int push(fh_agent *agent, const fh_json *call, fh_clock now) {
  fh_queue *queue = &agent->outbox.queue;
  fh_record *record = queue_event(agent, call);
  if (!record)
    return agent->arena.exhausted       ? FH_ERR_COMPLEX
           : queue->len > FH_FULL_BYTES ? FH_ERR_FULL
                                        : FH_ERR_LARGE;
  record->seq = agent->seq++;
  record->time = event_time(agent, now);
  record->wall = now.wall;
  int refused = FH_DIALECTS ? try_event(agent) : 0;
  if (refused) {
    agent->seq--;
    fh_queue_set(queue, record, FH_GONE);
    return refused;
  }
  fh_outbox_queued(&agent->outbox, now.mono);
  return make_room(agent);
}

/* The page's middleware has changed an event of this task, or dropped it. What cannot be
 * done leaves it as it was. */
static int amend(fh_agent *agent, const fh_json *call) {
  fh_queue *queue = &agent->outbox.queue;
  const fh_json *event = fh_json_get(call, "event");
  double number = fh_json_whole(fh_json_get(call, "number"));
  const fh_record *tail = NULL;
  if (number < 0 || number > UINT32_MAX) return FH_SAVE;
  fh_record *old =
      fh_queue_find(queue, &agent->outbox.envelope.stream, (uint32_t)number, &tail);
  if (!old || old->state != FH_WAITING || old->row != FH_NO_ROW) return FH_SAVE;
  if (fh_json_is_object(event)) {
    fh_writer writer = open_event(agent, FH_HAS_END);
    fh_json_print_members(&writer, event);
    fh_record *made = close_event(agent, &writer, FH_HAS_END, event);
    if (!made) return FH_SAVE;
    made->seq = old->seq;
    made->time = old->time;
    made->wall = old->wall;
    fh_queue_set(queue, old, FH_GONE);
  } else {
    fh_outbox_drop(&agent->outbox, old, FH_ERR_MIDDLEWARE);
  }
  fh_queue_sweep(queue);
  return make_room(agent);
}

/* Notes the visitor's activity, before its event is printed. */
static int apply(fh_agent *agent, const char *type, const fh_json *call, fh_clock now) {
  fh_session *session = &agent->context.identity.session;
  double time = activity_time(agent, now);
  bool changed = fh_session_is_over(session, time, &agent->limits);
  if (changed) fh_visitor_start_session(agent, time);
  if (session->last_ms < time) session->last_ms = time;
  session->events++;
  changed |= fh_visitor_learn(agent, call, profile_before(agent));
  if (*type == 'p') {
    session->pages++;
    agent->context.view = agent->outbox.envelope.stream;
    fh_stream_number(&agent->context.view, agent->seq);
    agent->tail_len = 0;
  }
  if (changed) agent->tail_len = 0;
  bool stale = session->last_ms - agent->saved_ms > FH_ACTIVITY_WRITE_MS;
  return changed || stale ? FH_SAVE : 0;
}

#ifdef FH_DESTINATIONS
/* Nothing may go to this destination any more. The page's stream goes on for others, and
 * this one's ledger with it, in which adopted events do not count. */
static int shut_fed(fh_agent *agent, int gate) {
  fh_outbox *outbox = &agent->outbox;
  fh_queue *queue = &outbox->queue;
  bool own = false;
  for (fh_record *r = fh_queue_first(queue); r; r = fh_queue_next(queue, r)) {
    if (r->state == FH_TAIL) {
      fh_uuid stream = fh_record_stream(r);
      own = memcmp(&stream, &outbox->envelope.stream, sizeof stream) == 0;
    } else if (!own && r->state != FH_GONE) {
      fh_queue_set(queue, r, FH_GONE);
      outbox->envelope.lost++;
    }
  }
  fh_outbox_drop_all(outbox, FH_ERR_CONSENT);
  return gate | FH_CLEAR;
}
#endif

/* Nothing may be known any more, nor joined to what was. */
static int shut(fh_agent *agent, int gate) {
#ifdef FH_DESTINATIONS
  if (agent->is_fed) return shut_fed(agent, gate);
#endif
  fh_outbox_drop_all(&agent->outbox, FH_ERR_CONSENT);
  fh_visitor_forget(agent);
  begin_stream(agent);
  begin_tab(&agent->context, "");
  return gate | FH_CLEAR;
}

/* That storage works and has nothing of him is a refusal, too, for who had allowed it:
 * a page that slept has not heard of it. */
int fh_restore(fh_agent *agent, size_t len) {
  int error, was = agent->gate;
  const fh_json *from = len > FH_IO_BYTES ? NULL : parse_io(agent, len, &error);
  if (!from) return was;
  bool refused = fh_visitor_refuses(from);
  const fh_json *store = fh_json_get(from, "store");
  if (!fh_visitor_restore(agent, from) && (refused || (store && fh_json_is_null(store))))
    fh_consent_withdraw(agent, refused);
  agent->tail_len = 0;
  fh_arena_reset(&agent->arena); /* as in fh_start */
  int gate = fh_consent_gate(agent);
  return gate && !was ? shut(agent, gate) : gate;
}

/* What the visitor allows is noted. A refusal takes back all that waits. */
static int change_consent(fh_agent *agent, const fh_json *call, fh_clock now) {
  int was = agent->gate;
  int gate = fh_consent_note(agent, fh_json_get(call, "consent"), event_time(agent, now));
  if (gate < 0) return gate;
  agent->tail_len = 0;
  if (gate) return was && gate == FH_HELD ? FH_HELD : shut(agent, gate);
  fh_mask_members(&agent->mask, fh_json_get(call, "page"));
  return read_facts(agent, call, now) | FH_SAVE;
}

/* FNV-1a (Fowler, Noll, Vo), so that the same visitor is in or out on each page. */
static bool is_sampled(const fh_agent *agent) {
  uint32_t hash = 2166136261;
  for (const char *c = agent->context.identity.anonymous_id; *c; c++)
    hash = (hash ^ (unsigned char)*c) * 16777619;
  return hash % 1000000 < agent->sample_ppm;
}

static bool passes_rate(fh_agent *agent, fh_clock now) {
  double most = agent->rate * FH_RATE_BURST_S;
  if (now.mono < agent->tokens_mono) now.mono = agent->tokens_mono; /* an older call */
  agent->tokens += (now.mono - agent->tokens_mono) * agent->rate / 1000;
  agent->tokens_mono = now.mono;
  if (agent->tokens > most) agent->tokens = most;
  if (agent->rate <= 0) return true;
  if (agent->tokens < 1) return false;
  agent->tokens--;
  return true;
}

/* The calls that make no event. 0: it is none of them. */
static int take_order(fh_agent *agent, const char *type, const fh_json *call) {
  if (strcmp(type, "reset") == 0) {
    fh_visitor_forget(agent);
  } else if (strcmp(type, "register") == 0) {
    const fh_json *properties = fh_json_get(call, "properties");
    if (!fh_json_is_object(properties)) return FH_ERR_PROPERTIES;
    fh_visitor_merge(agent, FH_PROPERTIES, properties);
  } else if (strcmp(type, "anonymousId") == 0) {
    const fh_json *id = fh_json_get(call, type);
    fh_identity *identity = &agent->context.identity;
    if (fh_json_is_null(id))
      fh_identity_renew(identity, &agent->random);
    else if (!fh_identity_adopt(identity, fh_json_text(id)))
      return FH_ERR_ANONYMOUS_ID;
  } else if (strcmp(type, "user") == 0) {
    fh_visitor_be(agent, call, profile_before(agent));
  } else if (strcmp(type, "amend") == 0) {
    return amend(agent, call);
  } else {
    return 0;
  }
  agent->tail_len = 0;
  return FH_SAVE;
}

static int take_call(fh_agent *agent, size_t len, fh_clock now) {
  int error;
  const fh_json *call = parse_io(agent, len, &error);
  if (!call) return error;
  const char *type = fh_json_get_text(call, "type");
  if (strcmp(type, "consent") == 0) return change_consent(agent, call, now);
  if (agent->gate) return agent->gate == FH_HELD ? FH_HELD : FH_ERR_CONSENT;
  fh_mask_call(&agent->mask, call);
  int touched = read_facts(agent, call, now);
  fh_profile_copy(profile_before(agent), &agent->context.profile);
  int order = take_order(agent, type, call);
  if (order) return order;
  error = fh_event_check(call);
  if (error) return error;
  if (agent->outbox.stopped) return FH_ERR_STOPPED;
  if (!is_sampled(agent)) return FH_ERR_SAMPLED;
  if (!passes_rate(agent, now)) return FH_ERR_RATE;
  fh_identity before = agent->context.identity;
  fh_uuid view = agent->context.view;
  int save = apply(agent, type, call, now);
  int queued = push(agent, call, now);
  if (queued >= 0) return queued | save | touched;
  agent->context.identity = before;
  agent->context.view = view;
  fh_profile_copy(&agent->context.profile, profile_before(agent));
  fh_queue_sweep(&agent->outbox.queue); /* the tail that it no longer needs */
  return queued;
}

int fh_event(fh_agent *agent, int len, fh_clock now) {
  if (!agent->started) return FH_ERR_CONFIG;
  if (len < -FH_ERRORS) len = FH_ERR_LARGE;
  int result = len < 0 ? len : take_call(agent, (size_t)len, now);
  if (result < 0) {
    /* A number is used up, so that a gap in the stream is explained by the
     * counts and by nothing else. */
    agent->seq++;
    agent->tail_len = 0; /* the numbers of events in the session go on without it */
    fh_outbox_count(&agent->outbox, result, 1);
  }
  return result;
}

int fh_number(const fh_agent *agent) { return (int)agent->seq - 1; }

int fh_poll(const fh_agent *agent, fh_clock now) {
  double ms = fh_outbox_poll(&agent->outbox, now.mono);
  return (int)(ms > 0 ? ms + 1 : ms); /* never early: a timer may be rounded */
}

int fh_take(fh_agent *agent, int why, fh_clock now) {
  return (int)fh_outbox_take(&agent->outbox, why, agent->io, sizeof agent->io,
                             event_time(agent, now), now.mono);
}

int fh_ack(fh_agent *agent, int status, size_t len, int retry_after_s, fh_clock now) {
  fh_outbox *outbox = &agent->outbox;
  if (len > FH_IO_BYTES) len = 0; /* an answer like that is none of ours */
  if (status == FH_BEACON_TAKEN || status == FH_BEACON_REFUSED)
    return fh_outbox_beacon(outbox, status == FH_BEACON_TAKEN, now.mono);
  fh_reply reply = fh_reply_judge(status, agent->io, len, retry_after_s, &agent->arena);
  const fh_dialect *dialect = outbox->envelope.dialect;
  if (FH_DIALECTS && dialect && dialect->judge)
    dialect->judge(&reply, status, (fh_text){agent->io, len});
  fh_outbox_answer(outbox, &reply, &agent->random, now.mono);
  return end_rows(agent);
}

/* Bytes of io that a row may have, so that a ledger fits behind it. */
#define ROW_BYTES (FH_IO_BYTES - sizeof(fh_ledger))

int fh_journal(fh_agent *agent) {
  return (int)fh_journal_write(&agent->outbox.queue, agent->io, ROW_BYTES);
}

#ifdef FH_DESTINATIONS
_Static_assert(FH_QUEUE_BYTES - FH_FULL_BYTES >= ROW_BYTES &&
                   ROW_BYTES > FH_KEY_BYTES + FH_MAX_EVENT_BYTES + FH_MAX_TAIL_BYTES +
                                   2 * sizeof(fh_record),
               "a row has room for any event, and a queue that is not full for any row");

/* Queues a row that another core has made, as if the events were its own. Flags, or why
 * it was dropped. */
static int feed(fh_agent *agent, size_t len, bool is_kept, fh_clock now) {
  fh_outbox *outbox = &agent->outbox;
  fh_ledger made;
  if (len < sizeof made) return FH_ERR_ROW;
  len -= sizeof made;
  memcpy(&made, agent->io + len, sizeof made);
  fh_take_ledger(&outbox->envelope, &agent->known, &made);
  agent->is_fed = true;
  if (agent->gate & FH_HELD) return FH_HELD;
  if (!len) return 0;
  int events = fh_journal_count(agent->io, len);
  if (events < 0) return events;
  int why = agent->gate ? FH_ERR_CONSENT : outbox->stopped ? FH_ERR_STOPPED : 0;
  if (!why && !fh_journal_feed(&outbox->queue, agent->io, len, is_kept))
    why = FH_ERR_FULL;
  if (why) {
    fh_outbox_count(outbox, why, events);
    return why;
  }
  fh_outbox_queued(outbox, now.mono);
  return make_room(agent);
}
#endif

int fh_adopt(fh_agent *agent, size_t len, int error, fh_clock now) {
  fh_outbox *outbox = &agent->outbox;
  if (len > FH_IO_BYTES) return FH_ERR_ROW;
#ifdef FH_DESTINATIONS
  if (error > 0) return feed(agent, len, error == FH_FED, now);
  if (agent->gate && !(agent->is_fed && error)) return 0;
#else
  if (agent->gate) return 0;
#endif
  if (error) {
    int lost = fh_journal_count(agent->io, len);
    if (lost > 0 && fh_journal_is_of(agent->io, &outbox->envelope.stream))
      fh_outbox_count(outbox, error, lost);
    else if (lost > 0)
      outbox->envelope.lost += (uint32_t)lost;
    return lost;
  }
  /* Room for calls stays; and what an endpoint has silenced sends nothing. */
  if (outbox->queue.len + len > FH_FULL_BYTES || outbox->stopped) return 0;
  int events = fh_journal_adopt(&outbox->queue, agent->io, len);
  if (events <= 0) return events;
  agent->tail_len = 0; /* the next event's tail has to come after the row's */
  fh_outbox_queued(outbox, now.mono);
  return events;
}

int fh_forget(fh_agent *agent, size_t len) {
  int events = 0;
  if (len > FH_IO_BYTES) return 0;
  for (size_t at = 0; at + FH_KEY_BYTES <= len; at += FH_KEY_BYTES)
    events += fh_journal_forget(&agent->outbox.queue, agent->io + at);
  fh_queue_sweep(&agent->outbox.queue);
  return events;
}

int fh_acknowledged(fh_agent *agent, size_t len) {
  if (len >= FH_IO_BYTES) return 0;
  agent->io[len] = '\0';
  fh_journal_acknowledged(&agent->outbox.queue, agent->io);
  return end_rows(agent);
}

int fh_wait(fh_agent *agent, int ms, fh_clock now) {
  return fh_outbox_wait(&agent->outbox, ms, &agent->random, now.mono);
}

int fh_state(fh_agent *agent, int which) {
  fh_writer writer = fh_writer_on(agent->io, sizeof agent->io);
  if (which < 0) {
    const char *reason = fh_error_reason(which);
    fh_put(&writer, reason ? reason : "");
    return (int)writer.len;
  }
  if (which >= FH_STATE_EVENT) {
    fh_put_queued(&writer, &agent->outbox.queue, &agent->outbox.envelope.stream,
                  (uint32_t)(which - FH_STATE_EVENT));
    return (int)writer.len;
  }
#ifdef FH_DESTINATIONS
  if (which == FH_STATE_LEDGER) {
    fh_put_ledger(&writer, &agent->outbox.envelope);
    return (int)writer.len;
  }
#endif
  const fh_context *context = &agent->context;
  if (which == FH_STATE_TAB) {
    fh_put(&writer, context->tab);
    return (int)writer.len;
  }
  if (which == FH_STATE_TAIL) {
    fh_put_tail(&writer, context, NULL);
    return (int)writer.len;
  }
  if (which == FH_STATE_COOKIE) agent->saved_ms = context->identity.session.last_ms;
  fh_put_identity(&writer, &context->identity);
  if (which == FH_STATE_STORE) {
    fh_put(&writer, " ");
    fh_put_profile(&writer, &context->profile);
  }
  return (int)writer.len;
}
