// What the tests of the dialects share: the build that has all of them, and a core to
// call in it.
import { readFileSync, readdirSync } from 'node:fs';
import { limits, root } from '../run/suite.mjs';

const ALL = 'amplitude+snowplow+posthog+relatives+4'; // MANY of tests/dialects.mk

/** The script of a page with every dialect and for four destinations, and its module. */
export const script = `${root}build/dialects/${ALL}/firsthand.js`;
export const wasm = readFileSync(`${root}build/dialects/${ALL}/firsthand.wasm`);
export const module = new WebAssembly.Module(wasm);

/** Data that lie beside the repository, or where SHARED says. */
export const shared = process.env.SHARED ?? `${root}../shared`;

const folder = `${root}tests/dialects/cases/`;
export const caseFiles = readdirSync(folder).sort();
export const casePath = (file) => folder + file;
export const caseText = (file) => readFileSync(folder + file, 'utf8');

const WALL = Date.UTC(2026, 0, 1);

/**
 * A core that has been started, on a page.
 * @returns {{ call, body }} call(object, ms): a call, the code of a refusal is thrown; body(): all
 *   that waits, as one parsed request
 */
export function open(options, more = {}) {
  const core = new WebAssembly.Instance(module).exports;
  const io = new Uint8Array(core.memory.buffer, core.io(), limits.FH_IO_BYTES);
  const put = (value) => new TextEncoder().encodeInto(JSON.stringify(value), io).written;
  let ms = 0;
  const now = () => [WALL + ms, ms];
  const must = (code) => {
    if (code < 0) throw new Error(`refused: ${code}`);
    return code;
  };
  must(core.start(put({ key: 'KEY', entropy: [1, 2, 3, 4], options, ...more }), ...now()));
  return {
    call(what, after = 10) {
      ms += after;
      return must(core.event(put(what), ...now()));
    },
    body() {
      ms += 1000;
      const length = core.take(1, ...now());
      return length && JSON.parse(new TextDecoder().decode(io.subarray(0, length)));
    },
    ack: (status, text) => core.ack(status, put(text), 0, ...now()),
  };
}
