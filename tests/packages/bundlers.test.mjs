// Small applications that import the package, built as a beginner would, without
// configuration, and run in a browser: an event arrives. The packed module is a
// string of characters beyond ASCII, and each bundler has its own way with those.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { open } from '../browser/engines/index.mjs';
import { startSite } from '../browser/site.mjs';
import { bin, install } from './packed.mjs';
import { served } from './served.mjs';

const INIT = "const track = init({ key: 'test', endpoint: '/v1/batch', debug: true });\ntrack('Built', { tea: '茶 é' });\n";
const IMPORT = `import { init } from 'firsthand';\n${INIT}`;
const REQUIRE = `const { init } = require('firsthand');\n${INIT}`;
// The script by its address, for those who want the tag.
const URL_IMPORT = `import src from 'firsthand/dist/firsthand.js?url';
const script = Object.assign(document.createElement('script'), { src, onload: () => track('Built', { tea: '茶 é' }) });
Object.assign(script.dataset, { key: 'test', endpoint: '/v1/batch', debug: '' });
document.head.append(script);
`;

const MODULE = '<script type="module" src="/main.js"></script>';
const CLASSIC = '<script defer src="/main.js"></script>';
const UTF8 = '<meta charset="utf-8">';

const esbuild = (...flags) => (dir) => {
  bin('esbuild', ['app.js', '--bundle', '--outfile=out/main.js', '--log-level=error', ...flags], { cwd: dir });
  return 'out';
};
const vite = (dir) => {
  bin('vite', ['build', '--logLevel', 'error'], { cwd: dir });
  return 'dist';
};

// [what, the application's code, its page, how it is built]
const APPS = [
  ['Vite', IMPORT, MODULE, vite],
  ["Vite, the script's address", URL_IMPORT, MODULE, vite],
  ['esbuild', IMPORT, CLASSIC, esbuild()],
  ['esbuild, minified module', IMPORT, MODULE, esbuild('--minify', '--format=esm')],
  ['esbuild, require()', REQUIRE, CLASSIC, esbuild('--minify')],
  ['esbuild, characters as they are, in a module', IMPORT, MODULE, esbuild('--charset=utf8', '--format=esm')],
  ['esbuild, characters as they are, on a page of UTF-8', IMPORT, UTF8 + CLASSIC, esbuild('--charset=utf8')],
];

let packed;
let browser;
before(async () => {
  packed = install('bundlers');
  browser = await open('chromium');
});
after(() => browser?.cleanup());

const built = (name, [code, page, build]) => {
  const dir = packed.app(name);
  writeFileSync(join(dir, 'main.js'), code);
  writeFileSync(join(dir, 'app.js'), code);
  const html = `<!doctype html><title>A built page</title>${page}`;
  writeFileSync(join(dir, 'index.html'), html);
  const out = join(dir, build(dir));
  if (out.endsWith('/out')) writeFileSync(join(out, 'index.html'), html);
  return out;
};

/** The event that an application sends when it is opened. */
const sentBy = async (t, name, app) => {
  const site = await startSite(served(built(name, app)));
  t.after(() => site.close());
  const p = await browser.page();
  await p.goto(`${site.url}/`);
  const event = await site.named('Built');
  await p.close();
  return event;
};

describe('an event arrives from a page that is built by', () => {
  for (const [i, [what, ...app]] of APPS.entries()) {
    test(what, async (t) => {
      const { properties, context } = await sentBy(t, `app-${i}`, app);
      assert.deepEqual([properties, context.page.title], [{ tea: '茶 é' }, 'A built page']);
    });
  }
});

test('the bridge is connected by hand, and ids are adopted', async (t) => {
  const code = `import { init } from 'firsthand';
    import { bridge } from 'firsthand/bridge';
    document.cookie = 'ajs_anonymous_id=id-of-segment';
    const track = init({ key: 'test', endpoint: '/v1/batch', adopt: 'segment', storage: 'none' });
    track('Built');
    track.use(bridge);`;
  const { anonymousId } = await sentBy(t, 'bridge', [code, MODULE, vite]);
  assert.equal(anonymousId, 'id-of-segment');
});

test('what is imported and not used is left out', () => {
  const out = built('unused', ["import { init } from 'firsthand';\nimport { bridge } from 'firsthand/bridge';\nconsole.log(1);\n", CLASSIC, esbuild('--minify')]);
  assert.equal(readFileSync(join(out, 'main.js'), 'utf8').trim(), '(()=>{console.log(1);})();');
});
