/* Ties the modules to the functions of firsthand.h. The way of an event:
 *
 *   fh_event: JSON -> checked -> session touched -> printed into the queue
 *   fh_take:  queue -> batch in io
 *   fh_ack:   answer -> gone, or waiting again
 *
 * Beside it, fh_journal copies events out to be stored, fh_adopt brings back
 * those of pages that are gone. */
#include "firsthand.h"

#include "event.h"

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

/* The visitor as the cookie knows him, else as localStorage does, else new. The
 * user id, which only localStorage has, counts only if it is the same
 * visitor's: another subdomain may have reset the cookie since. */
static void restore(fh_agent *agent, const fh_json *config) {
  fh_identity *identity = &agent->identity;
  fh_identity stored;
  if (!fh_identity_read(&stored, fh_json_get_text(config, "store")))
    fh_identity_new(&stored, &agent->random);
  if (fh_identity_read(identity, fh_json_get_text(config, "cookie"))) {
    if (memcmp(&stored.anonymous_id, &identity->anonymous_id, sizeof(fh_uuid)) != 0)
      stored.user_id_len = 0;
    stored.anonymous_id = identity->anonymous_id;
    stored.session = identity->session;
  }
  *identity = stored;
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
  agent->seq = 0;
  agent->anchor = now.wall - now.mono;
  agent->saved_ms = 0;
  agent->tail_len = 0;
  fh_browser_read(&agent->browser, fh_json_get(config, "browser"));
  fh_outbox_init(&agent->outbox, agent->block, sizeof agent->block);
  fh_envelope *envelope = &agent->outbox.envelope;
  fh_json *page = fh_json_get(config, "page");
  if (!fh_mask_start(&agent->mask, fh_json_get(config, "options"), envelope->masked))
    return FH_ERR_CONFIG;
  fh_mask_members(&agent->mask, page);
  fh_page_read(&agent->page, page);
  fh_stream_new(&envelope->stream, &agent->random);
  memcpy(envelope->key, key, key_len);
  envelope->key_len = (uint32_t)key_len;
  restore(agent, config);
  agent->started = true;
  return FH_ABI_VERSION;
}

/* Makes sure that the tail of the next event is in the queue; false if there
 * is no room for it. */
static bool queue_tail(fh_agent *agent) {
  fh_queue *queue = &agent->outbox.queue;
  if (agent->tail_len && queue->len) return true;
  fh_writer writer = fh_queue_open(queue);
  fh_put_bytes(&writer, (const char *)&agent->outbox.envelope.stream, FH_STREAM_BYTES);
  fh_put_tail(&writer, &agent->identity, &agent->browser, &agent->page, NULL);
  fh_record *tail = fh_queue_close(queue, &writer, FH_TAIL);
  agent->tail_len = tail ? tail->len : 0;
  return tail;
}

/* Prints the event at the end of the queue; NULL if there is no room or it is
 * too large. */
static fh_record *queue_event(fh_agent *agent, const fh_json *call) {
  fh_queue *queue = &agent->outbox.queue;
  if (!queue_tail(agent)) return NULL;
  const fh_json *context = fh_json_get(call, "context");
  bool whole = fh_json_is_object(context);
  fh_writer writer = fh_queue_open(queue);
  size_t max = FH_MAX_EVENT_BYTES - FH_STAMP_BYTES - (whole ? 0 : agent->tail_len);
  if (writer.cap > max) writer.cap = max;
  fh_put_event(&writer, call, &agent->page);
  if (whole)
    fh_put_tail(&writer, &agent->identity, &agent->browser, &agent->page, context);
  fh_record *record = fh_queue_close(queue, &writer, FH_WAITING);
  if (record) record->whole = whole;
  return record;
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

/* Queues the event, then makes room for the next at the cost of the oldest: so
 * one that does not fit is too large, and costs the others nothing. */
static int push(fh_agent *agent, const fh_json *call, fh_clock now) {
  fh_queue *queue = &agent->outbox.queue;
  fh_record *record = queue_event(agent, call);
  if (!record) return queue->len > FH_FULL_BYTES ? FH_ERR_FULL : FH_ERR_LARGE;
  record->seq = agent->seq++;
  record->time = event_time(agent, now);
  record->wall = now.wall;
  fh_outbox_queued(&agent->outbox, now.mono);
  if (queue->len <= FH_FULL_BYTES) return FH_QUEUED;
  fh_outbox_evict(&agent->outbox, FH_QUEUE_BYTES - FH_FULL_BYTES);
  return FH_QUEUED | end_rows(agent) << FH_KEYS_SHIFT;
}

/* What the call says of the visitor, before its event is printed. */
static int apply(fh_agent *agent, const fh_json *call, fh_clock now) {
  fh_identity *identity = &agent->identity;
  bool starts =
      fh_session_touch(&identity->session, activity_time(agent, now), &agent->random);
  const char *user = fh_json_get_text(call, "userId");
  bool renamed = *user && !fh_identity_is_user(identity, user);
  if (renamed) fh_identity_set_user(identity, user);
  if (starts || renamed) agent->tail_len = 0;
  bool stale = identity->session.last_ms - agent->saved_ms > FH_ACTIVITY_WRITE_MS;
  return starts || renamed || stale ? FH_SAVE : 0;
}

static int reset(fh_agent *agent) {
  fh_identity_new(&agent->identity, &agent->random);
  agent->tail_len = 0;
  return FH_SAVE;
}

static int take_call(fh_agent *agent, size_t len, fh_clock now) {
  int error;
  const fh_json *call = parse_io(agent, len, &error);
  if (!call) return error;
  fh_mask_call(&agent->mask, call);
  const fh_json *page = fh_json_get(call, "page");
  if (page) {
    fh_page_read(&agent->page, page);
    agent->tail_len = 0;
  }
  if (strcmp(fh_json_get_text(call, "type"), "reset") == 0) return reset(agent);
  error = fh_event_check(call);
  if (error) return error;
  if (agent->outbox.stopped) return FH_ERR_STOPPED;
  fh_identity before = agent->identity;
  int save = apply(agent, call, now);
  int queued = push(agent, call, now);
  if (queued >= 0) return queued | save;
  agent->identity = before;
  agent->tail_len = 0;
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
    fh_outbox_count(&agent->outbox, result, 1);
  }
  return result;
}

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
  fh_outbox_answer(outbox, &reply, &agent->random, now.mono);
  return end_rows(agent);
}

int fh_journal(fh_agent *agent) {
  return (int)fh_journal_write(&agent->outbox.queue, agent->io, sizeof agent->io);
}

int fh_adopt(fh_agent *agent, size_t len, int error, fh_clock now) {
  fh_outbox *outbox = &agent->outbox;
  if (len > FH_IO_BYTES) return FH_ERR_ROW;
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
  agent->saved_ms = agent->identity.session.last_ms;
  fh_put_identity(&writer, &agent->identity);
  if (which == FH_STATE_STORE && agent->identity.user_id_len) {
    fh_put(&writer, " ");
    fh_put_bytes(&writer, agent->identity.user_id, agent->identity.user_id_len);
  }
  return (int)writer.len;
}
