// docs/FAULTS.md, from the results of one build.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { passed, shortfalls } from './judge.mjs';
import { current } from './rows.mjs';

const NAMES = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKitGTK' };
const REMARKS = new URL('./remarks.json', import.meta.url);

const HEAD = `# Faults

What becomes of events when something breaks. Written by \`node tests/browser/faults/run.mjs --report\`; do not edit.
`;

const HOW = `Each line is one fault in one engine: real browsers, the real relay, loopback, no simulation. The oracle is what the relay has
committed, told apart by the test's own number in each event, not by the agent's ids or counters. A repeat in which the fault
cannot be proved to have happened is void and counts for nothing. Made by \`make faults\`; one line again:
\`node tests/browser/faults/run.mjs --row 5 --engine firefox --repeats 10\`.

| column | |
|---|---|
| pass | repeats that showed what is expected / repeats with the fault |
| live | events stored before the visitor's next visit, of those tracked, over all repeats |
| late | events that only the next visit delivered |
| missing | events never stored, 60 s after the next visit began at most; refused or dropped and counted ones are not in it |
| wire | copies beyond the first that a relay was given (by the agent or by the browser itself) |
| store | events stored twice: must be 0 |
| requests | posts before the next visit, median (most); failed ones too |
`;

export function writeReport({ rows, results, build, engines, file = 'docs/FAULTS.md' }) {
  const mine = current(results, rows, build);
  const remarks = existsSync(REMARKS) ? JSON.parse(readFileSync(REMARKS, 'utf8')) : {};
  const parts = [HEAD, facts(mine, build, engines), HOW, '## The matrix\n', table(rows, mine, engines), '## Shortfalls\n', shorts(rows, mine, engines, remarks),
    '## What else was measured\n', measured(rows, mine, engines), '## Not in the matrix\n', NOT_RUN];
  mkdirSync('docs', { recursive: true });
  writeFileSync(file, `${parts.join('\n').trimEnd()}\n`);
}

function facts(mine, build, engines) {
  const version = (command, ...args) => {
    try {
      return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().match(/\d+\.\d+[.\d]*/)?.[0];
    } catch {
      return undefined;
    }
  };
  const versions = {
    chromium: version('/usr/lib/chromium/chromium', '--version'),
    firefox: version('/usr/lib/firefox-esr/firefox-esr', '--version'),
    webkit: version('dpkg-query', '-W', '-f=${Version}', 'libwebkit2gtk-4.1-0'),
  };
  const valid = mine.filter((result) => result.valid);
  const sum = (name) => valid.reduce((total, result) => total + result[name], 0);
  return `Build \`${build}\`, ${mine[0]?.at.slice(0, 10) ?? 'no day'}; ${engines.map((engine) => `${NAMES[engine]} ${versions[engine] ?? ''}`.trim()).join(', ')}.
${valid.length} repeats with their fault (${mine.length - valid.length} void), ${sum('sent')} events, of which **${sum('storeDouble')} are twice in the store**
and ${sum('missing')} missing. A small N says "can happen" or "did not happen in N", not a rate. Several repeats ran at a time: in the median one
the processors were in use to ${Math.round(100 * (median(valid.map((result) => result.busy ?? 0)) ?? 0))} %.
`;
}

const median = (all) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)];

function cells(row, kase, engine, mine) {
  const tries = mine.filter((result) => result.row === row.number && result.case === kase && result.engine === engine);
  const valid = tries.filter((result) => result.valid);
  const sum = (name) => valid.reduce((total, result) => total + result[name], 0);
  return { tries, valid, sum, requests: valid.map((result) => result.requests), pass: valid.filter((result) => passed(result, row)).length };
}

function table(rows, mine, engines) {
  const lines = ['| # | fault | expected | engine | pass | live | late | missing | wire | store | requests |', '|---|---|---|---|---|---|---|---|---|---|---|'];
  for (const row of [...rows].sort((a, b) => a.number - b.number)) {
    for (const kase of row.cases ?? ['']) {
      // An engine that has no such thing has no line.
      engines.filter((engine) => row.engines?.includes(engine) ?? true).forEach((engine, i) => {
        const { tries, valid, sum, requests, pass } = cells(row, kase, engine, mine);
        const what = i ? '| | |' : `| ${row.number} | ${row.name}${kase && `: ${kase}`}${row.realTime ? ` (real time: ${row.realTime})` : ''} | ${row.expect} |`;
        if (!valid.length) return lines.push(`${what} ${NAMES[engine]} | ${tries.length ? `void ${tries.length}` : 'not run'} | | | | | | |`);
        const mark = pass === valid.length ? `${pass}/${valid.length}` : `**${pass}/${valid.length}**`;
        const wild = tries.length - valid.length;
        lines.push(`${what} ${NAMES[engine]} | ${mark}${wild ? ` (${wild} void)` : ''}${row.todo ? ' *to do*' : ''} | ${sum('live')}/${sum('sent')} | ${sum('late')} | ${sum('missing')} | ${sum('wireDouble')} | ${sum('storeDouble')} | ${median(requests)} (${Math.max(...requests)}) |`);
      });
    }
  }
  return `${lines.join('\n')}\n`;
}

/** What fell short, by its own words, and what is known of the cause. */
function shorts(rows, mine, engines, remarks) {
  const lines = [];
  for (const row of [...rows].sort((a, b) => a.number - b.number)) {
    const found = [];
    for (const kase of row.cases ?? ['']) {
      for (const engine of engines) {
        const { valid, tries } = cells(row, kase, engine, mine);
        const all = valid.flatMap((result) => shortfalls(result, row));
        const voids = tries.filter((result) => !result.valid).map(({ why }) => `void: ${why}`);
        const counts = new Map();
        for (const text of [...all, ...voids]) counts.set(text, (counts.get(text) ?? 0) + 1);
        if (!counts.size) continue;
        const most = [...counts].sort((a, b) => b[1] - a[1]);
        found.push(`  - ${NAMES[engine]}${kase && `, ${kase}`}: ${most.slice(0, 3).map(([text, n]) => `${text.slice(0, 120)} (${n}×)`).join('; ')}${most.length > 3 ? `; ${most.length - 3} more kinds` : ''}`);
      }
    }
    if (found.length || remarks[row.number]) lines.push(`- **${row.number} ${row.name}.** ${remarks[row.number] ?? (found.length ? 'Cause not known yet.' : '')}`, ...found);
  }
  return `${lines.join('\n') || 'None.'}\n`;
}

/** The rows' own figures: medians and ranges of numbers. */
function measured(rows, mine, engines) {
  const lines = [];
  for (const row of [...rows].sort((a, b) => a.number - b.number)) {
    for (const kase of row.cases ?? ['']) {
      for (const engine of engines) {
        const { valid } = cells(row, kase, engine, mine);
        const names = new Set(valid.flatMap(({ notes }) => Object.keys(notes ?? {})));
        const figures = [...names].flatMap((name) => {
          const values = valid.map(({ notes }) => notes?.[name]).filter(Number.isFinite);
          return values.length ? [`${name} ${median(values)} (${Math.min(...values)}–${Math.max(...values)})`] : [];
        });
        if (figures.length) lines.push(`- ${row.number}${kase && ` ${kase}`}, ${NAMES[engine]}: ${figures.join(', ')}`);
      }
    }
  }
  return `Median (least–most).\n\n${lines.join('\n')}\n`;
}

const NOT_RUN = `Rows of the plan (\`delivery.md\` section 8) that are not run here, and why:

- 8 power loss: kill -9 keeps the kernel's page cache, so this machine cannot show it.
- 23 partial success, 49 trap in the module, 50 opt-out: they come with what they test.
- 12 and 47 in Firefox and WebKitGTK: no driver freezes a page there, and neither renders one ahead.
- Safari, iOS and Android, HTTP/2, TLS: not on this machine.
`;
