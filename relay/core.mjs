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
 * Makes an instance of the server's module. Its functions are not reentrant and
 * never wait, so one instance serves a whole process; state that one keeps (a
 * loaded plan or mapping) is the instance's own.
 *
 * @returns {Record<string, (input: string|Uint8Array) => string>} a function for
 *   each export, which takes text (or its UTF-8 bytes) and returns text.
 * @throws {Refusal} by those functions, where the core returns a code.
 */
export function createCore() {
  const { memory, io, reason, ...exports } = new WebAssembly.Instance(module).exports;
  const bytes = Buffer.from(memory.buffer, io(), IO_BYTES);

  const write = (input) => {
    const length = typeof input === 'string' ? Buffer.byteLength(input) : input.length;
    if (length > IO_BYTES) return LARGE;
    if (typeof input === 'string') bytes.write(input, 'utf8');
    else bytes.set(input);
    return length;
  };

  const call = (run) => (input) => {
    const length = write(input);
    const result = length < 0 ? length : run(length);
    if (result < 0) throw new Refusal(result, bytes.toString('utf8', 0, reason(result)));
    return bytes.toString('utf8', 0, result);
  };

  return Object.fromEntries(
    Object.entries(exports).map(([name, run]) => [name, call(run)]));
}
