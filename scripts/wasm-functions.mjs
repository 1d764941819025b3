// Prints the functions of a WebAssembly module that has its name section, with
// the bytes of each body, largest first.
//   node scripts/wasm-functions.mjs FILE
import { readFileSync } from 'node:fs';

const bytes = readFileSync(process.argv[2]);
let at = 8; // after magic and version

const leb = () => {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
};
const text = () => {
  const length = leb();
  at += length;
  return bytes.toString('utf8', at - length, at);
};

const sections = [];
const sizes = [];
const names = new Map();
let imported = 0;

while (at < bytes.length) {
  const id = bytes[at++];
  const length = leb();
  const end = at + length;
  const name = id === 0 ? text() : String(id);
  sections.push([name, length]);
  if (id === 2) imported = leb();
  if (id === 10) {
    for (let left = leb(); left > 0; left--) {
      const size = leb();
      sizes.push(size);
      at += size;
    }
  }
  if (name === 'name') {
    while (at < end) {
      const kind = bytes[at++];
      const stop = leb() + at;
      if (kind === 1) for (let left = leb(); left > 0; left--) names.set(leb(), text());
      at = stop;
    }
  }
  at = end;
}

const rows = sizes.map((size, index) => [size, names.get(index + imported) ?? `#${index + imported}`]);
for (const [size, name] of rows.sort((a, b) => b[0] - a[0])) console.log(String(size).padStart(6), name);
console.error(sections.map(([name, length]) => `section ${name}: ${length}`).join('\n'));
