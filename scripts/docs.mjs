// Writes what can be generated into the documents: docs/ERRORS.md and docs/API.md as
// a whole; in the others the snippet, the sizes of products, and the code blocks below
// a line <!-- scripts/docs.mjs: … -->.
//   node scripts/docs.mjs
// tests/docs/ tells when a document is no longer what this would write.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { apiPage } from './api.mjs';
import { sizesOf } from './size.mjs';

const url = (file) => new URL(`../${file}`, import.meta.url);
const text = (file) => readFileSync(url(file), 'utf8');

/** What the core makes of the inputs in tests/docs/example.json. */
export const example = () => {
  const { wall, start, call, next, calledAfterMs, sentAfterMs } = JSON.parse(text('tests/docs/example.json'));
  const module = new WebAssembly.Module(readFileSync(url('dist/firsthand.wasm')));
  const core = new WebAssembly.Instance(module).exports;
  const after = (ms) => [Date.parse(wall) + ms, ms];
  const write = (value) => new TextEncoder().encodeInto(JSON.stringify(value), new Uint8Array(core.memory.buffer, core.io())).written;
  const read = (length) => new TextDecoder().decode(new Uint8Array(core.memory.buffer, core.io(), length));
  core.start(write(start), ...after(0));
  core.event(write(call), ...after(calledAfterMs));
  const [batch, cookie] = [read(core.take(0, ...after(sentAfterMs))), read(core.state(0))];
  core.start(write({ ...start, options: { endpoint: '/v1/compact' } }), ...after(0));
  for (const one of [call, next]) core.event(write(one), ...after(calledAfterMs));
  return { batch, cookie, compact: read(core.take(0, ...after(sentAfterMs))) };
};

/** JSON for people: what fits into a line of 110 characters is not broken. */
export const pretty = (value, indent = '') => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const members = Object.entries(value).map(([name, member]) =>
    (Array.isArray(value) ? '' : `${JSON.stringify(name)}: `) + pretty(member, inner));
  const line = `${open} ${members.join(', ')} ${close}`;
  if (members.length === 0) return open + close;
  if (!line.includes('\n') && indent.length + line.length <= 110) return line;
  return `${open}\n${members.map((member) => inner + member).join(',\n')}\n${indent}${close}`;
};

/** docs/ERRORS.md. */
export const errorsPage = () => {
  const rows = text('src/errors.def').matchAll(/^FH_ERROR\((\w+), (-\d+), "(\w+)", "(.*)"\)$/gm);
  const table = Array.from(rows, ([, name, code, reason, sentence]) => `| \`${reason}\` | ${code} | \`FH_ERR_${name}\` | ${sentence} |`);
  return `# Errors

Written by \`scripts/docs.mjs\` from [src/errors.def](../src/errors.def), the one place where an error is defined.

The reason is what \`data-debug\` prints behind \`dropped:\`, and the key in \`firsthand.dropped\` of every batch
([WIRE.md](WIRE.md)). The code is what a function of the core returns ([ABI.md](ABI.md)).

| reason | code | in C | what is wrong |
|---|---|---|---|
${table.join('\n')}
`;
};

/** What `make bench` has found, by its document: the aims, each with what was measured. */
export const aims = () => {
  const [, table] = text('docs/BENCH.md').match(/## What was aimed at\n\n.*\n.*\n([^]*?)\n\n/);
  const rows = table.split('\n').map((row) => row.replaceAll('**', '').split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));
  return rows.map(([what, measured, verdict]) => `${verdict.padEnd(8)} ${what}: ${measured}`).join('\n');
};

const block = (language, contents) => `\`\`\`${language}\n${contents}\n\`\`\``;

/** "`dist/firsthand.js` is 9,000 bytes (brotli)" with the present figure. */
const withSizes = (markdown, tolerance) =>
  markdown.replace(/(`(dist\/[\w.]+)`,?\s+is\s+)([\d,]+)(\s+bytes\s+\((\w+)\))/g, (claim, before, file, said, after, how) => {
    const bytes = sizesOf(readFileSync(url(file)))[how];
    const off = Math.abs(Number(said.replace(/,/g, '')) - bytes);
    return off <= bytes * tolerance ? claim : before + bytes.toLocaleString('en-US') + after;
  });

/**
 * A document with its generated parts as they ought to be. Sizes that are right
 * within `tolerance` stay, so that not every byte is a change of the README.
 */
export const refreshed = (markdown, tolerance = 0.02) => {
  const { batch, cookie, compact } = example();
  const blocks = {
    batch: () => block('json', pretty(JSON.parse(batch))),
    compact: () => block('json', pretty(JSON.parse(compact)).replace(/( +"context": \{\n)[^]*?\n( +"eventIndex": 1\n)/, '$1          …\n$2')),
    cookie: () => block('text', `_fh=${cookie}`),
    bench: () => block('text', aims()),
  };
  return withSizes(markdown, tolerance)
    .replace(/^( *)<script>self\.track.*$/gm, (_, indent) => indent + text('dist/snippet.html').trim())
    .replace(/(<!-- scripts\/docs\.mjs: (\w+) -->\n)```[^]*?\n```/g, (_, marker, name) => marker + blocks[name]());
};

export const documents = ['README.md', 'docs/WIRE.md', 'site-demo/examples/plain/index.html'];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(url('docs/ERRORS.md'), errorsPage());
  writeFileSync(url('docs/API.md'), apiPage());
  for (const file of documents) writeFileSync(url(file), refreshed(text(file), 0));
}
