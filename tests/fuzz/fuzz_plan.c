/* A tracking plan and an event, one behind the other with a line feed between, in
 * blocks of just their size: what the plan says of the event, from either side. */
#include <stdint.h>
#include <stdlib.h>

#include "refusal.h"
#include "violation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOLDS(condition) ((condition) ? (void)0 : abort())

static _Alignas(8) char scratch[1 << 20];
static _Alignas(8) char store[1 << 16];

/* A tree of a copy, which is gone when this returns. */
static const fh_json *tree_of(const uint8_t *data, size_t size) {
  static fh_arena arena;
  arena = (fh_arena){scratch, sizeof scratch, 0, false};
  char *copy = malloc(size + 1);
  memcpy(copy, data, size);
  char *exact = size ? realloc(copy, size) : copy;
  int code;
  const fh_json *tree = fh_json_parse(&arena, exact, size, &code);
  free(exact);
  return tree;
}

/* What was found is JSON that this reads. */
static void is_list(int count, const fh_writer *writer) {
  HOLDS(!writer->full && (count > 0) == (writer->len > 0));
  if (count <= 0) return;
  const fh_json *list = tree_of((const uint8_t *)writer->ptr, writer->len);
  HOLDS(fh_json_is_array(list));
  int listed = 0;
  for (const fh_json *m = fh_json_first(list); m; m = fh_json_next(m)) listed++;
  HOLDS(listed <= count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *room = malloc(20000);
  const uint8_t *end = memchr(data, '\n', size);
  size_t length = end ? (size_t)(end - data) : size;
  fh_plan plan = fh_plan_on(store, sizeof store);
  const fh_json *tree = tree_of(data, length);
  fh_writer writer = fh_writer_on(room, 20000);
  int found = tree ? fh_plan_load(&plan, tree, &writer) : 0;
  HOLDS(plan.loaded == (tree && found == 0));
  if (found != FH_REFUSED_PLAN_LARGE) is_list(found, &writer);
  for (int side = 0; end && side <= FH_SIDE_SERVER; side++) {
    const fh_json *event = tree_of(end + 1, size - length - 1);
    if (!event) break;
    writer = fh_writer_on(room, side ? 20000 : 300);
    found = fh_violations(&plan, event, side, &writer);
    HOLDS(plan.loaded ? found >= 0 : found == FH_REFUSED_NO_PLAN);
    if (plan.loaded) is_list(found, &writer);
  }
  free(room);
  return 0;
}
