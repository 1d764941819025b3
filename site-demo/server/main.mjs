// The command line of `make demo`: the shop, in the foreground, until Ctrl-C.
import { parseArgs } from 'node:util';
import { startShop } from './index.mjs';

const USAGE = `node site-demo/server/main.mjs
  --port N         port to listen on (8080)
  --db FILE        SQLite file for the events, made when missing (build/demo.db)
  --renew-after N  seconds from the order to the renewal of a club membership (30)`;

const number = (name, text, most) => {
  if (/^\d{1,6}$/.test(text) && Number(text) <= most) return Number(text);
  throw new Error(`--${name} ${text} must be a whole number from 0 to ${most}.`);
};

const read = () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8080' },
      db: { type: 'string', default: 'build/demo.db' },
      'renew-after': { type: 'string', default: '30' },
    },
  });
  return {
    port: number('port', values.port, 65535),
    db: values.db,
    renewAfterMs: 1000 * number('renew-after', values['renew-after'], 3600),
  };
};

const EXPLAINED = {
  EADDRINUSE: 'That port is in use; choose another one: make demo PORT=8081.',
  MODULE_NOT_FOUND: 'The SDK is not installed; `make demo` installs it.',
};

try {
  const shop = await startShop(read());
  // Once: a second signal is the person's wish to end it at once.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => shop.close());
  console.log(`The shop: ${shop.url}/\nIts events, live: ${shop.url}/live/\nCtrl-C ends it.`);
} catch (error) {
  console.error(`demo: ${EXPLAINED[error.code] ?? error.message}\n${USAGE}`);
  process.exit(1);
}
