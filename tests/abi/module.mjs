// Reads the sections of a WebAssembly module that say what it takes and gives
// (webassembly.github.io/spec/core/binary/modules.html).

const VALUE = { 0x7f: 'i32', 0x7e: 'i64', 0x7d: 'f32', 0x7c: 'f64' };
const KIND = ['function', 'table', 'memory', 'global'];

/**
 * @param {Uint8Array} bytes
 * @returns {{ exports: string[], memory: { initial: number, maximum?: number } }}
 *   exports as in wasm/exports.txt: "name (i32, f64) -> i32", or the name alone
 *   of what is no function; memory in pages
 */
export function describe(bytes) {
  let at = 8; // behind the magic number and the version
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  };
  const list = (item) => Array.from({ length: number() }, item);
  const name = () => {
    const length = number();
    return new TextDecoder().decode(bytes.subarray(at, (at += length)));
  };
  const values = () => list(() => VALUE[bytes[at++]]);

  let types;
  let functions;
  let exports;
  let memory;
  const sections = {
    1: () => (types = list(() => (at++, { takes: values(), gives: values() }))),
    3: () => (functions = list(number)),
    5: () => {
      [memory] = list(() => (number() & 1 ? { initial: number(), maximum: number() } : { initial: number() }));
    },
    7: () => (exports = list(() => ({ name: name(), kind: KIND[bytes[at++]], index: number() }))),
  };
  while (at < bytes.length) {
    const id = bytes[at++];
    const end = number() + at;
    sections[id]?.();
    at = end;
  }

  // Without imports the index of a function is its place in section 3.
  const signature = ({ name, kind, index }) => {
    if (kind !== 'function') return name;
    const { takes, gives } = types[functions[index]];
    return `${name} (${takes.join(', ')})${gives.map((type) => ` -> ${type}`).join('')}`;
  };
  return { exports: exports.map(signature).sort(), memory };
}
