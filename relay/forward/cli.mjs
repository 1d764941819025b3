// The commands about forwarding, for `../commands.mjs`.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import pino from 'pino';
import { previewOf } from './destination.mjs';
import { convertPlaybook, readDestinations, replay } from './index.mjs';

export const FORWARDING_USAGE = `
  replay --consumer NAME     sends a destination's dead letters once more
         --destinations FILE
         --limit N           not all of them
  map    --consumer NAME     what a destination would get of the events that come
         --destinations FILE in, lines of JSON; sends nothing, needs no log
  playbook FILE              a playbook of MetaRouter's as a mapping; needs no log
         --partial           leaves out, and names, what is written in Lua`;

const TEXT = { type: 'string' };
const WHICH = { consumer: TEXT, destinations: TEXT };

function destinationOf({ consumer, destinations }) {
  if (!destinations) throw new Error('Say the file of destinations: --destinations FILE.');
  const all = readDestinations(destinations);
  if (!Object.hasOwn(all, consumer ?? '')) {
    throw new Error(`Say which destination: --consumer ${Object.keys(all).join(', ')}.`);
  }
  return all[consumer];
}

async function again(log, { limit, ...values }) {
  if (!/^[1-9]\d{0,9}$/.test(limit ?? '1')) {
    throw new Error(`--limit ${limit} is no number of events.`);
  }
  const logger = pino({ level: process.env.LOG_LEVEL ?? 'info', base: null }, pino.destination(2));
  const { delivered, failed } = await replay(log, destinationOf(values),
    { limit: limit && Number(limit), logger });
  console.log(`${delivered} delivered, ${failed} failed`);
  if (failed > 0) process.exitCode = 2;
}

async function map(values) {
  const preview = previewOf(destinationOf(values));
  for await (const text of createInterface({ input: process.stdin })) {
    if (text.trim()) console.log(preview(text));
  }
}

function playbook({ partial }, [file, ...more]) {
  if (file === undefined || more.length > 0) throw new Error('Say which: playbook FILE.');
  const { mapping, left, params } = convertPlaybook(JSON.parse(readFileSync(file, 'utf8')), { partial });
  console.log(JSON.stringify(mapping, null, 2));
  for (const { path, why } of left) console.error(`left out: ${path} ${why}`);
  if (params.length > 0) console.error(`needs a value: ${params.join(', ')}`);
}

export const FORWARDING = {
  replay: { options: { ...WHICH, limit: TEXT }, run: again },
  map: { options: WHICH, alone: true, run: map },
  playbook: { options: { partial: { type: 'boolean' } }, positionals: true, alone: true, run: playbook },
};
