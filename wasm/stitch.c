/* The module of firsthand.stitch.js: what the agent knows becomes a bundle and its
 * carriers. js-shim/stitch/core.js calls it. */
#include "carrier.h"
#include "exchange.h"

EXPORT(carry) int abi_carry(int len);

/* {"tail","at","to","prefix"}: see fh_bundle_of and fh_put_carrier. */
int abi_carry(int len) {
  int code;
  const fh_json *input = parse_io(len, &code);
  if (!input) return code;
  fh_bundle bundle;
  fh_writer writer = fh_writer_on(io, sizeof io);
  code = fh_bundle_of(&bundle, fh_json_get(input, "tail"),
                      fh_json_whole(fh_json_get(input, "at")));
  if (!code)
    code = fh_put_carrier(&writer, &bundle, fh_json_get_text(input, "to"),
                          fh_json_get_text(input, "prefix"), &arena);
  return code ? code : (int)writer.len;
}
