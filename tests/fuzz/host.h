/* What the fuzz targets share: an agent to play to, and what must hold of it
 * whatever it was told. Each function makes one call of firsthand.h, as a host
 * would, and then looks at all of it; what does not hold ends the process, and the
 * fuzzer keeps the bytes.
 *
 * A target is one file, tests/fuzz/fuzz_<name>.c, with LLVMFuzzerTestOneInput;
 * README.md here has the rest. */
#ifndef FUZZ_HOST_H
#define FUZZ_HOST_H

#include <stddef.h>
#include <stdint.h>

#include "firsthand.h"

/* libFuzzer's: what a target defines. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process where `condition` is false. */
#define HOLDS(condition)                                      \
  do {                                                        \
    if (!(condition)) broken(#condition, __FILE__, __LINE__); \
  } while (0)
_Noreturn void broken(const char *condition, const char *file, int line);

/* The agent and its clock. What a target sets in it stays until host_begin. */
extern fh_agent agent;
extern fh_clock now;

/* Set by a target that adopts rows of its own making: what is in them goes into
 * batches as it stands, so these are no longer looked at as JSON. */
extern bool rows_are_foreign;

/* A literal as bytes with a length. */
static inline fh_text text_of(const char *literal) {
  return (fh_text){literal, strlen(literal)};
}

/* An agent that was never started, at 2026-01-01. */
void host_begin(void);

/* Starts with a write key, a page, a browser and this dialect of dialects[]. */
enum { DIALECTS = 8 };
void host_start_plain(unsigned dialect);

int host_start(fh_text config);
int host_event(fh_text call);
int host_refused(int code);
int host_take(int why);
int host_answer(int status, fh_text body, int retry_after_s);
int host_journal(void); /* what it gives is kept for host_adopt_last */
int host_adopt(fh_text row, int error);
int host_adopt_last(size_t at, char byte,
                    int error); /* with a byte changed, if there is one */
int host_forget(fh_text keys);
int host_forget_last(void);
int host_acknowledged(fh_text cookie);
int host_restore(fh_text state);
int host_wait(int ms);
int host_state(int which);
void host_advance(double ms);

/* What a page leaves, read back by the next one: who the visitor is stays. */
void host_reload(void);

/* A page that ends: everything leaves by beacons, in as many as there are events at
 * most. */
void host_leave(void);

/* Whether it is one JSON value by RFC 8259, in UTF-8, and nothing else: told by
 * other code than the core's. */
bool is_json(fh_text text);

/* A copy in a block of just its size, so that a step beyond its end is seen. With
 * `closed` a NUL is behind it. To be freed. */
char *copy_of(const uint8_t *data, size_t size, bool closed);

#endif
