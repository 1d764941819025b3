// Writes a module, given as WebAssembly text, in such a way that brotli packs it better.
//   node wasm/pack.mjs < module.wat > packed.wat
import { readFileSync } from 'node:fs';

const [head, ...rest] = readFileSync(0, 'utf8').split(/^(?= \(func )/m);
const end = '\n)\n'; // of the module

// A double that is a whole number becomes a converted integer: of its nine bytes
// few are left. 70 bytes.
const shortened = (text) =>
  text.replace(/\(f64\.const (-?[\d.e+]+)\)/g, (double, value) =>
    Object.is(+value, value | 0) ? `(f64.convert_i32_s (i32.const ${+value}))` : double,
  );

const functions = shortened(rest.join('')).slice(0, -end.length).split(/\n(?= \(func )/);

// What follows the name, without the names of the parameters.
const signatureOf = (text) => text.split('\n', 1)[0].replace(/\$\S+/g, '');

const count = {};
for (const text of functions) count[signatureOf(text)] = (count[signatureOf(text)] ?? 0) + 1;

// What is alike near each other: by signature, the most frequent first, and by
// length. 130 bytes.
functions.sort((a, b) => {
  const [one, other] = [signatureOf(a), signatureOf(b)];
  return count[other] - count[one] || (one === other ? a.length - b.length : one < other ? -1 : 1);
});
process.stdout.write(head + functions.join('\n') + end);
