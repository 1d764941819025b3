/* The module of firsthand.stitch.js: what the agent knows becomes a bundle and its
 * carriers. js-shim/stitch/core.js calls it. */
#include "carrier.h"
#include "exchange.h"

EXPORT(carry) int abi_carry(int len);

/* See fh_carry. */
int abi_carry(int len) {
  int code;
  const fh_json *input = parse_io(len, &code);
  fh_writer writer = fh_writer_on(io, sizeof io);
  if (input) code = fh_carry(&writer, input, &arena);
  return code ? code : (int)writer.len;
}
