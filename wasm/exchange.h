/* The exchange buffer of a module besides the agent's, and scratch for one call.
 * Every export but io takes how many bytes of text are in the buffer and returns how
 * many it has put there instead, or a code of errors.def or refusal.def.
 *
 * Included once in each such module (docs/ABI.md). */
#ifndef FH_EXCHANGE_H
#define FH_EXCHANGE_H

#include "json.h"
#include "limits.h"
#include "refusal.h"

#define EXPORT(name) __attribute__((export_name(#name), used))

/* How much scratch a module needs depends on what it reads. */
#ifndef FH_SCRATCH_BYTES
#define FH_SCRATCH_BYTES FH_ARENA_BYTES
#endif

static _Alignas(8) char io[FH_IO_BYTES];
static _Alignas(8) char scratch[FH_SCRATCH_BYTES];
static fh_arena arena;

EXPORT(io) char *abi_io(void);
char *abi_io(void) { return io; }

/* The tree of the JSON text in the buffer, which lives until the next call; NULL and
 * the code where there is none. */
static inline fh_json *parse_io(int len, int *code) {
  arena = (fh_arena){scratch, sizeof scratch, 0, false};
  if (len < 0 || len > FH_IO_BYTES) return *code = FH_ERR_LARGE, NULL;
  return fh_json_parse(&arena, io, (size_t)len, code);
}

/* What a code says, put into the buffer: its reason, a line feed, its sentence. */
static inline int put_reason(int code) {
  fh_refusal refusal = fh_refusal_of(code);
  if (!refusal.reason) return 0;
  fh_writer writer = fh_writer_on(io, sizeof io);
  fh_put(&writer, refusal.reason);
  fh_put(&writer, "\n");
  fh_put(&writer, refusal.sentence);
  return (int)writer.len;
}

#endif
