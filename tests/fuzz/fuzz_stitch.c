/* Carriers of a bundle as anyone may send them to a server. The first byte says which,
 * the rest is its value: JSON of an object or a text. What is believed is a bundle of its
 * own form, is read again as it was printed, and comes back whole from every carrier that
 * it is written to. Of the sixth kind it is the tail that the agent would give. */
#include <stdlib.h>

#include "carrier.h"
#include "host.h"
#include "stitch.h"

#define NOW "1767225700000"

enum { BYTES = 96 * 1024 };

static const char *const from[] = {"json", "flat", "flat", "header", "cookie"};

static _Alignas(8) char block[1 << 20];
static fh_arena arena;
static char asked[BYTES];

/* {"from":…,"value":…,"to":…} with the value as JSON, or as a text. */
static int ask(const char *carrier, fh_text value, bool is_text, const char *to,
               fh_writer *out) {
  fh_writer input = fh_writer_on(asked, sizeof asked);
  fh_put(&input, "{\"now\":" NOW ",\"from\":\"");
  fh_put(&input, carrier);
  fh_put(&input, "\",\"to\":\"");
  fh_put(&input, to);
  fh_put(&input, "\",\"value\":");
  if (is_text)
    fh_put_string(&input, value.ptr, value.len);
  else
    fh_put_bytes(&input, value.ptr, value.len);
  fh_put(&input, "}");
  if (input.full) return FH_ERR_LARGE;
  char *copy = copy_of((const uint8_t *)asked, input.len, false);
  arena = (fh_arena){block, sizeof block, 0, false};
  int code;
  const fh_json *tree = fh_json_parse(&arena, copy, input.len, &code);
  out->len = 0;
  out->full = false;
  if (tree) code = fh_stitch(out, tree, &arena);
  free(copy);
  return code;
}

/* The bundle in what fh_stitch gives without a carrier. */
static fh_text bundle_of(const fh_writer *out) {
  const char *end = memchr(out->ptr, '\n', out->len);
  HOLDS(end);
  return (fh_text){out->ptr, (size_t)(end - out->ptr)};
}

static bool same(fh_text a, fh_text b) {
  return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

/* Up to where what may be cut begins. */
static fh_text ids_of(fh_text bundle) {
  for (size_t i = 0; i + 5 < bundle.len; i++)
    if (memcmp(bundle.ptr + i, ",\"at\":", 6) == 0) return (fh_text){bundle.ptr, i};
  HOLDS(false);
  return bundle;
}

static void must_travel(fh_text bundle) {
  static const char *const carriers[] = {"json", "flat", "fields", "header"};
  static char carried[BYTES], read[BYTES];
  for (size_t i = 0; i < 4; i++) {
    fh_writer out = fh_writer_on(carried, sizeof carried);
    fh_writer back = fh_writer_on(read, sizeof read);
    HOLDS(ask("json", bundle, false, carriers[i], &out) == 0);
    bool is_header = i == 3;
    for (size_t at = 0; is_header && at < out.len; at++) HOLDS(out.ptr[at] > ' ');
    HOLDS(!is_header || out.len <= FH_MAX_HEADER_BYTES);
    HOLDS(is_header || is_json((fh_text){out.ptr, out.len}));
    const char *again = i == 1 || i == 2 ? "flat" : carriers[i];
    HOLDS(ask(again, (fh_text){out.ptr, out.len}, is_header, "", &back) == 0);
    /* An id that is too long for the flat map is not in it. */
    fh_text ids = ids_of(bundle);
    if (is_header || i == 0) HOLDS(same(ids_of(bundle_of(&back)), ids));
  }
}

static void carry(const uint8_t *data, size_t size) {
  static char out[BYTES];
  fh_writer input = fh_writer_on(asked, sizeof asked);
  fh_put(&input, "{\"at\":" NOW ",\"to\":\"json\",\"tail\":");
  fh_put_bytes(&input, (const char *)data, size);
  fh_put(&input, "}");
  if (input.full) return;
  char *copy = copy_of((const uint8_t *)asked, input.len, false);
  arena = (fh_arena){block, sizeof block, 0, false};
  int code;
  const fh_json *tree = fh_json_parse(&arena, copy, input.len, &code);
  fh_writer writer = fh_writer_on(out, sizeof out);
  bool made = tree && fh_carry(&writer, tree, &arena) == 0;
  free(copy);
  if (!made) return;
  HOLDS(is_json((fh_text){out, writer.len}));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static char first[BYTES], second[BYTES];
  if (!size || size > FH_IO_BYTES / 2) return 0;
  unsigned kind = data[0] % 6;
  data++;
  size--;
  if (kind == 5) {
    carry(data, size);
    return 0;
  }
  fh_writer out = fh_writer_on(first, sizeof first);
  if (ask(from[kind], (fh_text){(const char *)data, size}, kind > 2, "", &out)) return 0;
  fh_text bundle = bundle_of(&out);
  HOLDS(is_json(bundle) && bundle.len <= FH_MAX_BUNDLE_BYTES);
  fh_writer again = fh_writer_on(second, sizeof second);
  HOLDS(ask("json", bundle, false, "", &again) == 0);
  HOLDS(same(bundle_of(&again), bundle));
  must_travel(bundle);
  return 0;
}
