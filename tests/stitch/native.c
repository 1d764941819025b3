/* Plays inputs to the native core, as cases.test.mjs does to the modules. Each line of
 * the standard input is a function's name, a space, and its JSON; for each it prints
 * the code, the length of what came out, and that. */
#include <stdio.h>
#include <stdlib.h>

#include "carrier.h"
#include "stitch.h"

#define ROOM (1 << 20)

static char line[ROOM + 16], out[ROOM];
static _Alignas(8) char block[8 * ROOM];

static void play(char *text, size_t len) {
  fh_arena arena = {block, sizeof block, 0, false};
  fh_writer writer = fh_writer_on(out, sizeof out);
  char *json = memchr(text, ' ', len);
  if (!json) exit(2);
  *json++ = '\0';
  len -= (size_t)(json - text);
  int code;
  const fh_json *input = fh_json_parse(&arena, json, len, &code);
  if (input)
    code = strcmp(text, "carry") == 0 ? fh_carry(&writer, input, &arena)
                                      : fh_stitch(&writer, input, &arena);
  printf("%d %zu\n", code, code ? 0 : writer.len);
  fwrite(out, 1, code ? 0 : writer.len, stdout);
  printf("\n");
}

int main(void) {
  while (fgets(line, sizeof line, stdin)) {
    size_t len = strcspn(line, "\n");
    play(line, len);
  }
  return 0;
}
