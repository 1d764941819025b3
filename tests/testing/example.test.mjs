// The programs of docs/TESTING.md and of the README, run as a reader would: in a
// folder of their own, with `firsthand` and the drivers as packages. Only the address
// of the shop is another, the patience of a loaded machine, and which browser is
// launched.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { startShop } from '../../site-demo/server/index.mjs';
import { openEventLog } from '../../relay/eventlog.mjs';
import { fences, read, ROOT } from '../docs/fences.mjs';
import { CHROMIUM, drivers } from './drivers.mjs';

const run = promisify(execFile);
const programsOf = (file) =>
  fences(read(file)).filter(({ language, code }) => language === 'js' && code.includes('firsthand/testing')).map(({ code }) => ({ file, code }));
const PROGRAMS = [...programsOf('docs/TESTING.md'), ...programsOf('README.md')];

const STUBS = {
  playwright: `export const chromium = { launch: () => real.chromium.launch(${JSON.stringify(CHROMIUM)}) };`,
  puppeteer: `export default { launch: () => real.launch(${JSON.stringify(CHROMIUM)}) };`,
};

describe('examples', { skip: drivers.find(([name]) => name.includes('Chromium'))?.[1].skip ?? 'needs Chromium' }, () => {
  let dir;
  let shop;
  let url;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'firsthand-example-'));
    shop = await startShop({ port: 0, db: join(dir, 'events.db'), logLevel: 'silent' });
    url = shop.url;
    mkdirSync(join(dir, 'node_modules'));
    symlinkSync(ROOT, join(dir, 'node_modules/firsthand'));
    symlinkSync(join(ROOT, 'site-demo'), join(dir, 'site-demo'));
    for (const [name, code] of Object.entries(STUBS)) {
      mkdirSync(join(dir, 'node_modules', name));
      writeFileSync(join(dir, 'node_modules', name, 'package.json'), '{ "type": "module", "main": "index.js" }');
      const real = join(ROOT, 'build/drivers/node_modules', `${name}-core`);
      writeFileSync(join(dir, 'node_modules', name, 'index.js'), `import { createRequire } from 'node:module';\nconst real = createRequire(import.meta.url)(${JSON.stringify(real)});\n${code}`);
    }
  });
  after(async () => {
    await shop?.close();
    const log = openEventLog(join(dir, 'events.db'));
    const stored = log.read(0, 100).map(({ body }) => JSON.parse(body).context.library.name);
    await log.close();
    rmSync(dir, { recursive: true, force: true });
    assert.ok(stored.length > 0, 'the server has reported no order');
    assert.ok(!stored.includes('firsthand'), 'the shop has heard of an event of a page');
  });

  test('there are five', () => assert.equal(PROGRAMS.length, 5));

  /** Rejects with what the run prints if a test of it fails. */
  const play = async (name, code) => {
    assert.ok(code.includes('http://localhost:8080'));
    const program = join(dir, `${name}.test.mjs`);
    writeFileSync(program, code.replaceAll('http://localhost:8080', url));
    const { NODE_TEST_CONTEXT, ...env } = process.env; // it is a run of its own
    await run(process.execPath, ['--test', '--test-reporter=spec', program], { cwd: dir, env }).catch(({ stdout }) => Promise.reject(new Error(stdout)));
  };

  PROGRAMS.forEach(({ file, code }, n) => {
    const [, title] = /^test\('(.*?)'/m.exec(code);
    test(`${file}: ${title}`, () => play(n, code.replace('capture(page)', 'capture(page, { timeout: 30_000 })')));
  });

  test('the error of docs/TESTING.md is what a wrong sum gives', async () => {
    const [{ code: said }] = fences(read('docs/TESTING.md')).filter(({ language }) => language === 'text');
    const wrong = PROGRAMS[0].code.replace('total: 12,', 'total: 13,').replace('capture(page)', 'capture(page, { timeout: 10_000 })');
    const { message } = await play('wrong', wrong).then(() => assert.fail('it should fail'), (error) => error);
    // Orders have numbers of their own, machines their pace; what is cut with … goes on.
    const anyOrder = (line) => line.replace(/TK-[0-9a-z]{8}/g, 'TK-').replace(/within \d+ ms|arrived \(\d+\)/, '');
    const lines = message.split('\n').map((line) => anyOrder(line.trim()));
    const absent = said.trim().split('\n').map((line) => anyOrder(line.replace(/…$/, '').trim())).filter((line) => !lines.some((real) => real.includes(line)));
    assert.deepEqual(absent, [], message);
  });
});
