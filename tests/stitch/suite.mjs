// What the suites of stitching share: the cases, and the three cores that play them.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createCore } from '../../relay/core.mjs';
import { root } from '../run/suite.mjs';

const folder = `${root}tests/stitch/cases/`;

/** [{ file, name, why, steps: [{ what, stitch | carry: input, gives | refused }] }] */
export const cases = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .sort()
  .map((file) => ({ file, text: readFileSync(folder + file, 'utf8') }))
  .map(({ file, text }) => ({ file, text, ...JSON.parse(text) }));

/** [function, input] of a step. */
export const callOf = ({ stitch, carry }) => (stitch ? ['stitch', stitch] : ['carry', carry]);

// The reason of each code, of both lists.
const reasons = Object.fromEntries(
  ['errors', 'refusal'].flatMap((name) =>
    Array.from(readFileSync(`${root}src/${name}.def`, 'utf8').matchAll(/^FH_(?:ERROR|REFUSAL)\(\w+, (-\d+), "(\w+)"/gm), ([, code, reason]) => [code, reason]),
  ),
);

/** The module of firsthand.stitch.js: [reason, text] of a call. */
export const browserCore = () => {
  const module = new WebAssembly.Module(readFileSync(`${root}build/wasm/stitch.wasm`));
  const { memory, io, carry } = new WebAssembly.Instance(module).exports;
  const bytes = Buffer.from(memory.buffer, io(), 64 * 1024);
  return (_, input) => {
    const code = carry(bytes.write(JSON.stringify(input)));
    return code < 0 ? [reasons[code], ''] : [undefined, bytes.toString('utf8', 0, code)];
  };
};

/** The server's. */
export const serverCore = () => {
  const core = createCore();
  return (name, input) => {
    try {
      return [undefined, core[name](JSON.stringify(input))];
    } catch (error) {
      return [error.reason, ''];
    }
  };
};

/** What stitch_lines (native.c) reads of these calls. */
export const linesOf = (calls) => calls.map(([name, input]) => `${name} ${JSON.stringify(input)}\n`).join('');

/** All calls on the native core, as a compiler has built it. */
export const playNatively = (compiler, calls) => {
  let out = execFileSync(`${root}build/native/${compiler}/stitch_lines`, { input: linesOf(calls), maxBuffer: 1 << 26 });
  return calls.map(() => {
    const end = out.indexOf('\n');
    const [code, length] = out.toString('latin1', 0, end).split(' ').map(Number);
    const text = out.toString('utf8', end + 1, end + 1 + length);
    out = out.subarray(end + 2 + length);
    return code ? [reasons[code], ''] : [undefined, text];
  });
};
