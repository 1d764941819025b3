/* Writes what happens in a seed, and what the page's own code calls. */
#include <stdio.h>

#include "sim.h"

const char *const sim_action_name[SIM_ACTION_KINDS] = {
    "call",   "open",   "navigate", "back",   "close", "hide",   "show",
    "freeze", "thaw",   "flush",    "online", "kill",  "fuse",   "quit",
    "crash",  "server", "quota",    "clock",  "sleep", "outage", "recovery"};

const char *const sim_mode_name[SIM_MODES] = {
    "up", "down", "error", "busy", "small", "denied", "stop", "portal", "reset", "hang"};

/* How often each action comes, of the sum of all. */
static const int weight[SIM_ACTION_KINDS] = {
    [SIM_A_CALL] = 420,  [SIM_A_OPEN] = 40,  [SIM_A_NAVIGATE] = 130, [SIM_A_BACK] = 40,
    [SIM_A_CLOSE] = 40,  [SIM_A_HIDE] = 45,  [SIM_A_SHOW] = 50,      [SIM_A_FREEZE] = 12,
    [SIM_A_THAW] = 15,   [SIM_A_FLUSH] = 12, [SIM_A_ONLINE] = 10,    [SIM_A_KILL] = 14,
    [SIM_A_FUSE] = 22,   [SIM_A_QUIT] = 6,   [SIM_A_CRASH] = 10,     [SIM_A_SERVER] = 90,
    [SIM_A_QUOTA] = 8,   [SIM_A_CLOCK] = 8,  [SIM_A_SLEEP] = 6,      [SIM_A_OUTAGE] = 4,
    [SIM_A_RECOVERY] = 6};

static sim_action_kind pick(sim_dice *dice) {
  int64_t sum = 0;
  for (int i = 0; i < SIM_ACTION_KINDS; i++) sum += weight[i];
  int64_t at = sim_below(dice, sum);
  int kind = 0;
  while (at >= weight[kind]) at -= weight[kind++];
  return (sim_action_kind)kind;
}

/* Mostly within the times of a commit, a gather or a request; sometimes long
 * enough for back-offs and claims to end. */
static sim_time gap(sim_dice *dice) {
  int64_t kind = sim_below(dice, 1000);
  if (kind < 350) return sim_below(dice, 10 * SIM_MS);
  if (kind < 650) return sim_below(dice, 500 * SIM_MS);
  if (kind < 900) return sim_below(dice, 6 * SIM_SECOND);
  if (kind < 980) return sim_below(dice, 100 * SIM_SECOND);
  if (kind < 999 || sim_chance(dice, 700)) return sim_below(dice, 15 * SIM_MINUTE);
  return sim_below(dice, 2 * SIM_DAY);
}

static void add(sim_world *w, sim_action_kind kind, int tab, sim_time at) {
  w->action[w->actions++] = (sim_action){kind, tab, at, sim_roll(&w->dice), false};
}

/* Many tabs, all of them with something to send, in one outage. */
static void write_crowd(sim_world *w) {
  sim_dice *dice = &w->dice;
  w->tabs = SIM_TABS;
  w->loss = w->answer_loss = w->doubling = w->slow = 0;
  w->idb_denied = w->idb_hangs = w->ls_denied = false;
  w->actions = 0;
  for (int i = 0; i < w->tabs; i++) add(w, SIM_A_OPEN, i, i * 100 * SIM_MS);
  add(w, SIM_A_OUTAGE, 0, 5 * SIM_SECOND);
  sim_time at = 5 * SIM_SECOND;
  for (int i = 0; i < w->tabs; i++)
    add(w, SIM_A_CALL, i, at += sim_below(dice, 200 * SIM_MS));
  int more = (int)sim_below(dice, SIM_ACTIONS - w->actions - 1);
  sim_time step = sim_between(dice, 1, 30) * SIM_SECOND;
  for (; more > 0; more--)
    add(w, SIM_A_CALL, (int)sim_below(dice, w->tabs), at += sim_below(dice, step));
  add(w, SIM_A_RECOVERY, 0, at + sim_below(dice, SIM_MINUTE));
}

void sim_write_script(sim_world *w) {
  sim_dice *dice = &w->dice;
  w->engine = (sim_engine)sim_below(dice, 3);
  w->tabs = (int)sim_between(dice, 1, 5);
  w->mono_sleeps = sim_chance(dice, 500);
  w->idb_denied = sim_chance(dice, 50);
  w->idb_hangs = !w->idb_denied && sim_chance(dice, 40);
  w->ls_denied = sim_chance(dice, w->idb_denied ? 800 : 20);
  bool calm = sim_chance(dice, 300);
  w->loss = calm ? 0 : (int)sim_below(dice, 200);
  w->answer_loss = calm ? 0 : (int)sim_below(dice, 200);
  w->doubling = (int)sim_below(dice, 150);
  w->slow = calm ? 0 : (int)sim_below(dice, 150);
  w->details = sim_chance(dice, 500);
  w->fetch_later = w->engine == SIM_CHROMIUM && sim_chance(dice, 700);
  w->ack_cookie = sim_chance(dice, 700);
  w->endpoint = sim_chance(dice, 700)
                    ? SIM_RELAY
                    : (sim_endpoint)sim_between(dice, SIM_MUTE, SIM_ENDPOINTS);
  bool small = sim_chance(dice, 100);
  w->max_rows = small ? (int)sim_between(dice, 2, 30) : 2000;
  w->max_bytes = small ? (size_t)sim_between(dice, 4000, 100000) : 2000000;
  int64_t days = sim_below(dice, 100);
  w->days = days < 3 ? 0 : days < 20 ? 1 : 7;
  w->heavy = sim_chance(dice, 30);
  w->crowd = sim_chance(dice, 10);
  if (w->crowd) {
    write_crowd(w);
    return;
  }
  w->actions = (int)sim_between(dice, 8, SIM_ACTIONS);
  sim_time at = 0;
  for (int i = 0; i < w->actions; i++) {
    at += gap(dice);
    w->action[i] = (sim_action){pick(dice), (int)sim_below(dice, w->tabs), at,
                                sim_roll(dice), false};
  }
}

void sim_set_mode(sim_world *w, sim_dice *dice) {
  static const int denied[] = {401, 403, 404};
  static const int errors[] = {500, 503, 502, 408};
  w->mode =
      sim_chance(dice, 400) ? SIM_UP : (sim_mode)sim_between(dice, SIM_DOWN, SIM_MODES);
  w->mode_left = sim_chance(dice, 600) ? (int)sim_between(dice, 1, 9) : 0;
  if (w->mode == SIM_STOP) {
    w->mode_left = 1;
    if (sim_chance(dice, 700)) w->mode = SIM_RESET; /* 410 is rare */
  }
  w->busy_s = sim_chance(dice, 500) ? (int)sim_between(dice, 1, 400) : 0;
  if (w->busy_s > FH_RETRY_AFTER_CAP_S) w->busy_s = FH_RETRY_AFTER_CAP_S;
  w->status =
      w->mode == SIM_DENIED ? denied[sim_below(dice, 3)] : errors[sim_below(dice, 4)];
  w->small_bytes = (uint32_t)sim_between(dice, 300, sim_chance(dice, 500) ? 5000 : 60000);
  sim_say(w, NULL, "the relay: %s", sim_mode_name[w->mode]);
}

void sim_set_outage(sim_world *w, sim_dice *dice) {
  w->mode = sim_chance(dice, 500) ? SIM_DOWN : SIM_ERROR;
  w->status = 502;
  w->mode_left = 0;
  sim_say(w, NULL, "the relay: %s, for long", sim_mode_name[w->mode]);
}

void sim_recover(sim_world *w) {
  w->mode = SIM_UP;
  w->mode_left = 0;
  w->recovered = w->now;
  sim_say(w, NULL, "the relay: up again");
}

/* --- Calls ------------------------------------------------------------------------ */

/* `size` bytes of text into io, none of it to be escaped but by the page. */
static int write_call(sim_doc *doc, sim_dice *dice, int size, bool poison) {
  char *io = fh_io(doc->agent);
  const char *p = poison ? "p" : "";
  int64_t kind = sim_below(dice, 1000);
  int n = 0;
  if (kind < 850)
    n = snprintf(io, 512,
                 "{\"type\":\"track\",\"event\":\"e\",\"properties\":{\"sim\":\"%d.%u%"
                 "s\",\"v\":\"",
                 doc->id, doc->events, p);
  else if (kind < 900)
    n = snprintf(io, 512,
                 "{\"type\":\"identify\",\"userId\":\"u%d\",\"integrations\":{\"sim\":"
                 "\"%d.%u%s\"},\"traits\":{\"v\":\"",
                 (int)sim_below(dice, 3), doc->id, doc->events, p);
  else if (kind < 950)
    n = snprintf(
        io, 512,
        "{\"type\":\"track\",\"event\":\"\xC3\xA4\\n\",\"context\":{\"locale\":\"fr\"},"
        "\"properties\":{\"sim\":\"%d.%u%s\",\"v\":\"",
        doc->id, doc->events, p);
  else
    n = snprintf(io, 512,
                 "{\"type\":\"page\",\"page\":{\"url\":\"https://shop.example/"
                 "p%d?utm_source=x\",\"title\":\"p\"},"
                 "\"properties\":{\"sim\":\"%d.%u%s\",\"v\":\"",
                 (int)sim_below(dice, 1000), doc->id, doc->events, p);
  memset(io + n, 'x', (size_t)size);
  memcpy(io + n + size, "\"}}", 3);
  return n + size + 3;
}

/* A call that the core has to refuse. */
static int write_bad(sim_doc *doc, sim_dice *dice) {
  static const char *const bad[] = {
      "{\"type\":\"track\",\"properties\":{}}", "{\"type\":\"tra",
      "{\"type\":\"track\",\"event\":\"e\",\"properties\":7}",
      "{\"type\":\"buy\",\"event\":\"e\"}"};
  int64_t which = sim_below(dice, 6);
  if (which == 4) return FH_ERR_SERIALISE;
  if (which == 5) return FH_ERR_LARGE;
  strcpy(fh_io(doc->agent), bad[which]);
  return (int)strlen(bad[which]);
}

static int size_of(sim_dice *dice) {
  int64_t kind = sim_below(dice, 1000);
  if (kind < 900) return (int)sim_below(dice, 120);
  if (kind < 985) return (int)sim_below(dice, 3000);
  return (int)sim_below(dice, 40000);
}

static void call(sim_world *w, sim_doc *doc, sim_dice *dice, int size) {
  int64_t kind = sim_below(dice, 1000);
  if (kind < 30) {
    sim_host_call(w, doc, write_bad(doc, dice), false);
  } else if (kind < 38) {
    strcpy(fh_io(doc->agent), "{\"type\":\"reset\"}");
    sim_host_call(w, doc, 16, false);
  } else {
    bool poison = sim_chance(dice, 12);
    sim_host_call(w, doc, write_call(doc, dice, size < 0 ? size_of(dice) : size, poison),
                  poison);
  }
}

void sim_call(sim_world *w, sim_doc *doc, sim_dice *dice) {
  int64_t kind = sim_below(dice, 1000), count = 1;
  int size = -1;
  if (kind >= 600) count = sim_between(dice, 2, 6);
  if (kind >= 950) count = sim_between(dice, 6, 40);
  if (kind >= (w->heavy ? 850 : 996)) {
    count = sim_between(dice, 40, 900);
    size = (int)sim_below(dice, w->heavy && sim_chance(dice, 300) ? 20000 : 1500);
  }
  sim_host_up(w, doc);
  sim_say(w, doc, "calls %lld times, from number %u", (long long)count, doc->events);
  for (; count > 0; count--) {
    call(w, doc, dice, size);
    sim_step(w);
  }
}
