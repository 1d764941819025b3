// The C core on a server: the module's functions as functions of text. The only
// file that knows an address in its memory (docs/ABI.md).
import { readFileSync } from 'node:fs';

const module = new WebAssembly.Module(
  readFileSync(new URL('./firsthand.server.wasm', import.meta.url)));

/** The exchange buffer's length, SERVER_ROOM of wasm/modules.mk. */
const IO_BYTES = 1024 * 1024;

/** The code by which the core says that a text does not fit (src/errors.def). */
const LARGE = -6;

/**
 * What the core has refused: `reason` is a key for logs and counts, `message`
 * the sentence for people, `code` the core's own.
 */
export class Refusal extends Error {
  constructor(code, text) {
    const [reason, sentence] = text.split('\n');
    super(sentence);
    Object.assign(this, { name: 'Refusal', code, reason });
  }
}

/**
 * What the table of `outline` is made of, in 32-bit words (fh_request and
 * fh_request_event of src/request.h): first the request's own, then each event's.
 * A pair is a place in the text, of which both words are 0 where nothing is.
 */
export const HEAD = {
  code: 0, at: 1, events: 2, ascii: 3, writeKey: 4, sentAt: 6, context: 8,
  integrations: 10, firsthand: 12, batch: 14, words: 16,
};
export const EVENT = {
  problem: 0, type: 1, hasFact: 2, runs: 3, whole: 4, taken: 6, messageId: 8,
  timestamp: 10, originalTimestamp: 12, sentAt: 14, receivedAt: 16, context: 18,
  integrations: 20, writeKey: 22, firsthandId: 24, userAgent: 26, kept: 28, words: 56,
};
const MAX_EVENTS = 2500;

/**
 * Makes an instance of the server's module. Its functions are not reentrant and
 * never wait, so one instance serves a whole process; state that one keeps (a
 * loaded plan or mapping) is the instance's own.
 *
 * @returns {object} a function for each export, which takes text (or its UTF-8
 *   bytes) and returns text; and
 *  - `expand(bytes) → Buffer`: a compact batch made whole, src/expand.h;
 *  - `outline(bytes, type) → {text, table}`: reads a request, src/request.h. The
 *    table is an Int32Array as above, and the text what its places are in;
 *  - `members(text) → [name, member][]`: those of the text of an object, as texts;
 *  - `refusal(code) → Refusal`.
 * @throws {Refusal} by those functions, where the core returns a code.
 */
export function createCore() {
  const { memory, io, reason, table, outline, members, expand, ...exports } =
    new WebAssembly.Instance(module).exports;
  const bytes = Buffer.from(memory.buffer, io(), IO_BYTES);
  const words = new Int32Array(memory.buffer, table(), HEAD.words + MAX_EVENTS * EVENT.words);

  const write = (input) => {
    const length = typeof input === 'string' ? Buffer.byteLength(input) : input.length;
    if (length > IO_BYTES) return LARGE;
    if (typeof input === 'string') bytes.write(input, 'utf8');
    else bytes.set(input);
    return length;
  };

  const refusal = (code) => new Refusal(code, bytes.toString('utf8', 0, reason(code)));

  const run = (what, input, ...more) => {
    const length = write(input);
    const result = length < 0 ? length : what(length, ...more);
    if (result < 0) throw refusal(result);
    return result;
  };

  return {
    ...Object.fromEntries(Object.entries(exports).map(([name, what]) =>
      [name, (input) => bytes.toString('utf8', 0, run(what, input))])),
    refusal,
    expand: (input) => Buffer.from(bytes.subarray(0, run(expand, input))),
    outline(input, type) {
      run(outline, input, type);
      // Where a byte is a character everywhere, V8 need not look at them.
      const text = input.toString(words[HEAD.ascii] ? 'latin1' : 'utf8');
      const rows = Math.min(Math.max(words[HEAD.events], 0), MAX_EVENTS);
      return { text, table: words.slice(0, HEAD.words + rows * EVENT.words) };
    },
    members(text) {
      const count = run(members, text);
      return Array.from({ length: count }, (_, i) => {
        const [start, end, , whole] = words.subarray(4 * i);
        return [JSON.parse(text.slice(start, end)), text.slice(start, whole)];
      });
    },
  };
}
