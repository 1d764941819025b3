// docs/JOURNAL-COST.md, from the figures of one run.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const NAMES = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKitGTK' };

const HEAD = `# What the journal costs

Written by \`make journal-cost\`; do not edit.

Main-thread time of a page that tracks, from the call until everything is sent, answered and deleted again and the page is
still: the agent with its journal beside the same agent where IndexedDB is denied, on fresh pages of the same browser in turn,
after warming up. The collector answers at once. Events have 8 properties; a burst is one task, and the time of the same empty
timers is taken off.

*CPU* is what the kernel counts for the main thread of the page's process, *task* Chromium's TaskDuration, which also counts
waits inside a task. Other work shares this machine, so read the ratio: the journal's part of a burst as a multiple of the
*floor*, one bare IndexedDB transaction with one put of the same bytes in the same page; a row that is put again counts again.
The journal's part is its puts, the delete that follows the answer, and the making of the rows. Medians, ± half the
interquartile range; the journal's part is the median of the differences of pairs of pages.
`;

/** @returns the text that it has written */
export function writePage(file, { loads, measured, lacking }) {
  const build = createHash('sha256').update(readFileSync('dist/firsthand.js')).digest('hex').slice(0, 12);
  const parts = [HEAD, `Build \`${build}\`, ${new Date().toISOString().slice(0, 10)}.\n`];
  for (const [engine, data] of Object.entries(measured)) {
    parts.push(`## ${NAMES[engine]}, ${data.pairs.length} pairs of pages\n`);
    parts.push(table(loads, data, 'cpu', 'CPU'));
    if (engine === 'chromium') parts.push(table(loads, data, 'task', 'task'));
    parts.push(start(data));
  }
  if (lacking.length) parts.push(`Not measured, for want of the browser: ${lacking.map((engine) => NAMES[engine]).join(', ')}.\n`);
  const text = `${parts.join('\n').trimEnd()}\n`;
  writeFileSync(file, text);
  return text;
}

function table(loads, { puts, pairs }, member, name) {
  const lines = [
    `| ${name}, µs per event | without journal | with journal | the journal's part | rows put, bytes a burst | floor, µs a burst | journal's part ÷ floor |`,
    '|---|---|---|---|---|---|---|',
  ];
  for (const { size } of loads) {
    const perEvent = (kind) => pairs.map((pair) => pair[kind][size][member] / size);
    const [without, having] = [perEvent('denied'), perEvent('journal')];
    const part = having.map((us, n) => us - without[n]);
    const floor = pairs.map((pair) => pair.journal[`floor ${size}`][member]);
    const { rows, bytes } = puts[size];
    const ratio = (median(part) * size) / median(floor);
    const load = size === 1 ? 'alone' : `in bursts of ${size.toLocaleString('en')}`;
    const stored = `${Math.round(rows * 10) / 10}, ${bytes.toLocaleString('en')}`;
    lines.push(`| ${[load, us(without), us(having), us(part), stored, us(floor), ratio.toFixed(1)].join(' | ')} |`);
  }
  return `${lines.join('\n')}\n`;
}

/** From the script tag until the agent has looked for what others left. */
function start({ pairs }) {
  const ms = (kind) => pairs.map((pair) => pair[kind].start.cpu / 1000);
  const part = ms('journal').map((one, n) => one - ms('denied')[n]);
  return `Loading and starting the agent, CPU: ${us(ms('denied'))} ms without journal, ${us(ms('journal'))} ms with it, the journal's part ${us(part)} ms.\n`;
}

function us(all) {
  const spread = (quantile(all, 0.75) - quantile(all, 0.25)) / 2;
  return `${round(median(all))} ± ${round(spread)}`;
}

const round = (n) => (Math.abs(n) < 100 ? n.toFixed(1) : Math.round(n).toLocaleString('en'));
const median = (all) => quantile(all, 0.5);

function quantile(all, q) {
  const sorted = [...all].sort((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low] + (sorted[Math.ceil(at)] - sorted[low]) * (at - low);
}
