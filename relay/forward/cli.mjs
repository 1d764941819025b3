// The commands about forwarding: firsthand-relay dead | replay | map | playbook.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import pino from 'pino';
import { openEventLog } from '../eventlog.mjs';
import { previewOf } from './destination.mjs';
import { convertPlaybook, readDestinations, replay } from './index.mjs';

export const FORWARDING_USAGE = `Commands, instead of the options above:
  dead NAME --db FILE [--limit N]     a destination's dead letters, one JSON a line
  replay NAME --db FILE --destinations FILE [--limit N]
                                      sends them once more; the relay may run
  map NAME --destinations FILE        what the destination gets of the events that
                                      come in, one JSON a line; sends nothing
  playbook FILE [--partial]           a playbook of MetaRouter's as a mapping`;

const TEXT = { type: 'string' };

function read(args, options, name) {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  if (positionals.length !== 1) throw new Error(`Say one ${name}.`);
  if (values.limit !== undefined && !/^[1-9]\d*$/.test(values.limit)) throw new Error(`--limit ${values.limit} is no number of events.`);
  return { ...values, limit: values.limit && Number(values.limit), what: positionals[0] };
}

function destinationOf({ destinations, what }) {
  if (!destinations) throw new Error('Say the file of destinations with --destinations.');
  const all = readDestinations(destinations);
  if (!Object.hasOwn(all, what)) throw new Error(`There is no destination ${what}; there are ${Object.keys(all).join(', ')}.`);
  return all[what];
}

const print = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

async function withLog(file = 'firsthand.db', use) {
  const log = openEventLog(file);
  try {
    return await use(log);
  } finally {
    await log.close();
  }
}

async function dead(args) {
  const { what, db, limit = Infinity } = read(args, { db: TEXT, limit: TEXT }, 'destination');
  await withLog(db, async (log) => {
    let left = limit;
    for (let after = 0, page; left > 0; left -= page.length) {
      page = await log.deadLetters(what, { after, limit: Math.min(100, left) });
      if (page.length === 0) return;
      for (const { messageId, type, receivedAt, reason, deadAt, body } of page) {
        print({ messageId, type, receivedAt, deadAt, reason, event: JSON.parse(body) });
      }
      after = page.at(-1).id;
    }
  });
}

async function again(args) {
  const options = read(args, { db: TEXT, destinations: TEXT, limit: TEXT }, 'destination');
  const own = destinationOf(options);
  const logger = pino({ level: process.env.LOG_LEVEL ?? 'info', base: null }, pino.destination(2));
  const count = await withLog(options.db, (log) => replay(log, own, { limit: options.limit, logger }));
  print(count);
  if (count.failed > 0) process.exitCode = 2;
}

async function map(args) {
  const preview = previewOf(destinationOf(read(args, { destinations: TEXT }, 'destination')));
  for await (const text of createInterface({ input: process.stdin })) {
    if (text.trim()) process.stdout.write(`${preview(text)}\n`);
  }
}

function playbook(args) {
  const { what, partial } = read(args, { partial: { type: 'boolean' } }, 'file');
  const { mapping, left, params } = convertPlaybook(JSON.parse(readFileSync(what, 'utf8')), { partial });
  process.stdout.write(`${JSON.stringify(mapping, null, 2)}\n`);
  for (const { path, why } of left) console.error(`left out: ${path} ${why}`);
  if (params.length > 0) console.error(`needs a value: ${params.join(', ')}`);
}

export const FORWARDING = { dead, replay: again, map, playbook };
