// Orders the functions of a module, given as WebAssembly text, so that brotli finds
// what is alike near each other: by signature, the most frequent first, and by length.
//   node wasm/order.mjs < module.wat > ordered.wat
import { readFileSync } from 'node:fs';

const [head, ...rest] = readFileSync(0, 'utf8').split(/^(?= \(func )/m);
const end = '\n)\n'; // of the module
const functions = rest.join('').slice(0, -end.length).split(/\n(?= \(func )/);

// What follows the name, without the names of the parameters.
const signatureOf = (text) => text.split('\n', 1)[0].replace(/\$\S+/g, '');

const count = {};
for (const text of functions) count[signatureOf(text)] = (count[signatureOf(text)] ?? 0) + 1;

functions.sort((a, b) => {
  const [one, other] = [signatureOf(a), signatureOf(b)];
  return count[other] - count[one] || (one === other ? a.length - b.length : one < other ? -1 : 1);
});
process.stdout.write(head + functions.join('\n') + end);
