// What the real agents leave in a browser: each from npm (build/peers) on a page
// of Chromium, its cookies and localStorage read beside what it says itself that
// its ids are. Fails where adopt.js reads something else. What is recorded stays
// as it is unless an agent is of another version or its entries have other names.
//
//   make peer-cookies                        all of them
//   node tests/bridge/record.mjs posthog     one
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { build } from 'esbuild';
import { adoptIds } from '../../js-shim/bridge/adopt.js';
import { open } from '../browser/engines/index.mjs';
import { until } from '../browser/engines/until.mjs';

const PEERS = 'build/peers';
const USER = 'Zoë 42%/+@example.com';

// What each may keep its ids in beside its default.
const SDKS = {
  segment: { package: '@segment/analytics-next', stores: ['localStorage'] },
  rudderstack: { package: '@rudderstack/analytics-js', stores: ['localStorage'] },
  amplitude: { package: '@amplitude/analytics-browser', stores: ['localStorage'] },
  snowplow: { package: '@snowplow/browser-tracker', stores: ['localStorage'] },
  posthog: { package: 'posthog-js', stores: ['cookie', 'localStorage'] },
  mixpanel: { package: 'mixpanel-browser', stores: ['localStorage'] },
  jitsu: { package: '@jitsu/js', stores: [] },
};

const file = (name) => new URL(`recorded/${name}.json`, import.meta.url);

/** Records a value, unless what is recorded is the same as far as `essence` tells. */
function keep(name, value, essence) {
  const recorded = existsSync(file(name)) && JSON.parse(readFileSync(file(name)));
  if (recorded && isDeepStrictEqual(essence(recorded), essence(value))) return;
  writeFileSync(file(name), `${JSON.stringify(value, null, 2)}\n`);
  console.log(`${name}: recorded anew`);
}

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(SDKS);
const scripts = await bundles();

async function bundles() {
  const { outputFiles } = await build({
    entryPoints: wanted.map((id) => `tests/bridge/peers/${id}.js`),
    outdir: PEERS,
    nodePaths: [`${PEERS}/node_modules`],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'chrome120',
    define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
    logLevel: 'error',
  });
  return Object.fromEntries(wanted.map((id, i) => [id, outputFiles[i].text]));
}

/** A site with one agent on it; whatever is posted to it is fine. */
async function serve(id, store) {
  const head = `<script>${store ? `STORE = '${store}'` : ''}</script><script src="/sdk.js"></script>`;
  const page = `<!doctype html><html><head><meta charset="utf-8"><title>A page</title>${head}</head><body></body></html>`;
  const answers = { '/': ['text/html', page], '/sdk.js': ['text/javascript; charset=utf-8', scripts[id]] };
  const server = createServer((req, res) => {
    const [type, body] = answers[req.url] ?? ['application/json', '{"success":true,"status":1}'];
    res.writeHead(200, { 'content-type': type }).end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => (server.close(), server.closeAllConnections()) };
}

// Queues and locks apart, whose names are new each time.
const left = () => {
  const isState = ([name]) => /^(ajs|rl|amp|_sp|ph|mp|__eventn)_/i.test(name);
  return { cookie: document.cookie, storage: Object.fromEntries(Object.entries(localStorage).filter(isState)) };
};
const named = ({ cookie, storage }) => [...cookie.split('; ').map((pair) => pair.split('=')[0]), ...Object.keys(storage)].sort();

/** One agent in a browser of its own: [{ name, cookie, storage, says }]. */
async function record(id, store) {
  const site = await serve(id, store);
  const browser = await open('chromium');
  const states = [];
  try {
    const page = await browser.page();
    await page.goto(site.url);
    await page.eval(() => sdk.ready.then(() => {}));
    const note = async (name) => {
      const read = async () => ({ ...(await page.eval(left)), says: await page.eval(() => sdk.ids()) });
      // Some write in a later task.
      const agrees = ({ cookie, storage, says }) => {
        const { anonymousId, userId } = adoptIds(cookie, storage, id) ?? {};
        return anonymousId === says.anonymousId && (userId ?? '') === (says.userId ?? '');
      };
      let last;
      const done = async () => agrees((last = await read())) && (last.says.userId === USER) === (name === 'identified' && id !== 'snowplow');
      await until(done, { ms: 5000 }).catch(() => assert.fail(`${id}, ${name}: ${JSON.stringify({ ...last, read: adoptIds(last.cookie, last.storage, id) })}`));
      states.push({ name: [name, store].filter(Boolean).join(', '), ...last });
    };
    await note('anonymous');
    await page.eval((user) => Promise.resolve(sdk.identify(user)).then(() => {}), USER);
    await note('identified');
    if (await page.eval(() => Boolean(sdk.reset))) {
      await page.eval(() => Promise.resolve(sdk.reset()).then(() => {}));
      await note('reset');
    }
    if (id === 'segment' && !store) await recordCalls(page);
  } finally {
    await browser.cleanup();
    site.close();
  }
  return states;
}

/** What Segment's query-string API makes of the queries of cases/query.json. */
async function recordCalls(page) {
  const { cases } = JSON.parse(readFileSync(new URL('cases/query.json', import.meta.url)));
  const queries = cases.map(({ query }) => query);
  const calls = await page.eval((all) => all.map((query) => sdk.calls(query)), queries);
  keep('segment-query', queries.map((query, i) => ({ query, calls: calls[i] })), (recorded) => recorded);
}

for (const id of wanted) {
  const { version } = JSON.parse(readFileSync(`${PEERS}/node_modules/${SDKS[id].package}/package.json`));
  const states = [];
  for (const store of [undefined, ...SDKS[id].stores]) states.push(...(await record(id, store)));
  for (const { name, says } of states) console.log(`${id} ${version}, ${name}: ${says.anonymousId} ${says.userId ?? ''}`);
  const essence = (recorded) => [recorded.version, recorded.states.map((state) => [state.name, named(state)])];
  keep(id, { sdk: SDKS[id].package, version, states }, essence);
}
