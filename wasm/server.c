/* The exports of the server's module: what the relay, firsthand/server and the
 * command line have of the core. relay/core.mjs calls them. */
#include "exchange.h"
#include "expand.h"
#include "mapping.h"
#include "planned.h"
#include "request.h"
#include "rows.h"
#include "stitch.h"

#include <stdint.h>

EXPORT(reason) int abi_reason(int code);
EXPORT(check) int abi_check(int len);
EXPORT(table) int abi_table(void);
EXPORT(expand) int abi_expand(int len);
EXPORT(outline) int abi_outline(int len, int type);
EXPORT(members) int abi_members(int len);
EXPORT(mapping) int abi_mapping(int len);
EXPORT(map) int abi_map(int len);
EXPORT(rows) int abi_rows(int len);
EXPORT(frame) int abi_frame(int len);
EXPORT(judge) int abi_judge(int len);
EXPORT(stitch) int abi_stitch(int len);
EXPORT(plan) int abi_plan(int len);
EXPORT(violations) int abi_violations(int len);

/* A mapping and behind it the event in hand: a larger one is too_complex. */
#define MAPPING_BYTES (2 * 1024 * 1024)

static _Alignas(8) char mapping_room[MAPPING_BYTES];
static fh_arena mapping_arena = {mapping_room, MAPPING_BYTES, 0, false};
static fh_mapping mapping = {&mapping_arena, NULL, 0};

/* Where the mistake is that the last mapping was refused for. */
static char mistake_room[512];
static fh_writer mistake;

/* What a code says: its reason, a line feed, its sentence. */
int abi_reason(int code) {
  fh_writer writer = {io, sizeof io, (size_t)put_reason(code), false};
  if (code == FH_REFUSED_MAPPING) {
    fh_put(&writer, ": ");
    fh_put_bytes(&writer, mistake.ptr, mistake.len);
  }
  return (int)writer.len;
}

/* What a call handed back: how many bytes are in the buffer, or a code. */
static int written(const fh_writer *writer, int code) {
  return code < 0 ? code : (int)writer->len;
}

/* The request that was read last. Its places are in the text that was in io. */
static fh_request outlined;
int abi_table(void) { return (int)(intptr_t)&outlined; }

/* Reads a request of Segment's HTTP API (request.h), which is then at table. `type`:
 * that of a single call, or one of FH_REQUEST_*. Returns 0 or a code. */
int abi_outline(int len, int type) {
  if (len < 0 || len > FH_IO_BYTES) return FH_ERR_LARGE;
  fh_request_read(&outlined, io, (size_t)len, type);
  return outlined.code;
}

/* Checks one event, as outline does for each. Returns 0 or a code. */
int abi_check(int len) {
  int code = abi_outline(len, FH_REQUEST_CALL);
  return code ? code : outlined.event[0].problem;
}

/* Writes at table where the members of an object are: fh_request_members. Returns how
 * many there are or a code. */
int abi_members(int len) {
  if (len < 0 || len > FH_IO_BYTES) return FH_ERR_LARGE;
  fh_span *spans = (fh_span *)&outlined;
  int max = (int)(sizeof outlined / sizeof *spans / 2);
  return fh_request_members(spans, max, io, (size_t)len);
}

/* Makes a compact batch whole: expand.h. */
int abi_expand(int len) {
  int code;
  const fh_json *body = parse_io(len, &code);
  fh_writer writer = fh_writer_on(io, sizeof io);
  return body ? written(&writer, fh_expand(&writer, body)) : code;
}

/* Loads a mapping (mapping.h), instead of the one that was loaded, which is forgotten
 * even if this one is refused. Returns 0 or a code. */
int abi_mapping(int len) {
  mistake = fh_writer_on(mistake_room, sizeof mistake_room);
  if (len < 0 || len > FH_IO_BYTES) return FH_ERR_LARGE;
  return fh_mapping_load(&mapping, &mapping_arena, io, (size_t)len, &mistake);
}

/* What the loaded mapping makes of an event; nothing: its filters keep it back. */
int abi_map(int len) {
  fh_writer writer = fh_writer_on(io, sizeof io);
  if (len < 0 || len > FH_IO_BYTES) return FH_ERR_LARGE;
  return written(&writer, fh_mapping_apply(&mapping, io, (size_t)len, &writer));
}

/* The rows of an event in a dialect (rows.h), behind how many they are and a line feed.
 */
int abi_rows(int len) {
  int code;
  const fh_json *request = parse_io(len, &code);
  if (!request) return code;
  fh_writer writer = fh_writer_on(io + 2, sizeof io - 2);
  int rows = fh_put_rows(&writer, request, &arena);
  if (rows < 0) return rows;
  io[0] = (char)('0' + rows); /* three at most */
  io[1] = '\n';
  return (int)writer.len + 2;
}

/* What stands before and behind the rows of a body, with a line feed between. */
int abi_frame(int len) {
  int code;
  const fh_json *request = parse_io(len, &code);
  fh_writer writer = fh_writer_on(io, sizeof io);
  return request ? written(&writer, fh_put_frame(&writer, request)) : code;
}

/* What an answer means (rows.h). */
int abi_judge(int len) {
  int code;
  const fh_json *request = parse_io(len, &code);
  fh_writer writer = fh_writer_on(io, sizeof io);
  return request ? written(&writer, fh_put_verdict(&writer, request, &arena)) : code;
}

/* Reads a carrier of a bundle and writes it as another: stitch.h. */
int abi_stitch(int len) {
  int code;
  const fh_json *input = parse_io(len, &code);
  fh_writer writer = fh_writer_on(io, sizeof io);
  return input ? written(&writer, fh_stitch(&writer, input, &arena)) : code;
}

/* Takes a tracking plan, in place of the one before. */
int abi_plan(int len) { return take_plan(len); }

/* Checks an event by it. */
int abi_violations(int len) { return give_violations(len); }
