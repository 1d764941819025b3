/* Runs seeds, or one with its trace:
 *
 *   sim COUNT BASE     COUNT seeds from BASE on; the first violations
 *   sim -s SEED        one seed, shortened if it fails, with its trace
 *   sim -q COUNT BASE  as the first, but stops at the first violation, and says
 *                      nothing else: for mutants */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim.h"

static sim_world world;
static sim_counts counts;

static void crashed(int number) {
  fprintf(stderr, "seed %llu: signal %d\n", (unsigned long long)world.seed, number);
  signal(number, SIG_DFL);
  raise(number);
}

static const char *run_seed(uint64_t seed) {
  world.seed = seed;
  return sim_run(&world);
}

static void all_on(void) {
  for (int i = 0; i < SIM_ACTIONS; i++) world.action[i].off = false;
}

/* Leaves out ever smaller groups of actions while the seed still fails in the
 * same way. */
static void shorten(uint64_t seed, const char *kind) {
  int actions = world.actions;
  for (int i = world.next_action; i < actions; i++) world.action[i].off = true;
  for (int size = actions / 2; size > 0; size /= 2) {
    for (int from = 0; from < actions; from += size) {
      bool was[SIM_ACTIONS];
      for (int i = from; i < actions && i < from + size; i++) {
        was[i] = world.action[i].off;
        world.action[i].off = true;
      }
      const char *now = run_seed(seed);
      if (now && strcmp(now, kind) == 0) continue;
      for (int i = from; i < actions && i < from + size; i++)
        world.action[i].off = was[i];
    }
    if (size == 1 && world.trace) break;
  }
}

static void print_script(void) {
  static const char *const engine[] = {"Chromium", "Firefox", "WebKit"};
  static const char *const endpoint[] = {"relay", "mute", "bare", "rigid", "empty"};
  printf("%s, %s, %d tabs%s%s%s, %s refusals\n", endpoint[world.endpoint],
         engine[world.engine], world.tabs, world.idb_denied ? ", IndexedDB denied" : "",
         world.idb_hangs ? ", IndexedDB hangs" : "",
         world.ls_denied ? ", localStorage denied" : "",
         world.details ? "detailed" : "bare");
  for (int i = 0; i < world.actions; i++)
    if (!world.action[i].off)
      printf("%14.3f ms  tab %d  %s\n", (double)world.action[i].at / (double)SIM_MS,
             world.action[i].tab % world.tabs, sim_action_name[world.action[i].kind]);
}

static int replay(uint64_t seed) {
  all_on();
  const char *kind = run_seed(seed);
  if (kind) shorten(seed, kind);
  print_script();
  world.trace = true;
  kind = run_seed(seed);
  int left = 0;
  for (int i = 0; i < world.actions; i++) left += !world.action[i].off;
  printf("seed %llu: %s%s%s (%d actions, hash %016llx)\n", (unsigned long long)seed,
         kind ? kind : "no violation", kind ? ": " : "", kind ? world.message : "", left,
         (unsigned long long)world.sent);
  return kind != NULL;
}

static void print_counts(uint64_t seeds, uint64_t failures) {
  const sim_counts *c = &counts;
  typedef unsigned long long ull;
  printf(
      "seeds %llu  violations %llu  page lives %llu (of them %llu visits at the end)\n",
      (ull)seeds, (ull)failures, (ull)c->lives, (ull)c->visits);
  printf(
      "calls %llu  queued %llu  refused %llu  stored %llu  rows %llu  adopted %llu  "
      "spilled %llu\n",
      (ull)c->calls, (ull)c->queued, (ull)c->refused_calls, (ull)c->stored, (ull)c->rows,
      (ull)c->adopted, (ull)c->spills);
  printf(
      "requests %llu  beacons %llu  bytes %llu  doubled on the wire %llu, at the vendor "
      "%llu\n",
      (ull)c->requests, (ull)c->beacons, (ull)c->bytes, (ull)c->wire_doubles,
      (ull)c->vendor_doubles);
  printf("kills %llu  crashes %llu  quits %llu  cached %llu  woken %llu  steps %llu\n",
         (ull)c->kills, (ull)c->crashes, (ull)c->quits, (ull)c->caches, (ull)c->thaws,
         (ull)c->steps);
  printf(
      "lost young %llu, without journal %llu  evicted %llu  refused by the relay %llu  "
      "silenced %llu\n",
      (ull)c->young, (ull)c->young_memory, (ull)c->evicted, (ull)c->refused,
      (ull)c->silenced);
  printf(
      "lost young by age: to 10 ms %llu, to 100 ms %llu, to 1 s %llu, older %llu; "
      "storage full %llu\n",
      (ull)c->young_age[0], (ull)c->young_age[1], (ull)c->young_age[2],
      (ull)c->young_age[3], (ull)c->young_no_room);
  printf("given up %llu, counted %llu  dropped but stored %llu  newest evicted %llu\n",
         (ull)c->given_up, (ull)c->lost, (ull)c->dropped_but_stored, (ull)c->newest);
  printf(
      "forgotten %llu  learnt from the cookie %llu  woken without reading %llu  told to "
      "wait %llu\n",
      (ull)c->forgotten, (ull)c->acked, (ull)c->woken_blind, (ull)c->told);
  printf(
      "nets %llu, of them sent %llu  handed over by fetchLater %llu  parked rows %llu, "
      "most %llu, "
      "bytes %llu, of one page %llu\n",
      (ull)c->nets, (ull)c->nets_sent, (ull)c->deferred, (ull)c->parked,
      (ull)c->most_rows, (ull)c->most_bytes, (ull)c->most_own);
  printf("questions %llu, not understood %llu, learnt %llu\n", (ull)c->asks,
         (ull)c->not_understood, (ull)c->learnt);
  printf("crowds %llu, by the most tabs back within a second:", (ull)c->crowds);
  for (int i = 0; i <= SIM_TABS; i++)
    if (c->crowd_most[i]) printf(" %d: %llu", i, (ull)c->crowd_most[i]);
  printf("\n");
  printf("answers:");
  for (int i = 0; i < SIM_MODES; i++)
    printf(" %s %llu", sim_mode_name[i], (ull)c->answer[i]);
  printf("\nactions:");
  for (int i = 0; i < SIM_ACTION_KINDS; i++)
    printf(" %s %llu", sim_action_name[i], (ull)c->action[i]);
  printf("\n");
}

static uint64_t run_seeds(uint64_t count, uint64_t base, bool quiet) {
  uint64_t failures = 0;
  for (uint64_t seed = base; seed < base + count; seed++) {
    all_on();
    const char *kind = run_seed(seed);
    uint64_t sent = world.sent;
    if (!kind && seed % 64 == 0) {
      sim_counts once = counts;
      run_seed(seed);
      counts = once;
      if (world.sent != sent) kind = "not the same when replayed";
    }
    if (!kind) continue;
    if (quiet || failures < 20)
      printf("seed %llu: %s: %s\n", (unsigned long long)seed, kind, world.message);
    failures++;
    if (quiet) break;
  }
  return failures;
}

static uint64_t number(const char *text) { return strtoull(text, NULL, 10); }

int main(int argc, char **argv) {
  bool single = argc == 3 && strcmp(argv[1], "-s") == 0;
  bool quiet = argc == 4 && strcmp(argv[1], "-q") == 0;
  if (!single && !quiet && argc != 3)
    return fputs("sim COUNT BASE | sim -s SEED\n", stderr), 2;
  world.counts = &counts;
  for (int i = 0; i < SIM_AGENTS; i++) world.agents[i] = calloc(1, sizeof(fh_agent));
  signal(SIGSEGV, crashed);
  signal(SIGABRT, crashed);
  if (single) return replay(number(argv[2]));
  uint64_t count = number(argv[argc - 2]), base = number(argv[argc - 1]);
  uint64_t failures = run_seeds(count, base, quiet);
  if (!quiet) print_counts(count, failures);
  return failures > 0;
}
