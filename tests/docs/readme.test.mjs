// Every fenced example of the README is taken out of it and run.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { installed, open } from '../browser/engines/index.mjs';
import { until } from '../browser/engines/until.mjs';
import { page, startSite } from '../browser/site.mjs';
import { example } from '../../scripts/docs.mjs';
import { fences, read, ROOT } from './fences.mjs';

const README = read('README.md');
const blocks = fences(README);
const of = (language) => blocks.filter((block) => block.language === language).map(({ code }) => code);
const only = (language) => {
  const codes = of(language);
  assert.equal(codes.length, 1, `one ${language} example`);
  return codes[0];
};

// The second one is run by tests/testing/example.test.mjs.
const [moduleExample, kitExample, ...more] = of('js');
test('there are two examples of JavaScript', () => {
  assert.match(kitExample, /firsthand\/testing/);
  assert.deepEqual(more, []);
});

test('there is no example in a language that is not run here', () => {
  assert.deepEqual([...new Set(blocks.map(({ language }) => language))].sort(), ['html', 'http', 'js', 'json', 'sh', 'text']);
});

test('the batch is what the core makes of the documented inputs', () => {
  assert.equal(JSON.stringify(JSON.parse(only('json'))), example().batch);
});

test('the headings come in this order', () => {
  const headings = Array.from(README.matchAll(/^## (.*)$/gm), ([, heading]) => heading);
  assert.deepEqual(headings, [
    'Use', 'Try it', 'What is sent', 'API', 'What is refused, and how one sees it', 'Test your tracking', 'Browser support', 'Limits', 'Not there yet', 'Layout',
  ]);
});

describe('commands', () => {
  const commands = of('sh').join('').trim().split('\n');
  for (const command of commands) {
    const [, code, output] = /^(.*?)(?:\s+# (.*))?$/.exec(command);
    test(code, () => {
      const [, file] = /node --test (\S+)$/.exec(code) ?? [];
      if (file) assert.ok(existsSync(ROOT + file), file);
      else if (code.startsWith('node ')) assert.equal(execFileSync('bash', ['-c', code], { cwd: ROOT, encoding: 'utf8' }).trim(), output);
      else assert.match(code, /^make /); // tests/docs/docs.test.mjs knows the targets
    });
  }
});

test('the layout names what is there', () => {
  const { code } = blocks.find(({ heading }) => heading === 'Layout');
  for (const line of code.trim().split('\n')) {
    const [folder, ...words] = line.split(/\s+/);
    assert.ok(existsSync(ROOT + folder), folder);
    for (const name of words.join(' ').match(/\b[a-z]+\/|\w+\.(?:md|js|h)\b/g) ?? []) assert.ok(existsSync(ROOT + folder + name), folder + name);
  }
});

test('the module can be imported where there is no browser', async () => {
  assert.deepEqual(Object.keys(await import('firsthand')), ['init']);
});

describe('in Chromium', { skip: installed('chromium') ? false : 'chromium is not installed' }, () => {
  const csp = only('http').trim().replace(/^Content-Security-Policy: /, '');
  const importMap = '<script type="importmap">{ "imports": { "firsthand": "/fh/firsthand.mjs" } }</script>';
  const tag = /<script async src.*?<\/script>/.exec(only('html'))[0].replace(' async', '').replace('></script>', ' data-debug></script>');
  const under = (policy) => (req, res) => {
    res.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy });
    res.end(page({ head: tag }));
  };
  let browser;
  let site;

  before(async () => {
    browser = await open('chromium');
    site = await startSite({
      '/html': page({ title: 'Thank you', head: only('html') }),
      '/js': page({ head: `${importMap}<script type="module">${moduleExample}</script>` }),
      '/tag': page({ head: tag }),
      '/renamed': page({ head: tag.replace('data-debug', 'data-global="analytics"') }),
      '/csp': under(csp),
      '/csp-without': under(csp.replace(" 'wasm-unsafe-eval'", '')),
    });
  });
  after(async () => {
    await browser?.cleanup();
    await site?.close();
  });

  const visit = async (path) => {
    const p = await browser.page();
    await p.goto(site.url + path);
    return p;
  };
  const said = (p, text) => until(() => p.console.find((message) => message.text.startsWith(text)), { what: `the console to say ${text}` });

  test('the script tag and the snippet', async () => {
    const p = await visit('/html');
    const event = await site.named('Order Completed');
    assert.deepEqual(event.properties, { order_id: '1001', total: 49.99, currency: 'USD' });
    assert.equal((await site.stored(({ type }) => type === 'page')).context.page.title, 'Thank you');
    const ledger = await (await fetch(`${site.url}/ledger`)).json();
    assert.equal(ledger.totals.missing, 0);
    await p.close();
  });

  test('the module', async () => {
    const p = await visit('/js');
    assert.deepEqual((await site.named('Signed Up')).properties, { plan: 'pro' });
    await p.close();
  });

  test('the calls of the table are those that there are, in the types too', async () => {
    const p = await visit('/tag');
    const verbs = await p.eval(() => Object.keys(window.track).filter((name) => name.length > 2 || name === 'on'));
    const rows = README.match(/^\| call \|.*\n(\|.*\n)+/m)[0];
    for (const verb of verbs) {
      assert.match(rows, new RegExp(`\\b${verb}\\b`));
      assert.match(read('js-shim/firsthand.d.ts'), new RegExp(`^  (readonly )?${verb}[(:<]`, 'm'));
    }
    const listed = Array.from(rows.matchAll(/^\| `track\.(\w+)\(/gm), ([, verb]) => verb);
    assert.deepEqual(listed.filter((verb) => !verbs.includes(verb)), []);
    await p.close();
  });

  test('under another name', async () => {
    const p = await visit('/renamed');
    await p.eval(() => window.analytics.track('Renamed'));
    await site.named('Renamed');
    assert.equal(await p.eval(() => typeof window.track), 'undefined');
    await p.close();
  });

  test('a refused call is said on the console and counted', async () => {
    const line = of('text').find((code) => code.startsWith('[firsthand]')).trim();
    const p = await visit('/tag');
    await p.eval(() => {
      window.track('Order Completed', { text: 'x'.repeat(40_000) });
      window.track('After');
    });
    await said(p, line.replace(' {…}', ''));
    await site.named('After');
    const counted = README.match(/`"dropped": (\{.*?\})`/)[1];
    assert.deepEqual(site.ledgers().at(-1).dropped, JSON.parse(counted));
    await p.close();
  });

  test('the Content-Security-Policy is enough', async () => {
    const p = await visit('/csp');
    await p.eval(() => window.track('Under A Policy'));
    await site.named('Under A Policy');
    await p.close();
  });

  test('where WebAssembly is refused everything arrives by the twin', async () => {
    const p = await visit('/csp-without');
    await p.eval(() => window.track('Refused'));
    await site.named('Refused');
    assert.ok(site.requests.includes('GET /fh/firsthand.twin.js'));
    await p.close();
  });
});
