/* Time: what is to happen, one after the other, and the end of a seed. */
#include "sim.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* --- Memory, words -------------------------------------------------------------- */

#define BLOCK_BYTES ((size_t)192 << 20)

static char *block;
static size_t used;

void *sim_alloc(sim_world *w, size_t size) {
  size = (size + 15) & ~(size_t)15;
  if (!block) block = malloc(BLOCK_BYTES);
  if (!block || size > BLOCK_BYTES - used) sim_fail(w, "simulator", "out of memory");
  void *at = block + used;
  used += size;
  return memset(at, 0, size);
}

void sim_say(sim_world *w, const sim_doc *doc, const char *format, ...) {
  if (!w->trace) return;
  va_list args;
  va_start(args, format);
  printf("%14.3f ms ", (double)w->now / (double)SIM_MS);
  if (doc)
    printf(" doc %-3d ", doc->id);
  else
    printf(" %-8s", "");
  vprintf(format, args);
  putchar('\n');
  va_end(args);
}

void sim_fail(sim_world *w, const char *kind, const char *format, ...) {
  va_list args;
  va_start(args, format);
  vsnprintf(w->message, sizeof w->message, format, args);
  va_end(args);
  w->kind = kind;
  sim_say(w, NULL, "VIOLATION %s: %s", kind, w->message);
  longjmp(w->failed, 1);
}

/* --- Clocks ------------------------------------------------------------------------ */

#define EPOCH 1795000000000.0 /* November 2026 */

double sim_wall(const sim_world *w) {
  if (w->wall_stopped != 0) return w->wall_stopped;
  return EPOCH + w->wall_offset + (double)(w->now / SIM_MS);
}

fh_clock sim_clock(const sim_world *w, const sim_doc *doc) {
  sim_time mono = w->now - doc->born - (w->slept - doc->slept);
  sim_time grain = w->engine == SIM_FIREFOX ? SIM_MS : SIM_MS / 10;
  return (fh_clock){sim_wall(w), (double)(mono / grain * grain) / (double)SIM_MS};
}

/* --- Tasks ----------------------------------------------------------------------------
 */

void sim_at(sim_world *w, sim_time at, sim_task_kind kind, int doc, void *what) {
  if (w->tasks == SIM_TASKS) sim_fail(w, "simulator", "more tasks than it can hold");
  bool timer = kind == SIM_T_TICK || kind == SIM_T_WOKEN || kind == SIM_T_ASKED;
  if (timer && w->doc[doc].hidden) at = (at + SIM_SECOND - 1) / SIM_SECOND * SIM_SECOND;
  w->task[w->tasks++] = (sim_task){at, w->order++, kind, doc, false, what};
}

void sim_cancel(sim_world *w, sim_task_kind kind, int doc) {
  for (int i = 0; i < w->tasks;) {
    if (w->task[i].kind == kind && w->task[i].doc == doc)
      w->task[i] = w->task[--w->tasks];
    else
      i++;
  }
}

void sim_step(sim_world *w) {
  w->counts->steps++;
  if (w->fuse == 0 || --w->fuse > 0) return;
  sim_kill(w);
  longjmp(w->loop, 1);
}

/* The next task, or -1. */
static int next_task(const sim_world *w) {
  int best = -1;
  for (int i = 0; i < w->tasks; i++) {
    const sim_task *task = &w->task[i];
    if (task->put_off) continue;
    if (best < 0 || task->at < w->task[best].at ||
        (task->at == w->task[best].at && task->order < w->task[best].order))
      best = i;
  }
  return best;
}

static void adopt_at_start(sim_world *w, sim_doc *doc) {
  sim_host_up(w, doc);
  if (!doc->no_journal) sim_host_look(w, doc);
}

static void release(sim_doc *doc, const sim_request *request) {
  if (doc->life != SIM_GONE) doc->keepalive -= request->bytes;
}

static void perform(sim_world *w, const sim_task *task) {
  sim_doc *doc = task->doc < 0 ? NULL : &w->doc[task->doc];
  switch (task->kind) {
    case SIM_T_UP: sim_host_up(w, doc); break;
    case SIM_T_SOON: sim_host_soon(w, doc); break;
    case SIM_T_TICK: sim_host_tick(w, doc); break;
    case SIM_T_FIRST:
    case SIM_T_ADOPT: adopt_at_start(w, doc); break;
    case SIM_T_ASKED: sim_journal_asked(w, doc, task->what); break;
    case SIM_T_TX_TOLD: sim_tx_told(w, doc, task->what); break;
    case SIM_T_WOKEN: sim_host_woken(w, doc, task->what); break;
    case SIM_T_TOLD:
      if (doc->life == SIM_LIVE) sim_host_told(w, doc, (int)(intptr_t)task->what);
      break;
    case SIM_T_QUERY:
      if (doc->life == SIM_LIVE) sim_journal_query(w, doc, &w->doc[(intptr_t)task->what]);
      break;
    case SIM_T_HEARD:
      if (doc->life == SIM_LIVE) doc->living[(intptr_t)task->what] = true;
      break;
    case SIM_T_COOKIE: sim_store_cookie(w, task->what); break;
    case SIM_T_JAR: w->jar_disk = w->jar; break;
    case SIM_T_ANSWER:
      if (!((sim_request *)task->what)->answered) sim_host_answer(w, doc, task->what);
      break;
    case SIM_T_TX: sim_tx_commit(w, task->what); break;
    case SIM_T_ARRIVE: sim_arrive(w, task->what); break;
    case SIM_T_RELEASE: release(doc, task->what); break;
    case SIM_T_FLUSH: sim_ls_flush(w); break;
  }
}

static bool waits(const sim_world *w, const sim_task *task) {
  return task->doc >= 0 && task->kind <= SIM_T_ANSWER &&
         w->doc[task->doc].life != SIM_LIVE;
}

static void run_task(sim_world *w, int i) {
  sim_task task = w->task[i];
  if (waits(w, &task)) {
    w->task[i].put_off = true;
    return;
  }
  w->task[i] = w->task[--w->tasks];
  if (task.at > w->now) w->now = task.at;
  perform(w, &task);
}

/* Up to `end`, or, if that is 0, up to the last action. */
static void run(sim_world *w, sim_time end) {
  (void)setjmp(w->loop); /* a kill comes back here */
  for (;;) {
    int i = next_task(w);
    sim_time at = i < 0 ? INT64_MAX : w->task[i].at;
    const sim_action *action =
        w->next_action < w->actions ? &w->action[w->next_action] : NULL;
    if (end ? at > end : !action) break;
    /* What a task has set off comes first, also where a sleep made actions late. */
    if (!action || end || at <= (action->at > w->now ? action->at : w->now)) {
      run_task(w, i);
      continue;
    }
    w->next_action++;
    if (action->off) continue;
    if (action->at > w->now) w->now = action->at;
    sim_act(w, action);
  }
  if (end > w->now) w->now = end;
}

/* --- The end: the visitor comes back, and all is well --------------------------------
 */

static void make_well(sim_world *w) {
  w->ending = true;
  w->fuse = 0;
  w->mode = SIM_UP;
  w->mode_left = w->loss = w->answer_loss = w->doubling = w->slow = 0;
  w->quota_full = w->ls_full = w->idb_hangs = false;
  if (w->wall_stopped != 0) {
    double shown = w->wall_stopped;
    w->wall_stopped = 0;
    w->wall_offset += shown - sim_wall(w);
  }
  sim_say(w, NULL, "from here on all is well");
  for (int i = 0; i < SIM_TABS; i++)
    if (w->shown[i]) sim_act(w, &(sim_action){.kind = SIM_A_SHOW, .tab = i});
}

static bool is_clean(const sim_world *w) {
  return w->stored_count == 0 && w->ls_count == 0;
}

/* Pages of two minutes until nothing is left: claims last 90 s. */
static void come_back(sim_world *w) {
  sim_doc *doc = NULL;
  for (int i = 0; i < 40; i++) {
    doc = sim_open(w, 0, sim_roll(&w->dice));
    w->counts->visits++;
    run(w, w->now + 120 * SIM_SECOND);
    sim_check_living(w, doc);
    if (!w->days || is_clean(w)) break;
    sim_leave(w, doc, SIM_A_NAVIGATE, false);
  }
}

/* How long the open tabs still have to wait for their next request. */
static sim_time longest_wait(sim_world *w) {
  int longest = -1;
  for (int i = 0; i < SIM_TABS; i++) {
    const sim_doc *doc = w->shown[i];
    if (!doc || !doc->up) continue;
    int ms = fh_poll(doc->agent, sim_clock(w, doc));
    if (ms > longest) longest = ms;
  }
  return longest * SIM_MS;
}

static void end(sim_world *w) {
  make_well(w);
  run(w, w->now + 11 * SIM_MINUTE);
  sim_time wait;
  for (int i = 0; (wait = longest_wait(w)) > 0; i++) {
    if (i == 1000) sim_fail(w, "stuck", "a page waits for ever");
    run(w, w->now + wait + 2 * SIM_MINUTE);
  }
  for (int i = 0; i < SIM_TABS; i++) {
    if (w->shown[i]) sim_check_living(w, w->shown[i]);
    if (w->shown[i]) sim_leave(w, w->shown[i], SIM_A_NAVIGATE, false);
    if (w->cached[i]) sim_end(w, w->cached[i], false);
  }
  come_back(w);
  sim_check_end(w);
}

static void reset(sim_world *w) {
  used = 0;
  w->dice = (sim_dice){sim_mix(w->seed ^ 0xF1257A4D)};
  w->ending = w->quota_full = w->ls_full = w->ls_dirty = false;
  w->now = SIM_MINUTE;
  w->slept = w->asleep = w->last_commit = w->ls_flushed = 0;
  w->wall_offset = w->wall_stopped = 0;
  memset(w->agent_used, 0, sizeof w->agent_used);
  memset(w->shown, 0, sizeof w->shown);
  memset(w->cached, 0, sizeof w->cached);
  w->docs = w->fuse = w->session = w->cookie_len = w->store_len = 0;
  w->jar = w->jar_disk = (sim_jar){0};
  w->recovered = w->firsts = w->most_firsts = 0;
  w->stored_count = w->ls_count = w->ls_disk_count = 0;
  w->mode = SIM_UP;
  w->mode_left = w->tasks = w->next_action = 0;
  w->order = w->sent = 0;
  w->kind = NULL;
}

const char *sim_run(sim_world *w) {
  reset(w);
  bool off[SIM_ACTIONS];
  for (int i = 0; i < SIM_ACTIONS; i++) off[i] = w->action[i].off;
  sim_write_script(w);
  for (int i = 0; i < w->actions; i++) {
    w->action[i].off = off[i];
    w->action[i].at += SIM_MINUTE;
  }
  if (setjmp(w->failed)) return w->kind;
  run(w, 0);
  end(w);
  return NULL;
}
