/* Plays files to a target without a fuzzer: for builds that have none (coverage, gcc).
 * Ends with how many there were. */
#include <stdio.h>
#include <stdlib.h>

#include "host.h"

#define MOST (4 << 20)

int main(int argc, char **argv) {
  uint8_t *data = malloc(MOST);
  int played = 0;
  for (int i = 1; data && i < argc; i++) {
    FILE *file = fopen(argv[i], "rb");
    if (!file) continue;
    size_t size = fread(data, 1, MOST, file);
    fclose(file);
    LLVMFuzzerTestOneInput(data, size);
    played++;
  }
  free(data);
  printf("%d played\n", played);
  return played == 0;
}
