// The commands beside `serve`: what the owner of a log does with it. They may
// run while a relay uses the same log.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { copyLog } from './copy.mjs';
import { FORWARDING, FORWARDING_USAGE } from './forward/cli.mjs';
import { openLog } from './openlog.mjs';

export const COMMANDS_USAGE = `
Other commands, all with --db FILE and --log ADDRESS as above:

  status                     events, consumers and what each has before it
  export --user-id ID        all that is stored of a person, as lines of JSON;
         --anonymous-id ID   of any of the ids given
  erase  --user-id ID …      removes it, and says how much that was
  retain --days N --rows N   removes what is older, and all but the newest rows,
         --unread            also what a consumer has not acknowledged
  dead   --consumer NAME     what could not be delivered, as lines of JSON
  drop   --consumer NAME     forgets a destination that is no more, and its dead letters:
                             until then retain keeps what it has not acknowledged
  backup FILE                copies the SQLite file, while it is used
  copy   --log ADDRESS       what is in --db goes into a shared log, whose index
         --index FILE        is another file; and, as the last step with every
         --cursors           relay stopped, where each consumer was
${FORWARDING_USAGE}`;

const TEXT = { type: 'string' };
const PERSON = { 'user-id': TEXT, 'anonymous-id': TEXT };

const COMMANDS = {
  status: { run: status },
  export: { options: PERSON, run: exportPerson },
  erase: { options: PERSON, run: erase },
  retain: {
    options: { days: TEXT, rows: TEXT, unread: { type: 'boolean', default: false } },
    run: retain,
  },
  dead: { options: { consumer: TEXT }, run: dead },
  drop: { options: { consumer: TEXT }, run: drop },
  backup: { positionals: true, run: backup },
  copy: { options: { index: TEXT, cursors: { type: 'boolean', default: false } } },
  ...FORWARDING,
};

export const isCommand = (name) => Object.hasOwn(COMMANDS, name ?? '');

/**
 * Runs one.
 *
 * @param {string[]} args the command's name and what stands behind it.
 * @throws an error for the person who typed it.
 */
export async function runCommand([name, ...args]) {
  const { options = {}, positionals = false, alone, run } = COMMANDS[name];
  const { values, positionals: rest } = parseArgs({
    args,
    allowPositionals: positionals,
    options: { db: { ...TEXT, default: 'firsthand.db' }, log: TEXT, ...options },
  });
  if (name === 'copy') return copy(values);
  if (alone) return run(values, rest);
  // A wrong name must not make an empty log and tell that nothing is in it.
  if (!values.log && !existsSync(values.db)) {
    throw new Error(`There is no file ${values.db}; name it with --db.`);
  }
  const log = await openLog(values.log ?? values.db, { index: values.db, onError: tell });
  try {
    return await run(log, values, rest);
  } finally {
    await log.close();
  }
}

const tell = (error) => console.error(`firsthand-relay: ${error.message}`);

async function status(log) {
  console.log(`${log.count()} events`);
  for (const { name, pending, dead: letters } of await log.consumers()) {
    console.log(`${name}: ${pending} not acknowledged, ${letters} dead letters`);
  }
}

const personOf = (values) =>
  ({ userId: values['user-id'], anonymousId: values['anonymous-id'] });

async function exportPerson(log, values) {
  const { events, deadLetters } = log.find(personOf(values));
  for (const { body } of events) console.log(body);
  const kept = new Set(events.map(({ messageId }) => messageId));
  for (const { messageId, body } of deadLetters) if (!kept.has(messageId)) console.log(body);
  console.error(`${events.length} events, ${deadLetters.length} dead letters`);
}

async function erase(log, values) {
  const { events, deadLetters, remains } = await log.erase(personOf(values));
  console.log(`removed ${events} events and ${deadLetters} dead letters`);
  if (remains) {
    console.log('Kafka cannot remove single events: they stay in the topic until its own '
      + 'retention ends, and no relay shows or forwards them any more.');
  }
}

async function retain(log, { days, rows, unread }) {
  if (days === undefined && rows === undefined) throw new Error('Say --days N or --rows N.');
  const { removed } = await log.retain(
    { days: wholeNumber('days', days), rows: wholeNumber('rows', rows), unread });
  console.log(`removed ${removed} events`);
}

function wholeNumber(name, text) {
  if (text === undefined) return undefined;
  if (!/^\d{1,12}$/.test(text)) throw new Error(`--${name} ${text} must be a whole number.`);
  return Number(text);
}

async function dead(log, { consumer }) {
  if (consumer === undefined) throw new Error('Say whose: --consumer NAME.');
  let letters = [];
  do {
    letters = await log.deadLetters(consumer, { after: letters.at(-1)?.id });
    for (const { messageId, reason, deadAt, body } of letters) {
      console.log(JSON.stringify({ messageId, reason, deadAt, event: JSON.parse(body) }));
    }
  } while (letters.length > 0);
}

async function drop(log, { consumer }) {
  const { dead: letters } = (await log.consumers()).find(({ name }) => name === consumer) ?? {};
  if (letters === undefined) throw new Error('Say which: --consumer NAME, one that status shows.');
  await log.drop(consumer);
  console.log(`${consumer} is forgotten, with ${letters} dead letters`);
}

async function backup(log, values, [file, ...more]) {
  if (file === undefined || more.length > 0) throw new Error('Say where to: backup FILE.');
  if (!log.backup) {
    throw new Error('Only a SQLite file is backed up so; an index is made anew from its log.');
  }
  if (existsSync(file)) throw new Error(`${file} is there already.`);
  await log.backup(file);
  console.log(`copied to ${file}`);
}

async function copy({ db, log: address, index, cursors }) {
  if (!/^\w+:\/\//.test(address ?? '') || index === undefined) {
    throw new Error('Say where to: --log nats://… and --index FILE.');
  }
  if (!existsSync(db)) throw new Error(`There is no file ${db}; name it with --db.`);
  const target = await openLog(address, { index, onError: tell });
  try {
    if (cursors && !target.begin) {
      throw new Error('Where consumers were can only be copied to NATS.');
    }
    const done = await copyLog(db, target, {
      cursors,
      onPage: ({ events }) => process.stderr.isTTY && process.stderr.write(`\r${events} events`),
    });
    console.log(`${done.events} events in ${db}: ${done.copied} copied, ${done.known} were there; `
      + `${done.batches} batches, ${done.deadLetters} dead letters, ${done.consumers} consumers`);
    console.log(`${target.count()} events in ${address.replace(/\/\/.*@/, '//…@')}`);
  } finally {
    await target.close();
  }
}
