/* Prints what the native core finds in each event of a file of tests/plan/cases, a line
 * each, for cases.test.mjs to compare with what the modules give. */
#include <stdio.h>
#include <stdlib.h>

#include "violation.h"

static _Alignas(8) char scratch[1 << 20];
static _Alignas(8) char store[1 << 16];
static char text[1 << 16];
static char out[1 << 16];

static const fh_json *read_case(const char *path) {
  static fh_arena arena = {scratch, sizeof scratch, 0, false};
  FILE *file = fopen(path, "rb");
  if (!file) exit(2);
  size_t len = fread(text, 1, sizeof text, file);
  fclose(file);
  fh_arena_reset(&arena);
  int code;
  const fh_json *tree = fh_json_parse(&arena, text, len, &code);
  if (!tree) exit(3);
  return tree;
}

static void print(const fh_writer *writer) {
  printf("%.*s\n", (int)writer->len, writer->ptr);
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    const fh_json *tree = read_case(argv[i]);
    fh_plan plan = fh_plan_on(store, sizeof store);
    fh_writer writer = fh_writer_on(out, sizeof out);
    if (fh_plan_load(&plan, fh_json_get(tree, "plan"), &writer) != 0) print(&writer);
    for (const fh_json *m = fh_json_first(fh_json_get(tree, "checks")); m;
         m = fh_json_next(m)) {
      writer = fh_writer_on(out, sizeof out);
      int side = fh_side_named(fh_json_get_text(m, "side"));
      fh_violations(&plan, fh_json_get(m, "event"), side, &writer);
      print(&writer);
    }
  }
  return 0;
}
