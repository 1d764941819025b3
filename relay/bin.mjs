#!/usr/bin/env node
// The command line: reads the options, starts a relay, ends it in good order.
import { parseArgs } from 'node:util';
import { createRelay } from './index.mjs';

const USAGE = `firsthand-relay: a first-party collector, Segment's HTTP API v1

  --port N           port to listen on, 0 for any free one (8080)
  --host ADDRESS     address to listen on (127.0.0.1)
  --db FILE          SQLite file for the events, made when missing (firsthand.db)
  --site DIR         directory to serve at /
  --mount /PATH=DIR  directory to serve at /PATH, as often as needed
  --plan FILE        tracking plan that events are held against
  --plan-mode MODE   warn: what is not as it says is stored, with its violations;
                     block: it is refused (warn)
  --trust-proxy      a proxy in front sets X-Forwarded-Proto
  --no-ack-cookie    set no cookie that tells the site's next page what arrived
  --help             this text

/events, /ledger and /plan show everything to whoever can reach them: let a public
proxy forward only /v1/.

LOG_LEVEL: trace, debug, info, warn, error, fatal or silent (info).`;

const TEXT = { type: 'string' };

function readOptions() {
  const { values } = parseArgs({
    options: {
      port: { ...TEXT, default: '8080' },
      host: { ...TEXT, default: '127.0.0.1' },
      db: { ...TEXT, default: 'firsthand.db' },
      site: TEXT,
      mount: { ...TEXT, multiple: true, default: [] },
      plan: TEXT,
      'plan-mode': TEXT,
      'trust-proxy': { type: 'boolean', default: false },
      'no-ack-cookie': { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  });
  if (!/^\d+$/.test(values.port) || values.port > 65535) {
    throw new Error(`--port ${values.port} is not a port (0 to 65535).`);
  }
  return { ...values, mounts: values.mount.map(readMount) };
}

function readMount(text) {
  const [, prefix, dir] = /^(\/[^=]+)=(.+)$/s.exec(text) ?? [];
  if (!prefix) throw new Error(`--mount ${text} must look like /fh=DIR.`);
  return { prefix, dir };
}

async function main({ port, host, db, site, mounts, plan, ...flags }) {
  const relay = createRelay({
    db, site, mounts, plan,
    planMode: flags['plan-mode'],
    trustProxy: flags['trust-proxy'],
    ackCookie: !flags['no-ack-cookie'],
  });
  // Once: a second signal is the person's wish to end it at once.
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => relay.close());
  }
  const url = await relay.listen({ port: Number(port), host });
  console.log(`firsthand-relay listens on ${url}, events are kept in ${db}`);
}

function explain(error) {
  if (error.code === 'EADDRINUSE') {
    return 'That port is in use; choose another one with --port.';
  }
  return error.message;
}

try {
  const options = readOptions();
  if (options.help) console.log(USAGE);
  else await main(options);
} catch (error) {
  console.error(`firsthand-relay: ${explain(error)}\nTry --help.`);
  process.exit(1);
}
