// What wasm-metadce is to keep of a module: its memory and what its C file exports.
//   node wasm/keep.mjs wasm/server.c > keep.json
import { readFileSync } from 'node:fs';

const code = readFileSync(process.argv[2], 'utf8');
const names = ['memory', 'io', ...Array.from(code.matchAll(/^EXPORT\((\w+)\)/gm), ([, name]) => name)];
console.log(JSON.stringify(names.map((name) => ({ name, root: true, export: name }))));
