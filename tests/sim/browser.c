/* Tabs and documents: how they come, are hidden, freeze, end or are killed. */
#include "sim.h"

static int free_agent(sim_world *w) {
  for (int i = 0; i < SIM_AGENTS; i++)
    if (!w->agent_used[i]) return i;
  sim_fail(w, "simulator", "more documents than agents");
}

sim_doc *sim_open(sim_world *w, int tab, uint64_t dice) {
  if (w->docs == SIM_DOCS) sim_fail(w, "simulator", "more documents than it can hold");
  sim_doc *doc = &w->doc[w->docs];
  int agent = free_agent(w);
  w->agent_used[agent] = true;
  *doc = (sim_doc){.id = w->docs++,
                   .tab = tab,
                   .life = SIM_LIVE,
                   .agent = w->agents[agent],
                   .dice = {dice},
                   .born = w->now,
                   .slept = w->slept,
                   .no_journal = !w->days,
                   .shut = w->idb_denied,
                   .asks = true,
                   .asked = -SIM_HOUR,
                   .may_lose = w->quota_full,
                   .no_room = w->quota_full,
                   .open_fails = w->idb_hangs,
                   .last_post = -1,
                   .allowed = UINT32_MAX};
  bool slow = sim_chance(&doc->dice, 30);
  doc->opened = w->now + sim_between(&doc->dice, 1, slow ? 900 : 15) * SIM_MS;
  w->shown[tab] = doc;
  sim_at(w, w->now + sim_between(&doc->dice, 1, 80) * SIM_MS, SIM_T_UP, doc->id, NULL);
  sim_at(w, w->now + 3 * SIM_SECOND, SIM_T_FIRST, doc->id, NULL);
  sim_say(w, doc, "opens in tab %d", tab);
  return doc;
}

/* Takes out the tasks that `gone` picks. */
static void drop_tasks(sim_world *w, sim_doc *doc,
                       bool (*gone)(sim_world *, sim_doc *, sim_task *)) {
  for (int i = 0; i < w->tasks;) {
    if (gone(w, doc, &w->task[i]))
      w->task[i] = w->task[--w->tasks];
    else
      i++;
  }
}

static bool ends_gently(sim_world *w, sim_doc *doc, sim_task *task) {
  if (task->doc == doc->id) return true;
  /* A transaction under way may still be aborted with its document. */
  if (task->kind == SIM_T_TX)
    return ((sim_tx *)task->what)->doc == doc->id && sim_chance(&doc->dice, 300);
  const sim_request *request = task->what; /* without keepalive it ends here */
  return task->kind == SIM_T_ARRIVE && request->doc == doc->id && request->mortal &&
         request->left > w->now;
}

static bool ends_at_once(sim_world *w, sim_doc *doc, sim_task *task) {
  (void)doc;
  if (task->kind != SIM_T_ARRIVE) return true;
  return ((sim_request *)task->what)->left > w->now;
}

/* A beacon and a keepalive fetch that the browser still has; it sends what was
 * handed to fetchLater. */
static bool not_left(sim_world *w, sim_doc *doc, sim_task *task) {
  (void)doc;
  const sim_request *request = task->what;
  return task->kind == SIM_T_ARRIVE && request->left > w->now && !request->deferred;
}

void sim_end(sim_world *w, sim_doc *doc, bool abruptly) {
  if (!abruptly) {
    drop_tasks(w, doc, ends_gently);
    sim_send_later(w, doc);
  }
  doc->life = SIM_GONE;
  doc->died = w->now - w->asleep;
  if (w->shown[doc->tab] == doc) w->shown[doc->tab] = NULL;
  if (w->cached[doc->tab] == doc) w->cached[doc->tab] = NULL;
  for (int i = 0; i < SIM_AGENTS; i++)
    if (w->agents[i] == doc->agent) w->agent_used[i] = false;
}

static void end_all(sim_world *w, bool abruptly) {
  for (int i = 0; i < SIM_TABS; i++) {
    if (w->shown[i]) sim_end(w, w->shown[i], abruptly);
    if (w->cached[i]) sim_end(w, w->cached[i], abruptly);
  }
}

void sim_kill(sim_world *w) {
  sim_say(w, NULL, "the browser is killed");
  w->counts->kills++;
  for (int i = 0; i < SIM_TABS; i++) {
    if (w->shown[i]) w->shown[i]->may_lose = true;
    if (w->cached[i]) w->cached[i]->may_lose = true;
  }
  for (int i = 0; i < w->ls_count; i++) {
    sim_doc *owner = sim_stream_owner(w, w->ls[i]->key);
    if (owner) owner->may_lose = true;
  }
  end_all(w, true);
  drop_tasks(w, NULL, ends_at_once);
  memcpy(w->ls, w->ls_disk, sizeof *w->ls * (size_t)w->ls_disk_count);
  w->ls_count = w->ls_disk_count;
  w->ls_dirty = false;
  w->last_commit = 0;
  w->jar = w->jar_disk;
  w->session++;
}

/* How many in 1,000 lose what is written to localStorage inside pagehide. */
static int pagehide_loss(const sim_world *w, sim_action_kind how) {
  if (how == SIM_A_QUIT) return w->engine == SIM_WEBKIT ? 400 : 1000;
  return how == SIM_A_CLOSE && w->engine == SIM_FIREFOX ? 870 : 0;
}

/* The page's own listener of pagehide, or of freeze, calls too, behind ours. */
static void call_as_it_goes(sim_world *w, sim_doc *doc) {
  if (!doc->up || !sim_chance(&doc->dice, 50)) return;
  sim_dice dice = {sim_roll(&doc->dice)};
  sim_call(w, doc, &dice);
}

void sim_leave(sim_world *w, sim_doc *doc, sim_action_kind how, bool cache) {
  sim_say(w, doc, cache ? "is left for the back/forward cache" : "is left");
  if (doc->life == SIM_LIVE) {
    doc->in_pagehide = true;
    sim_host_leave(w, doc, true);
    sim_step(w);
    call_as_it_goes(w, doc);
    sim_host_hidden(w, doc);
    doc->in_pagehide = false;
    if (sim_chance(&doc->dice, pagehide_loss(w, how))) {
      doc->may_lose = true;
      for (int i = 0; i < doc->uncommitted.count; i++)
        sim_ls_lose(w, doc->uncommitted.row[i]->key);
    }
  } else {
    doc->may_lose = true; /* a frozen page is closed without a word */
  }
  if (w->ls_denied || w->ls_full) doc->may_lose = true;
  doc->hidden = true;
  if (!cache) {
    sim_end(w, doc, false);
    return;
  }
  if (w->cached[doc->tab]) sim_end(w, w->cached[doc->tab], false);
  sim_send_later(w, doc);
  doc->life = SIM_CACHED;
  w->counts->caches++;
  w->cached[doc->tab] = doc;
  w->shown[doc->tab] = NULL;
}

static void thaw(sim_world *w, sim_doc *doc) {
  sim_say(w, doc, "wakes");
  w->counts->thaws++;
  doc->life = SIM_LIVE;
  for (int i = 0; i < w->tasks; i++) {
    if (!w->task[i].put_off || w->task[i].doc != doc->id) continue;
    w->task[i].put_off = false;
    w->task[i].at = w->now + sim_below(&doc->dice, 3 * SIM_MS);
  }
  sim_host_wake(w, doc); /* the resume event */
}

static void quit(sim_world *w) {
  sim_say(w, NULL, "the browser is closed");
  w->counts->quits++;
  for (int i = 0; i < SIM_TABS; i++)
    if (w->shown[i]) sim_leave(w, w->shown[i], SIM_A_QUIT, false);
  end_all(w, false);
  /* Chromium cancels what has not left yet: none of 4 beacons arrived. */
  if (w->engine == SIM_CHROMIUM) drop_tasks(w, NULL, not_left);
  sim_cancel(w, SIM_T_FLUSH, -1);
  sim_ls_flush(w);
  w->jar_disk = w->jar;
  w->session++;
}

static bool is_last(const sim_world *w, const sim_doc *doc) {
  for (int i = 0; i < SIM_TABS; i++)
    if (w->shown[i] && w->shown[i] != doc) return false;
  return true;
}

static void close_tab(sim_world *w, sim_doc *doc) {
  if (is_last(w, doc)) {
    quit(w);
    return;
  }
  int tab = doc->tab;
  sim_leave(w, doc, SIM_A_CLOSE, false);
  if (w->cached[tab]) sim_end(w, w->cached[tab], false);
}

static void go_back(sim_world *w, int tab) {
  sim_doc *old = w->cached[tab];
  if (!old) return;
  sim_doc *doc = w->shown[tab];
  if (doc && doc->life == SIM_LIVE) {
    w->cached[tab] = old; /* so that a kill in between ends it */
    sim_leave(w, doc, SIM_A_NAVIGATE, false);
  } else if (doc) {
    doc->may_lose = true;
    sim_end(w, doc, false);
  }
  w->cached[tab] = NULL;
  w->shown[tab] = old;
  thaw(w, old);
  old->hidden = false;
  sim_host_wake(w, old); /* pageshow, then visibilitychange */
  sim_host_seen(w, old);
}

static void show(sim_world *w, sim_doc *doc) {
  if (doc->life == SIM_FROZEN) thaw(w, doc);
  if (!doc->hidden) return;
  doc->hidden = false;
  sim_say(w, doc, "is seen");
  sim_host_seen(w, doc);
}

static void hide(sim_world *w, sim_doc *doc) {
  if (doc->hidden || doc->life != SIM_LIVE) return;
  doc->hidden = true;
  sim_say(w, doc, "is hidden");
  sim_host_hidden(w, doc);
}

static void crash(sim_world *w, sim_doc *doc) {
  sim_say(w, doc, "crashes");
  w->counts->crashes++;
  doc->may_lose = true;
  sim_end(w, doc, false);
}

/* The machine sleeps. Timers wait with the monotonic clock where it stops. */
static void sleep(sim_world *w, sim_time span) {
  sim_say(w, NULL, "sleeps %lld s", (long long)(span / SIM_SECOND));
  w->now += span;
  w->last_commit += w->mono_sleeps ? span : 0;
  w->asleep += span;
  if (w->mono_sleeps) w->slept += span;
  for (int i = 0; i < w->tasks; i++) {
    sim_task *task = &w->task[i];
    if (task->kind == SIM_T_ARRIVE) continue;
    if (w->mono_sleeps) task->at += span;
  }
}

static void set_clock(sim_world *w, sim_dice *dice) {
  double shown = sim_wall(w);
  if (w->wall_stopped != 0) {
    w->wall_stopped = 0; /* runs on from where it stood */
    w->wall_offset += shown - sim_wall(w);
  } else if (sim_chance(dice, 200)) {
    w->wall_stopped = shown;
  } else {
    double jump = (double)sim_between(dice, -3600, 3600) * 1000;
    if (sim_chance(dice, 150)) jump *= 48;
    if (sim_chance(dice, 30)) jump *= 10;
    w->wall_offset += jump;
  }
  sim_say(w, NULL, "the clock is set by %.0f s", (sim_wall(w) - shown) / 1000);
}

static void on_page(sim_world *w, sim_doc *doc, const sim_action *action,
                    sim_dice *dice) {
  switch (action->kind) {
    case SIM_A_CALL: sim_call(w, doc, dice); break;
    case SIM_A_FLUSH: sim_host_flush(w, doc); break;
    case SIM_A_ONLINE: sim_host_online(w, doc); break;
    case SIM_A_HIDE: hide(w, doc); break;
    case SIM_A_FREEZE:
      hide(w, doc);
      sim_host_leave(w, doc, false);
      call_as_it_goes(w, doc);
      doc->life = SIM_FROZEN;
      sim_say(w, doc, "freezes");
      break;
    default: break;
  }
}

static void navigate(sim_world *w, sim_doc *doc, int tab, sim_dice *dice) {
  bool cache = doc->life == SIM_LIVE && sim_chance(dice, 500);
  sim_leave(w, doc, SIM_A_NAVIGATE, cache);
  sim_open(w, tab, sim_roll(dice));
}

void sim_act(sim_world *w, const sim_action *action) {
  sim_dice dice = {action->dice};
  int tab = action->tab % w->tabs;
  sim_doc *doc = w->shown[tab];
  w->counts->action[action->kind]++;
  switch (action->kind) {
    case SIM_A_KILL: sim_kill(w); return;
    case SIM_A_FUSE: w->fuse = (int)sim_between(&dice, 1, 12); return;
    case SIM_A_QUIT: quit(w); return;
    case SIM_A_SERVER: sim_set_mode(w, &dice); return;
    case SIM_A_OUTAGE: sim_set_outage(w, &dice); return;
    case SIM_A_RECOVERY: sim_recover(w); return;
    case SIM_A_QUOTA:
      w->quota_full = sim_chance(&dice, 500);
      for (int i = 0; w->quota_full && i < w->docs; i++)
        if (w->doc[i].life != SIM_GONE) w->doc[i].may_lose = w->doc[i].no_room = true;
      w->ls_full = w->quota_full && sim_chance(&dice, 500);
      return;
    case SIM_A_CLOCK: set_clock(w, &dice); return;
    case SIM_A_SLEEP:
      sleep(w, sim_chance(&dice, 900) ? sim_between(&dice, 5, 4000) * SIM_SECOND
                                      : sim_between(&dice, 1, 40) * SIM_HOUR);
      return;
    default: break;
  }
  if (!doc) {
    sim_open(w, tab, sim_roll(&dice));
    return;
  }
  switch (action->kind) {
    case SIM_A_NAVIGATE: navigate(w, doc, tab, &dice); break;
    case SIM_A_BACK: go_back(w, tab); break;
    case SIM_A_CLOSE: close_tab(w, doc); break;
    case SIM_A_CRASH: crash(w, doc); break;
    case SIM_A_SHOW: show(w, doc); break;
    case SIM_A_THAW:
      if (doc->life == SIM_FROZEN) thaw(w, doc);
      break;
    default:
      if (doc->life == SIM_LIVE) on_page(w, doc, action, &dice);
  }
}
