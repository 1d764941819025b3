/* Memory for one call: a bump allocator over a block that the caller owns.
 * Nothing is freed but everything, by fh_arena_reset at the next call. */
#ifndef FH_ARENA_H
#define FH_ARENA_H

#include <stdbool.h>
#include <stddef.h>

typedef struct fh_arena {
  char *base;     /* aligned to 8; not owned */
  size_t cap;     /* bytes */
  size_t used;    /* bytes */
  bool exhausted; /* an allocation failed since the last reset */
} fh_arena;

/* Forgets everything that was allocated. */
void fh_arena_reset(fh_arena *arena);

/* `size` bytes aligned to 8, or NULL (and `exhausted`) when they don't fit. */
void *fh_arena_alloc(fh_arena *arena, size_t size);

#endif
