#!/usr/bin/env node
// The command line: reads the options, starts a relay, ends it in good order.
import { parseArgs } from 'node:util';
import { COMMANDS_USAGE, isCommand, runCommand } from './commands.mjs';
import { readDestinations } from './forward/index.mjs';
import { createRelay } from './index.mjs';
import { openLog } from './openlog.mjs';

const USAGE = `firsthand-relay: a first-party collector, Segment's HTTP API v1

  --port N           port to listen on, 0 for any free one (8080)
  --host ADDRESS     address to listen on (127.0.0.1)
  --db FILE          SQLite file for the events, made when missing (firsthand.db)
  --log ADDRESS      the events go to nats://HOST:PORT,…/STREAM or
                     kafka://HOST:PORT,…/TOPIC; --db is then this relay's index
  --keep-days N      removes older events each hour, once all consumers are done
  --site DIR         directory to serve at /
  --mount /PATH=DIR  directory to serve at /PATH, as often as needed
  --plan FILE        tracking plan that events are held against
  --plan-mode MODE   warn: what is not as it says is stored, with its violations;
                     block: it is refused (warn)
  --sources FILE     who may send, as JSON; without it every writeKey is taken
  --key-rate N       events per second that one writeKey may send
  --address-rate N   events per second that one address may send
  --trust-proxy      a proxy in front sets X-Forwarded-For and X-Forwarded-Proto
  --proxies N        so many of them, one behind the other
  --ip WHAT          what is kept of addresses: full, truncated or none (full)
  --geo FILE         a database of places in MaxMind's format
  --no-ack-cookie    set no cookie that tells the site's next page what arrived
  --renew DOMAIN     keeps the ids of this site's visitors for longer than Safari keeps
                     the page's cookie, as often as needed; it sets a cookie _fh_srv
  --destinations FILE  where events go on to (docs/FORWARDING.md)
  --help             this text

/events, /ledger, /plan and /metrics show everything to whoever can reach them: let a public
proxy forward only /v1/. SIGHUP reads the file of sources anew.

FIRSTHAND_VIEW_TOKEN: opens these and the page /completeness from elsewhere to whoever
has it, 16 characters or more; without it only this machine may look.
LOG_LEVEL: trace, debug, info, warn, error, fatal or silent (info).
${COMMANDS_USAGE}`;

const TEXT = { type: 'string' };

const HOUR_MS = 3_600_000;

function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      port: { ...TEXT, default: '8080' },
      host: { ...TEXT, default: '127.0.0.1' },
      db: { ...TEXT, default: 'firsthand.db' },
      log: TEXT,
      'keep-days': TEXT,
      site: TEXT,
      mount: { ...TEXT, multiple: true, default: [] },
      sources: TEXT,
      'key-rate': TEXT,
      'address-rate': TEXT,
      proxies: TEXT,
      ip: TEXT,
      geo: TEXT,
      plan: TEXT,
      'plan-mode': TEXT,
      'trust-proxy': { type: 'boolean', default: false },
      'no-ack-cookie': { type: 'boolean', default: false },
      renew: { ...TEXT, multiple: true, default: [] },
      destinations: TEXT,
      help: { type: 'boolean' },
    },
  });
  if (!/^[1-9]\d{0,4}$/.test(values['keep-days'] ?? '1')) {
    throw new Error(`--keep-days ${values['keep-days']} is not a number of days.`);
  }
  if (!/^\d+$/.test(values.port) || values.port > 65535) {
    throw new Error(`--port ${values.port} is not a port (0 to 65535).`);
  }
  return {
    ...values,
    mounts: values.mount.map(readMount),
    proxies: numberIn(values, 'proxies') ?? Number(values['trust-proxy']),
    rates: { key: numberIn(values, 'key-rate'), address: numberIn(values, 'address-rate') },
  };
}

function numberIn(values, name) {
  const text = values[name];
  if (text === undefined || (/^\d{1,9}$/.test(text) && Number(text) > 0)) return text && Number(text);
  throw new Error(`--${name} ${text} must be a whole number above 0.`);
}

function readMount(text) {
  const [, prefix, dir] = /^(\/[^=]+)=(.+)$/s.exec(text) ?? [];
  if (!prefix) throw new Error(`--mount ${text} must look like /fh=DIR.`);
  return { prefix, dir };
}

async function main({ port, host, db, log: address, site, mounts, sources, proxies, rates, ip, geo, plan, ...flags }) {
  const destinations = flags.destinations && readDestinations(flags.destinations);
  const log = address && await openLog(address, { index: db, onError: tell });
  const relay = createRelay({
    db, log, site, mounts, sources, rates, ip, geo, destinations, plan,
    planMode: flags['plan-mode'],
    trustProxy: proxies,
    viewToken: process.env.FIRSTHAND_VIEW_TOKEN || undefined,
    ackCookie: !flags['no-ack-cookie'],
    renew: flags.renew,
  });
  // Once: a second signal is the person's wish to end it at once.
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => relay.close());
  }
  process.on('SIGHUP', () => {
    try {
      relay.reload();
    } catch (error) {
      console.error(`firsthand-relay: ${error.message} The sources stay as they were.`);
    }
  });
  const url = await relay.listen({ port: Number(port), host });
  if (flags['keep-days']) keepOnly(relay.log, Number(flags['keep-days']));
  console.log(`firsthand-relay listens on ${url}, events are kept in ${log ? 'the shared log' : db}`);
}

function keepOnly(log, days) {
  const remove = () => log.retain({ days }).catch(tell);
  remove();
  setInterval(remove, HOUR_MS).unref();
}

const tell = (error) => console.error(`firsthand-relay: ${error.message}`);

function explain(error) {
  if (error.code === 'EADDRINUSE') {
    return 'That port is in use; choose another one with --port.';
  }
  return error.message;
}

try {
  const [name, ...args] = process.argv.slice(2);
  if (isCommand(name)) {
    await runCommand([name, ...args]);
  } else {
    const options = readOptions(name === 'serve' ? args : process.argv.slice(2));
    if (options.help) console.log(USAGE);
    else await main(options);
  }
} catch (error) {
  console.error(`firsthand-relay: ${explain(error)}\nTry --help.`);
  process.exit(1);
}
