// Writes what docs/DIALECTS.md has of this build: a real body of each dialect, and the tables of fields.
//   node tests/dialects/report.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { kept } from '../parity/recorded.mjs';
import { SDKS } from '../parity/sdks.mjs';
import { open } from './suite.mjs';
import { compare, DIALECTS, visit } from './visit.mjs';

export const DOCUMENT = 'docs/DIALECTS.md';

const { start, call } = JSON.parse(readFileSync('tests/docs/example.json', 'utf8'));

/** The body of the example of README.md in a dialect. */
function example(dialect) {
  const { key, entropy, browser, page } = start;
  const core = open({ dialect }, { key, entropy, browser, page });
  core.call(call);
  return JSON.stringify(core.body(), null, 2);
}

// [a,b] of names that differ in their last part only.
const short = (value) => {
  const text = JSON.stringify(value) ?? '';
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
};

function table(id, ours) {
  const result = compare(id, ours);
  const { peer } = DIALECTS[id];
  const by = (kind) => Object.entries(Object.groupBy ? Object.groupBy(result[kind], ({ reason }) => reason) : group(result[kind]));
  const rows = (kind, what) => by(kind).map(([reason, fields]) => `| ${what} | ${fields.length} | ${fields.slice(0, 3).map(({ path }) => `\`${path}\``).join(', ')}${fields.length > 3 ? ', …' : ''} | ${reason} |`);
  return [
    `Against ${SDKS[peer].name}'s own SDK ${kept(peer).version}, which was recorded on the same visit (tests/parity): of the fields that it sends with these calls`,
    `**${result.same.length} are the same with us, value by value**, and these are not:`,
    '',
    '| | fields | such as | why |',
    '|---|---|---|---|',
    ...rows('own', 'each has its own'),
    ...rows('differs', 'another value'),
    ...rows('not', 'not sent'),
    ...rows('more', 'ours alone'),
  ].join('\n');
}

const group = (items) => items.reduce((groups, item) => ({ ...groups, [item.reason]: [...(groups[item.reason] ?? []), item] }), {});

/** The document with its generated parts as they are now. */
export function filled(text, visits) {
  return text.replace(/(<!-- report: (body|fields) (\w+) -->\n)[^]*?(\n<!-- end -->)/g, (_, before, what, id, after) =>
    before + (what === 'body' ? `\`\`\`json\n${example(id)}\n\`\`\`` : table(id, visits[id])) + after);
}

export const allVisits = async () => {
  const visits = {};
  for (const id of Object.keys(DIALECTS)) visits[id] = await visit(id);
  return visits;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(DOCUMENT, filled(readFileSync(DOCUMENT, 'utf8'), await allVisits()));
