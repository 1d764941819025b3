// The module that makes bundles and their carriers, as a function. FH_* are the core's
// constants, put in by build.mjs.
import { compile } from '../unpack.js';

/**
 * Instantiates it; throws where WebAssembly is refused.
 * @returns {(tail: string, at: number, to: string, prefix?: string) => string} of the agent's
 *   FH_STATE_TAIL a carrier: json, flat, fields (as JSON), header. '' where the core refuses
 */
export const createCarry = () => {
  const { memory, io, carry } = new WebAssembly.Instance(compile()).exports;
  const bytes = new Uint8Array(memory.buffer, io(), FH_IO_BYTES);
  return (tail, at, to, prefix = '') => {
    // A tail ends where the number of the event would stand.
    const text = `{"at":${at},"to":"${to}","prefix":${JSON.stringify(`${prefix}`)},"tail":{${tail.slice(1)}0}}}}`;
    const { read, written } = new TextEncoder().encodeInto(text, bytes);
    const length = read < text.length ? 0 : carry(written);
    return new TextDecoder().decode(bytes.subarray(0, Math.max(0, length)));
  };
};
