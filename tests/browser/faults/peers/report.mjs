// docs/FAULTS-PEERS.md, from the results of these builds. Who is first in a row
// is computed here, not judged.
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/lib/chromium/chromium';
const OURS = 'firsthand';

const ABOUT = `Real Chromium, real faults, loopback, a collector on another origin that is the same for all and answers each SDK in the
form that it takes for success. Five events in one task (21 over two tabs), told apart by the test's own number in each. The
settings are each SDK's own defaults; switched off is only what would send events of its own. The next visit loads the SDK and
tracks nothing. A repeat in which the fault cannot be proved to have happened is void. Peers come from npm, their versions are
pinned in \`tests/browser/faults/peers\`. Made by \`make faults-peers\`.

Events are tracked as soon as the SDK says that it is ready. What localStorage is given reaches the disk only seconds later, so
an SDK that relies on it may keep more over a kill at another moment.

A small number of repeats says "can happen" or "did not happen in N", not a rate. Figures of several repeats stand side by side
where they differ: \`0/5/5\`.
`;

const DELIVERED = `## Delivered

Events that came while the page was open or as it was closed; *then* all that had come after the next visit. First is who
delivered most in the end, then who delivered most before the next visit, then who has fewest left twice when the copies are
dropped by the SDK's own id.
`;

const WIRE = `## Extra copies on the wire

Copies beyond the first that the collector was given, next visit included, mean of a repeat. In brackets: who did not deliver
all in every repeat, and so is not compared.
`;

const REQUESTS = `## Requests

Posts with events in them before the next visit, refused connections not counted, mean of a repeat. In brackets: who did not
deliver all before the next visit in every repeat: few requests are no merit then.
`;

/** @param {{ results: object[], sdks: object, rows: object[] }} data */
export function writeReport(file, { results, sdks, rows }) {
  const valid = results.filter((result) => result.valid);
  const of = (row, sdk) => valid.filter((result) => result.row === row.id && result.sdk === sdk);
  const ids = Object.keys(sdks);
  const measured = rows.filter((row) => of(row, OURS).length);
  const figures = (row) => ids.map((sdk) => [sdk, of(row, sdk)]).filter(([, all]) => all.length);
  const names = (list) => list.map((id) => sdks[id].name).join(', ');
  const whole = (all) => all.every(({ back, sent }) => back === sent);

  const counts = ids.map((sdk) => Math.min(...measured.map((row) => of(row, sdk).length)));
  const days = [...new Set(results.map(({ at }) => at.slice(0, 10)))].sort();
  const [low, high] = [Math.min(...counts), Math.max(...measured.flatMap((row) => ids.map((sdk) => of(row, sdk).length)))];
  const facts = `${days.join(' to ')}, ${chromium()}, ${range(low, high)} repeats of each row, ${results.length - valid.length} void.
${ids.map((id) => `${sdks[id].name} ${sdks[id].version}`).join(', ')}.
`;

  const behind = [];
  const table = (what, cell, rank) => {
    const lines = [`| fault | ${names(ids).replaceAll(', ', ' | ')} | first | Firsthand is |`, `|---|${'---|'.repeat(ids.length + 2)}`];
    for (const row of measured) {
      const ranked = figures(row).map(([id, all]) => ({ id, rank: rank(all) })).filter((one) => one.rank);
      const best = ranked.reduce((a, b) => (compare(a.rank, b.rank) <= 0 ? a : b), { rank: [Infinity] });
      const first = ranked.filter((one) => compare(one.rank, best.rank) === 0).map(({ id }) => id);
      const ours = first.includes(OURS);
      const verdict = !first.length ? '' : ours ? (first.length > 1 ? 'equal first' : 'first') : '**not first**';
      if (first.length && !ours) behind.push(`${what}, ${row.name}: ${names(first)} before Firsthand.`);
      const cells = ids.map((id) => (of(row, id).length ? cell(of(row, id)) : 'not run'));
      lines.push(`| ${row.name} | ${cells.join(' | ')} | ${names(first)} | ${verdict} |`);
    }
    return `${lines.join('\n')}\n`;
  };

  const alive = (all) => all.every(({ live, sent }) => live === sent);
  const bracketed = (member, counts) => (all) => (counts(all) ? tenth(mean(all, member)) : `(${tenth(mean(all, member))})`);
  const fewest = (member, counts) => (all) => counts(all) && [mean(all, member)];
  const delivered = table('Delivered', deliveredCell, (all) => [-mean(all, 'back'), -mean(all, 'live'), mean(all, 'twice')]);
  const wire = table('Extra copies', bracketed('wire', whole), fewest('wire', whole));
  const requests = table('Requests', bracketed('requests', alive), fewest('requests', alive));

  writeFileSync(file, [
    '# Faults, side by side\n\nWritten by `make faults-peers`; do not edit.\n',
    facts, ABOUT, DELIVERED, delivered, twice(ids, valid, sdks), WIRE, wire, REQUESTS, requests,
    '## Where Firsthand is not first\n', behind.length ? behind.map((line) => `* ${line}`).join('\n') : 'Nowhere.',
  ].join('\n').trimEnd() + '\n');
}

/** "5", "0, then 5", "0/0/5, then 5". */
function deliveredCell(all) {
  const [live, back] = ['live', 'back'].map((member) => values(all, member));
  return live === back ? live : `${live}, then ${back}`;
}

function values(all, member) {
  const sorted = all.map((result) => result[member]).sort((a, b) => a - b);
  return sorted[0] === sorted.at(-1) ? String(sorted[0]) : sorted.join('/');
}

function twice(ids, valid, sdks) {
  const found = ids.map((id) => [id, valid.filter(({ sdk }) => sdk === id).reduce((sum, one) => sum + one.twice, 0)]).filter(([, n]) => n);
  const text = found.map(([id, n]) => `${sdks[id].name} ${n}`).join(', ');
  return `Left twice after copies were dropped by id, over all repeats: ${text || 'none, by no SDK'}.\n`;
}

const mean = (all, member) => all.reduce((sum, result) => sum + result[member], 0) / all.length;
const tenth = (n) => String(Math.round(n * 10) / 10);
const range = (low, high) => (low === high ? `${low}` : `${low} to ${high}`);

function compare(a, b) {
  const n = a.findIndex((value, k) => value !== b[k]);
  return n < 0 ? 0 : a[n] - b[n];
}

function chromium() {
  if (!existsSync(CHROMIUM)) return 'Chromium';
  return execFileSync(CHROMIUM, ['--version'], { encoding: 'utf8' }).match(/Chromium [\d.]+/)?.[0] ?? 'Chromium';
}
