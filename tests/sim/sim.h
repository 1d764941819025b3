/* A small world around the core: one browser with tabs, its storage, the
 * network, a relay. Everything in it happens at a time of its own and is
 * decided by one seed. README.md tells what is in it and what is not. */
#ifndef SIM_H
#define SIM_H

#include <setjmp.h>
#include <stddef.h>

#include "../../src/firsthand.h"
#include "dice.h"

/* --- What is in the world ------------------------------------------------- */

typedef int64_t sim_time; /* microseconds of true time since the seed began */

#define SIM_MS     ((sim_time)1000)
#define SIM_SECOND (1000 * SIM_MS)
#define SIM_MINUTE (60 * SIM_SECOND)
#define SIM_HOUR   (60 * SIM_MINUTE)
#define SIM_DAY    (24 * SIM_HOUR)

enum {
  SIM_TABS = 20,             /* most seeds have one to four */
  SIM_AGENTS = 2 * SIM_TABS, /* a tab shows one document and may keep one */
  SIM_DOCS = 384,
  SIM_ROWS = 2048,
  SIM_TASKS = 8192,
  SIM_ACTIONS = 160,
  SIM_COOKIE_STREAMS = 8, /* relay/limits.mjs */
  SIM_DEFERRED = 64,
  SIM_FLOOD = 13,   /* tabs that may come back in one second after an outage */
  SIM_QUOTA = 65536 /* bytes: of keepalive, and once more of fetchLater */
};

/* How the endpoint takes a question: our relay tells what it lacks; others do not
 * understand. */
typedef enum sim_endpoint {
  SIM_RELAY,
  SIM_MUTE,  /* 200, as for any batch */
  SIM_BARE,  /* 400 */
  SIM_RIGID, /* 500 */
  SIM_EMPTY, /* 204 */
  SIM_ENDPOINTS
} sim_endpoint;

typedef enum sim_engine { SIM_CHROMIUM, SIM_FIREFOX, SIM_WEBKIT } sim_engine;

/* What became of an event, as the world knows it and the core need not. */
enum {
  SIM_QUEUED = 1,    /* the core took it */
  SIM_DURABLE = 2,   /* a row with it is on disk */
  SIM_STORED = 4,    /* the relay committed it */
  SIM_REFUSED = 8,   /* the relay refused it for good */
  SIM_EVICTED = 16,  /* dropped where the queue was full, and counted */
  SIM_SILENCED = 32, /* dropped after 410, and counted */
  SIM_GIVEN_UP = 64, /* its row was too old, or one too many */
  SIM_SENT = 128,    /* `print` is known */
  SIM_BURIED = 256   /* its own page has seen that its row is deleted */
};

typedef struct sim_event {
  uint16_t flags;
  bool poison;       /* the relay will not have it */
  bool last;         /* called while its page was left: localStorage has it at best */
  uint32_t print;    /* of its text, which never changes */
  sim_time born;     /* when the page called */
  sim_time offered;  /* when a vendor took it last; 0: never */
  double time, wall; /* as the page's two clocks showed it */
  uint32_t index;    /* which one of its session it is */
} sim_event;

typedef struct sim_row {
  unsigned char key[FH_KEY_BYTES];
  double at; /* wall time: it belongs to the key, so it is always the same */
  size_t len;
  char *data;
} sim_row;

typedef struct sim_rows {
  sim_row **row;
  int count, cap;
} sim_rows;

/* The cookie _fh_ack: newest first. */
typedef struct sim_jar {
  int count;
  struct {
    int stream;
    uint32_t number;
  } ack[SIM_COOKIE_STREAMS];
} sim_jar;

/* A batch, read when it is posted. */
typedef struct sim_request {
  int doc, stream; /* who sends it; whose events */
  uint32_t count, bytes;
  uint32_t *seq; /* of a question: what it names */
  uint32_t poisoned;
  bool ask;              /* a question: no events are in it */
  uint32_t first, last;  /* as its ledger says */
  bool taken_back;       /* what it names has left by beacon since */
  bool *has;             /* of first to last; NULL: the answer does not say */
  bool beacon, answered; /* beacon: nobody reads its answer; nor fetchLater's */
  bool deferred;         /* by fetchLater */
  bool mortal;           /* without keepalive: ends with its page */
  int session;           /* of the browser: only that one stores the cookie */
  sim_jar jar;           /* the cookie as it was sent, then as it is answered */
  int status, retry_after_s;
  const char *body;
  sim_time left; /* when it no longer needs the browser */
  sim_time answer_after;
  bool answer_lost, held, failed;
} sim_request;

/* Of a stream's numbers, those that may have arrived as far as a page knows. */
typedef struct sim_doubts {
  uint32_t cap;
  bool *at;
} sim_doubts;

typedef enum sim_life { SIM_GONE, SIM_LIVE, SIM_FROZEN, SIM_CACHED } sim_life;

typedef struct sim_doc {
  int id, tab;
  sim_life life;
  fh_agent *agent;
  unsigned char stream[FH_STREAM_BYTES];
  sim_dice dice;
  sim_time born, slept, opened; /* opened: when the database is */
  bool hidden, leaving, up, unsaved, own, in_pagehide, flushing;
  bool counted;           /* events were taken since the state was stored */
  bool left;              /* the journal is left: no transaction any more */
  bool shut;              /* opening the database fails */
  bool no_room;           /* storage refused to take rows in its life */
  sim_time died, left_at; /* left_at: when it was left, or put to sleep */
  bool may_lose;          /* it ended so that what was in no row may be gone */
  bool no_journal, open_fails;
  bool ever_left;
  int busy;         /* timers in a row that had nothing to do */
  int later, timer; /* 1 where set */
  int orphans;
  bool waking;     /* it sends nothing until it has read its rows again */
  int wakes;       /* how often it woke */
  int first_wake;  /* of those since it slept last: resume and pageshow may both come */
  sim_time unread; /* it must not send before, unless it has read; 0: it has */
  sim_request *flight;
  double keepalive_from; /* mono: without it until then, while it is seen */
  bool unreached;        /* the last request was not answered */
  sim_request *net;      /* armed: sent by the browser if the page ends unseen */
  sim_request *deferred[SIM_DEFERRED]; /* handed over, sent when the page ends */
  int deferred_count;
  uint32_t deferred_bytes; /* of both */
  double net_at;           /* mono: when the net was armed last */
  uint32_t keepalive;      /* bytes under way */
  sim_event *event;
  uint32_t events, event_cap;
  sim_rows taken; /* spilled rows that it has adopted */
  sim_rows uncommitted;
  sim_rows committed;         /* those that are its to send: own ones and claimed ones */
  sim_rows parked;            /* of them, those that the queue had no room for */
  bool living[SIM_DOCS];      /* streams of which it has heard */
  double asked;               /* mono: when it asked who lives */
  sim_time answers_at;        /* when all have had the time to answer */
  sim_doubts doubt[SIM_DOCS]; /* by stream */
  bool asks;                  /* the endpoint may understand questions */
  int unheard;                /* questions that were answered by an error, in a row */
  sim_request *copy;          /* handed over last */
  /* What the core should know, counted beside it. */
  int64_t live, dropped, lost;
  double anchor;    /* wall time of mono 0 */
  uint32_t through; /* numbers that the relay has without a gap */
  uint32_t allowed; /* bytes of several events, after 413 */
  uint32_t told;    /* dropped, in the last ledger */
  bool silenced;
  double last_post, hold; /* mono */
  int failed, denied;     /* in a row */
  bool came_back;         /* after the outage of a crowd */
  bool trouble;           /* the last request failed, or another tab has told so */
  double failed_since;
} sim_doc;

typedef struct sim_stored {
  sim_row *row;
  double at, claimed;
} sim_stored;

/* A take-over in progress (journal.js, _claim). */
typedef struct sim_claim {
  bool failed;
  sim_rows found;
  sim_rows given_up; /* deleted: only to be counted */
} sim_claim;

/* One waking: over when the rows are read again, or after a second. */
typedef struct sim_wake {
  int number;
  bool over;
} sim_wake;

typedef enum sim_tx_kind { SIM_PUT, SIM_DELETE, SIM_CLAIM, SIM_READ } sim_tx_kind;

typedef struct sim_tx {
  sim_tx_kind kind;
  int doc;
  sim_row *row;
  unsigned char (*keys)[FH_KEY_BYTES];
  int count;
  sim_claim *claim;
  double at;       /* of a row that is put */
  double claimed;  /* 0: by nobody */
  sim_rows absent; /* of a page's own rows, when it read them again */
  struct sim_wake *wake;
  bool failed;
} sim_tx;

typedef enum sim_task_kind {
  SIM_T_UP,
  SIM_T_SOON,
  SIM_T_TICK,
  SIM_T_FIRST, /* adopt() for the first time */
  SIM_T_ADOPT,
  SIM_T_ASKED,
  SIM_T_TX_TOLD,
  SIM_T_WOKEN,  /* the reading has taken too long */
  SIM_T_ANSWER, /* up to here: of a document, and waits where that sleeps */
  SIM_T_TOLD,
  SIM_T_QUERY, /* another asks who lives */
  SIM_T_HEARD, /* another says that it does */
  SIM_T_TX,
  SIM_T_ARRIVE,
  SIM_T_RELEASE,
  SIM_T_COOKIE,
  SIM_T_JAR,
  SIM_T_FLUSH
} sim_task_kind;

typedef struct sim_task {
  sim_time at;
  uint64_t order;
  sim_task_kind kind;
  int doc;
  bool put_off; /* its document is frozen */
  void *what;
} sim_task;

typedef enum sim_action_kind {
  SIM_A_CALL,
  SIM_A_OPEN,
  SIM_A_NAVIGATE,
  SIM_A_BACK,
  SIM_A_CLOSE,
  SIM_A_HIDE,
  SIM_A_SHOW,
  SIM_A_FREEZE,
  SIM_A_THAW,
  SIM_A_FLUSH,
  SIM_A_ONLINE,
  SIM_A_KILL,
  SIM_A_FUSE,
  SIM_A_QUIT,
  SIM_A_CRASH,
  SIM_A_SERVER,
  SIM_A_QUOTA,
  SIM_A_CLOCK,
  SIM_A_SLEEP,
  SIM_A_OUTAGE,
  SIM_A_RECOVERY,
  SIM_ACTION_KINDS
} sim_action_kind;

typedef struct sim_action {
  sim_action_kind kind;
  int tab;
  sim_time at;
  uint64_t dice;
  bool off; /* left out by the shortening */
} sim_action;

typedef enum sim_mode {
  SIM_UP,
  SIM_DOWN,
  SIM_ERROR,
  SIM_BUSY,
  SIM_SMALL,
  SIM_DENIED,
  SIM_STOP,
  SIM_PORTAL,
  SIM_RESET,
  SIM_HANG,
  SIM_MODES
} sim_mode;

typedef struct sim_counts {
  uint64_t lives, visits, calls, refused_calls, queued, stored, requests, beacons;
  uint64_t bytes, wire_doubles, vendor_doubles, rows, adopted, evicted, silenced;
  uint64_t refused, given_up, lost, forgotten, acked, nets, nets_sent, deferred;
  uint64_t asks, learnt, not_understood, parked, told, woken_blind, crowds, most_rows,
      most_bytes, most_own, young, young_memory, young_no_room, young_age[4],
      dropped_but_stored, newest;
  uint64_t kills, crashes, quits, caches, thaws, spills, steps;
  uint64_t crowd_most[SIM_TABS + 1]; /* crowds by the most tabs back in a second */
  uint64_t action[SIM_ACTION_KINDS], answer[SIM_MODES];
} sim_counts;

typedef struct sim_world {
  uint64_t seed;
  bool trace, ending;
  sim_dice dice;
  sim_engine engine;
  sim_counts *counts;
  /* time */
  sim_time now, slept, asleep; /* asleep: in all; slept: as mono sees it */
  double wall_offset;          /* ms */
  double wall_stopped;         /* shows this for now; 0: runs */
  bool mono_sleeps;
  /* the browser */
  fh_agent *agents[SIM_AGENTS];
  bool agent_used[SIM_AGENTS];
  sim_doc doc[SIM_DOCS];
  int docs;
  sim_doc *shown[SIM_TABS], *cached[SIM_TABS];
  int tabs, fuse;               /* steps until the browser is killed; 0: it is not */
  int session;                  /* how often it was started */
  bool fetch_later, ack_cookie; /* whether the browser, the relay has it */
  char cookie[512], store[FH_MAX_PROFILE_BYTES + 1024];
  int cookie_len, store_len;
  /* storage */
  bool idb_denied, idb_hangs, quota_full, ls_full, ls_denied;
  sim_stored stored[SIM_ROWS];
  int stored_count;
  sim_row *ls[SIM_ROWS], *ls_disk[SIM_ROWS];
  int ls_count, ls_disk_count;
  bool ls_dirty;
  sim_time last_commit, ls_flushed;
  sim_jar jar, jar_disk;
  int max_rows; /* of the journal: what is over is given up */
  size_t max_bytes;
  int days; /* for which a row is sent again; 0: no journal */
  /* network and relay */
  int loss, answer_loss, doubling, slow; /* permille */
  sim_mode mode;
  uint32_t small_bytes;
  int mode_left; /* requests that a mode lasts; 0: until it is changed */
  int busy_s, status;
  bool details; /* the relay says which events it refuses */
  sim_endpoint endpoint;
  bool heavy;                          /* many and large events */
  bool crowd;                          /* many tabs in one outage, and nothing else */
  sim_time recovered, first[SIM_DOCS]; /* the first request of each tab after it */
  int firsts, most_firsts;             /* most_firsts: in one second */
  /* the script */
  sim_action action[SIM_ACTIONS];
  int actions, next_action;
  sim_task task[SIM_TASKS];
  int tasks;
  uint64_t order;
  /* the outcome */
  uint64_t sent; /* hash of all that was sent */
  const char *kind;
  char message[512];
  jmp_buf failed, loop;
} sim_world;

/* --- world.c --------------------------------------------------------------- */

void *sim_alloc(sim_world *w, size_t size); /* zeroed; lives as long as the seed */
void sim_say(sim_world *w, const sim_doc *doc, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
_Noreturn void sim_fail(sim_world *w, const char *kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void sim_at(sim_world *w, sim_time at, sim_task_kind kind, int doc, void *what);
void sim_cancel(sim_world *w, sim_task_kind kind, int doc);
double sim_wall(const sim_world *w);
fh_clock sim_clock(const sim_world *w, const sim_doc *doc);
/* Between any two steps of the browser it may be killed: does not return then. */
void sim_step(sim_world *w);
/* Runs one seed; the kind of violation, or NULL. */
const char *sim_run(sim_world *w);

/* --- script.c -------------------------------------------------------------- */

extern const char *const sim_action_name[SIM_ACTION_KINDS];
extern const char *const sim_mode_name[SIM_MODES];
void sim_write_script(sim_world *w);
/* Makes one call of the page; `dice` are the action's. */
void sim_call(sim_world *w, sim_doc *doc, sim_dice *dice);
void sim_set_mode(sim_world *w, sim_dice *dice);
void sim_set_outage(sim_world *w, sim_dice *dice);
void sim_recover(sim_world *w);

/* --- browser.c: tabs and documents ------------------------------------------ */

sim_doc *sim_open(sim_world *w, int tab, uint64_t dice);
void sim_leave(sim_world *w, sim_doc *doc, sim_action_kind how, bool cache);
void sim_end(sim_world *w, sim_doc *doc, bool abruptly);
void sim_kill(sim_world *w);
void sim_act(sim_world *w, const sim_action *action);

/* --- host.c: what js-shim/agent.js does --------------------------------------- */

void sim_host_up(sim_world *w, sim_doc *doc);
void sim_host_call(sim_world *w, sim_doc *doc, int len, bool poison);
void sim_host_soon(sim_world *w, sim_doc *doc);
void sim_host_tick(sim_world *w, sim_doc *doc);
void sim_host_flush(sim_world *w, sim_doc *doc);
void sim_host_hidden(sim_world *w, sim_doc *doc);
void sim_host_leave(sim_world *w, sim_doc *doc, bool at_end); /* pagehide, or freeze */
void sim_host_seen(sim_world *w, sim_doc *doc);
void sim_host_wake(sim_world *w, sim_doc *doc); /* pageshow persisted, resume */
void sim_host_reread(sim_world *w, sim_doc *doc, const sim_tx *tx); /* or it failed */
void sim_host_woken(sim_world *w, sim_doc *doc, sim_wake *wake);
void sim_host_online(sim_world *w, sim_doc *doc);
void sim_host_told(sim_world *w, sim_doc *doc, int ms);
void sim_host_answer(sim_world *w, sim_doc *doc, sim_request *request);
void sim_host_look(sim_world *w, sim_doc *doc); /* adopt() begins */
void sim_host_orphans(sim_world *w, sim_doc *doc, const sim_claim *claim);

/* --- journal.c: what js-shim/journal.js does, and the storage below it -------- */

void sim_journal_add(sim_world *w, sim_doc *doc, const char *row, size_t len);
void sim_journal_commit(sim_world *w, sim_doc *doc);
void sim_journal_leave(sim_world *w, sim_doc *doc);
void sim_journal_delete(sim_world *w, sim_doc *doc, const char *keys, int count);
void sim_journal_claim(sim_world *w, sim_doc *doc);
void sim_journal_query(sim_world *w, sim_doc *doc, sim_doc *asker);
void sim_journal_asked(sim_world *w, sim_doc *doc, sim_claim *claim);
void sim_journal_read(sim_world *w, sim_doc *doc, sim_wake *wake);
void sim_tx_commit(sim_world *w, sim_tx *tx);
void sim_tx_told(sim_world *w, sim_doc *doc, sim_tx *tx);
void sim_ls_flush(sim_world *w);
void sim_ls_lose(sim_world *w, const unsigned char *key);
void sim_ls_forget(sim_world *w, const unsigned char *key);
/* Rows that have left the queue: false, and the row, where it is not stored. */
bool sim_journal_park(sim_world *w, sim_doc *doc, const unsigned char *key,
                      sim_row **row);
sim_row *sim_row_of(sim_world *w, const sim_doc *doc, const unsigned char *key);

/* --- network.c, scan.c --------------------------------------------------------- */

/* Both take the body that is in the agent's io. */
void sim_post(sim_world *w, sim_doc *doc, size_t len, int why);
bool sim_beacon(sim_world *w, sim_doc *doc, size_t len);
void sim_arrive(sim_world *w, sim_request *request);

/* --- later.c: fetchLater, and the cookie _fh_ack --------------------------------- */

/* Takes the body that is in io; NULL: it throws. */
sim_request *sim_later(sim_world *w, sim_doc *doc, size_t len);
bool sim_hand_later(sim_world *w, sim_doc *doc, size_t len);
void sim_abort_net(sim_doc *doc);
void sim_send_later(sim_world *w, sim_doc *doc); /* the page ends, or is cached */
void sim_dispatch(sim_world *w, sim_doc *doc, sim_request *request, bool lost);
/* The relay's Set-Cookie for a request whose batch it has stored. */
void sim_set_cookie(sim_world *w, sim_request *request);
void sim_store_cookie(sim_world *w, const sim_request *request);
size_t sim_print_jar(const sim_world *w, char *out, size_t cap);
/* Reads a body, checks all that a single body can show. */
sim_request *sim_scan(sim_world *w, sim_doc *sender, const char *body, size_t len);
sim_doc *sim_stream_owner(sim_world *w, const unsigned char *stream);

/* --- held.c: what a call takes out of the queue ----------------------------------- */

void sim_hold(sim_world *w, sim_doc *doc); /* to be called before */
void sim_hold_new(sim_world *w, sim_doc *doc, uint32_t seq);
/* After: fail unless just the right events have gone, and the right rows are
 * named; return how many. */
int sim_check_evicted(sim_world *w, sim_doc *doc, const char *keys, int named,
                      int *dropped);
int sim_check_acked(sim_world *w, sim_doc *doc, const char *keys, int named);
int sim_check_buried(sim_world *w, sim_doc *doc, const sim_rows *absent);
void sim_check_learnt(sim_world *w, sim_doc *doc, const sim_request *request,
                      const char *keys, int named);
/* What a question that was just taken names, into `seq`. */
void sim_list_asked(sim_world *w, sim_doc *doc, sim_request *request);

/* --- oracle.c ------------------------------------------------------------------- */

/* Marks the events of a row; counts them. */
void sim_mark_row(sim_world *w, const sim_row *row, int flag);
int sim_events_in(sim_world *w, const sim_row *row);
/* Before and after each call of the core that may drop events. */
void sim_before_event(sim_world *w, sim_doc *doc);
void sim_after_event(sim_world *w, sim_doc *doc, int result);
void sim_check_core(sim_world *w, sim_doc *doc);
void sim_check_post(sim_world *w, sim_doc *doc, sim_request *request, int why);
/* What a page has adopted, or handed over, may have arrived. */
void sim_doubt_row(sim_world *w, sim_doc *doc, const sim_row *row);
void sim_doubt_copy(sim_world *w, sim_doc *doc);
void sim_settle_doubt(sim_world *w, sim_doc *doc, sim_doc *owner, uint32_t seq, bool had);
bool sim_in_doubt(const sim_doc *doc, int stream, uint32_t seq);
/* All that waited has been handed over. */
void sim_check_handed(sim_world *w, sim_doc *doc);
/* A beacon, or what goes by fetchLater. */
void sim_check_copy(sim_world *w, sim_doc *doc, sim_request *request);
/* Before a page wakes. */
void sim_note_wake(sim_world *w, sim_doc *doc);
/* What fh_wait said after a request. */
void sim_check_telling(sim_world *w, sim_doc *doc, const sim_request *request, int ms);
void sim_note_told(sim_world *w, sim_doc *doc, int ms);
void sim_before_ack(sim_world *w, sim_doc *doc, sim_request *request);
void sim_check_done(sim_world *w, sim_doc *doc, const char *keys, int count);
void sim_check_living(sim_world *w, sim_doc *doc);
void sim_check_end(sim_world *w);

#endif
