// What somebody tries who wants more than to be counted: files, headers, the log, keys,
// origins, the database. Malformed bodies, bombs and slow senders: malformed.test.mjs.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { checkDestinations } from '../../relay/forward/index.mjs';
import { readSources } from '../../relay/sources.mjs';
import { batch, place, post, runRelay, spawnRelayThatLogs, start, stored, stream, track, until } from './help.mjs';

/** Exactly these characters, which fetch would tidy. */
async function ask(url, path, { method = 'GET', headers = {}, body } = {}) {
  const { port } = new URL(url);
  const [res] = await once(request({ port, host: '127.0.0.1', path, method, headers }).end(body), 'response');
  let text = '';
  for await (const chunk of res) text += chunk;
  return { status: res.statusCode, headers: res.headers, raw: res.rawHeaders, text };
}

/** These bytes; what comes back until the relay hangs up. */
async function say(url, bytes) {
  const socket = connect(new URL(url).port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => { text += chunk.toString('latin1'); }).on('error', () => {});
  socket.end(bytes);
  await once(socket, 'close');
  return text;
}

const isWell = async (relay) => assert.equal((await ask(relay.url, '/healthz')).status, 200);
const fileOf = (t, value) => {
  const file = join(place(t), 'file.json');
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
};

describe('files', () => {
  // A folder beside the site whose name begins as the site's does, and links that lead there.
  async function serve(t) {
    const dir = place(t);
    const beside = join(dir, 'site-private');
    const site = join(dir, 'site');
    for (const one of [site, beside, join(site, 'shop'), join(site, 'real')]) mkdirSync(one);
    writeFileSync(join(beside, 'secret.txt'), 'secret');
    writeFileSync(join(beside, 'index.html'), 'secret');
    writeFileSync(join(site, 'index.html'), 'home');
    writeFileSync(join(site, 'real', 'page.html'), 'real');
    symlinkSync(beside, join(site, 'away'));
    symlinkSync(join(beside, 'secret.txt'), join(site, 'secret.txt'));
    symlinkSync(join(beside, 'index.html'), join(site, 'shop', 'index.html'));
    symlinkSync(join(beside, 'index.html'), join(site, 'page.html'));
    symlinkSync(join(site, 'real'), join(site, 'inner'));
    const mounted = join(dir, 'mounted');
    symlinkSync(join(site, 'real'), mounted); // what the owner names may be a link
    return start(t, { site, mounts: [{ prefix: '/fh', dir: mounted }] });
  }

  test('no spelling of a path leads out of the folder', async (t) => {
    const relay = await serve(t);
    const ups = ['..', '%2e%2e', '.%2e', '%2E.', '%252e%252e', '%c0%ae%c0%ae', '..%00', '..;', '....', '%u002e%u002e', '..%01'];
    const slashes = ['/', '%2f', '%252f', '\\', '%5c', '%255c', '//', '/./', '%c0%af'];
    let asked = 0;
    for (const prefix of ['', '/fh', '/real'])
      for (const up of ups)
        for (const slash of slashes)
          for (const target of ['site-private/secret.txt', 'site-private/', 'etc/passwd'])
            for (const depth of [1, 2, 8]) {
              const path = `${prefix}/${`${up}${slash}`.repeat(depth)}${target}`;
              const { status, text } = await ask(relay.url, path);
              assert.ok(status === 404 || status === 400, `${status} ${path}`);
              assert.doesNotMatch(text, /^secret|root:/, path);
              asked += 1;
            }
    for (const path of ['/secret.txt%00', '/%00', '/index.html%00.txt', '/C:\\x', '/C:/x', '//etc/passwd', '/file:///etc/passwd', '/real\\..\\..\\site-private\\secret.txt'])
      assert.ok([400, 404].includes((await ask(relay.url, path)).status), path);
    await isWell(relay);
    t.diagnostic(`${asked} paths`);
  });

  test('a link is followed within the folder, and not out of it', async (t) => {
    const relay = await serve(t);
    for (const path of ['/away/secret.txt', '/away/', '/away', '/secret.txt', '/shop', '/shop/', '/shop/index.html', '/page', '/page.html', '/away/%73ecret.txt'])
      assert.equal((await ask(relay.url, path)).status, 404, path);
    assert.equal((await ask(relay.url, '/inner/page.html')).text, 'real');
    assert.equal((await ask(relay.url, '/fh/page.html')).text, 'real');
    assert.equal((await ask(relay.url, '/')).text, 'home');
  });
});

describe('requests', () => {
  test('heads without end and two lengths at once are refused', async (t) => {
    const relay = await start(t);
    const body = JSON.stringify(batch([track()]));
    assert.match(await say(relay.url, `POST /v1/batch HTTP/1.1\r\nHost: x\r\n${'X: y\r\n'.repeat(9000)}\r\n`), /^HTTP\/1.1 (400|431)/);
    assert.match(await say(relay.url, `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`), /^HTTP\/1.1 (400|414|431)/);
    const smuggled = `0\r\n\r\nPOST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    for (const head of ['Content-Length: 5\r\nTransfer-Encoding: chunked', 'Transfer-Encoding: chunked\r\nContent-Length: 5', 'Content-Length: 5\r\nContent-Length: 6',
      'Transfer-Encoding: xchunked', 'Transfer-Encoding: chunked, identity', 'Content-Length: +5', 'Content-Length: 0x5'])
      assert.match(await say(relay.url, `POST /v1/batch HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n${smuggled}`), /^HTTP\/1.1 400/, head);
    assert.equal(stored(relay).length, 0);
    await isWell(relay);
  });

  test('nothing that is asked ends a header of the answer', async (t) => {
    const relay = await start(t, { trustProxy: true });
    const evil = ['a%0d%0aSet-Cookie: x=1', 'a\u010d\u010aX', 'a\\r\\nSet-Cookie: x=1', 'a\u0085b', 'x'.repeat(4000), 'a,b', '"><script>'];
    const names = ['Origin', 'Access-Control-Request-Headers', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'X-Forwarded-For', 'Cookie', 'Last-Event-ID', 'Authorization'];
    for (const name of names)
      for (const value of evil.map((one) => Buffer.from(one).toString('latin1')))
        for (const [method, path] of [['OPTIONS', '/v1/batch'], ['POST', '/v1/batch'], ['GET', '/v1/projects/k%0d%0aSet-Cookie:x/settings'], ['GET', '/v1/none'], ['GET', '/ledger?stream=%0d%0aX:y']]) {
          // Node's own client sends no sign that is none of a header, so by hand.
          const answer = await say(relay.url, Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n${name}: ${value}\r\n\r\n{}`, 'latin1'));
          const [head] = answer.split('\r\n\r\n');
          assert.match(head, /^HTTP\/1.1 [2-4]\d\d /, `${name}: ${value}`);
          assert.doesNotMatch(head, /^(set-cookie|x):/im, `${name}: ${value}`);
        }
    await isWell(relay);
  });
});

test('nothing that is asked forges a line of the log, or speaks to a terminal', async (t) => {
  const relay = await spawnRelayThatLogs('debug', t, '--db', join(place(t), 'e.db'), '--trust-proxy'); // at debug it quotes
  const forged = '\n{"level":50,"msg":"forged"}\n';
  // Raw bytes in the path: C1's CSI and what a line end is to some readers; escaped ones; a long one.
  for (const bytes of ['/x\x9b31mred', '/x\xc2\x9b31mred', '/x\xe2\x80\xa8y', '/x\x7fy', '/%0a%1b[31m', `/${'long'.repeat(2000)}`])
    await say(relay.url, Buffer.from(`GET ${bytes} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUser-Agent: \x9b31m${'u'.repeat(99)}\r\n\r\n`, 'latin1'));
  for (const bytes of ['/x\x1b[31m', '/x\x00', '/x\ry'])
    await say(relay.url, Buffer.from(`GET ${bytes} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, 'latin1'));
  const key = `k${forged}\x1b[31m\u009b31m\u2028`;
  await post(`${relay.url}/v1/batch`, { ...batch([track({ messageId: forged, event: forged, userId: forged }), { type: forged }]), writeKey: key });
  for (const sign of [forged, '\x1b[31m', '\u009b31m', '\u2028', '\x7f', '\u202e']) await post(`${relay.url}/v1/batch`, `{"x":${sign}`);
  await post(`${relay.url}/v1/have`, { writeKey: key, streams: { [forged]: [0, 1] } });
  await ask(relay.url, `/v1/projects/${encodeURIComponent(key)}/settings`);
  await ask(relay.url, '/last');
  await until(() => relay.logged().includes('"/last"'));
  const lines = relay.logged().trim().split('\n');
  assert.ok(lines.length >= 8, relay.logged()); // some was no HTTP to Node
  for (const line of lines) {
    const said = JSON.parse(line);
    assert.notEqual(said.msg, 'forged');
    // Printable ASCII: nothing that a terminal or a reader of lines obeys.
    assert.match(line, /^[\x20-\x7e]*$/);
    assert.ok(line.length < 1000, `${line.length} characters`);
  }
});

describe('keys', () => {
  const KEY = 'shop-4fda63c0fbc1';
  const sourcesOf = (t) => fileOf(t, { sources: [{ writeKey: KEY, name: 'shop' }] });
  const near = ['', 's', KEY.slice(0, -1), `${KEY}0`, KEY.toUpperCase(), ` ${KEY}`, `${KEY} `, `${KEY}\0`, 'x'.repeat(KEY.length), '__proto__', 'constructor', "' OR 1=1 --", '*', '%'];

  test('a wrong key is answered the same however near it is', async (t) => {
    const relay = await start(t, { sources: sourcesOf(t) });
    const answers = new Set();
    for (const writeKey of near.filter(Boolean)) {
      const { status, answer } = await post(`${relay.url}/v1/batch`, { ...batch([track()]), writeKey });
      const asked = await ask(relay.url, `/v1/projects/${encodeURIComponent(writeKey)}/settings`);
      answers.add(JSON.stringify([status, answer, asked.status, JSON.parse(asked.text)]));
    }
    assert.equal(answers.size, 1, [...answers].join('\n'));
    assert.equal(JSON.parse([...answers][0])[0], 401);
    assert.equal(stored(relay).length, 0);
    assert.equal((await post(`${relay.url}/v1/batch`, { ...batch([track()]), writeKey: KEY })).status, 200);
  });

  test('who guesses is held up as who sends, wherever it asks', async (t) => {
    for (const guess of [
      (relay, writeKey) => post(`${relay.url}/v1/batch`, { ...batch([track()]), writeKey }),
      (relay, writeKey) => ask(relay.url, `/v1/projects/${writeKey}/settings`),
    ]) {
      const relay = await start(t, { sources: sourcesOf(t), rates: { address: 1 } });
      const statuses = [];
      for (let n = 0; n < 30; n++) statuses.push((await guess(relay, `guess-${n}`)).status);
      assert.equal(statuses[0], 401);
      assert.ok(statuses.includes(429), statuses.join());
      assert.equal((await guess(relay, KEY)).status, 429, 'the right one, too');
    }
  });
});

describe('origins', () => {
  const Origin = 'https://shop.example';

  test('what pages of other origins may read does not depend on cookies', async (t) => {
    const relay = await start(t);
    for (const origin of ['null', 'https://evil.example', 'file://', 'chrome-extension://x', 'https://shop.example.evil.example']) {
      const answers = [];
      for (const Cookie of ['', '_fh_ack=5eed0000000000000001000a-5', 'session=secret']) {
        const headers = { Origin: origin, 'Sec-Fetch-Site': 'cross-site', ...(Cookie && { Cookie }) };
        const { status, headers: got, answer } = await post(`${relay.url}/v1/batch`, batch([track({ messageId: 'same' })]), headers);
        answers.push(JSON.stringify([status, answer]));
        assert.equal(got.get('set-cookie'), null, 'another origin\'s page gets no cookie');
        assert.equal(got.get('access-control-allow-origin'), origin);
        assert.notEqual(got.get('access-control-allow-origin'), '*');
      }
      assert.equal(new Set(answers).size, 1, answers.join('\n'));
    }
  });

  test('what shows events is for no other origin, and takes no preflight', async (t) => {
    const relay = await start(t);
    for (const path of ['/events', '/ledger', '/metrics', '/healthz', '/']) {
      for (const method of ['HEAD', 'OPTIONS']) {
        const { headers, status } = await ask(relay.url, path, { method, headers: { Origin, 'Access-Control-Request-Method': 'GET' } });
        assert.deepEqual(Object.keys(headers).filter((name) => name.startsWith('access-control')), [], path);
        if (method === 'OPTIONS') assert.ok(status >= 400, `${status} ${path}`);
      }
    }
  });

  test('an origin that only looks like one of the source\'s is another', async (t) => {
    const sources = fileOf(t, { sources: [{ writeKey: 'key', name: 'shop', origins: [Origin] }] });
    const relay = await start(t, { sources });
    for (const origin of ['null', `${Origin}.evil.example`, `${Origin}:8443`, 'http://shop.example', 'https://SHOP.example', `${Origin}/`, 'https://evil.example/https://shop.example',
      'https://shop.example@evil.example', `${Origin}, https://evil.example`, 'https://shop.exampl', '*', '__proto__'])
      assert.equal((await post(`${relay.url}/v1/batch`, batch([track()]), { Origin: origin })).status, 403, origin);
    assert.equal((await post(`${relay.url}/v1/batch`, batch([track()]), { Origin })).status, 200);
    assert.equal(stored(relay).length, 1);
  });
});

describe('prototypes', () => {
  const PAYLOAD = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":1}';
  const clean = () => {
    assert.equal({}.polluted, undefined);
    assert.deepEqual(Object.keys(Object.prototype), []);
  };

  test('events keep such members, and nobody gets them', async (t) => {
    const relay = await start(t);
    const event = (id) => `{"type":"track","event":"e","anonymousId":"a","messageId":"${id}","properties":${PAYLOAD},"context":${PAYLOAD},"__proto__":{"polluted":1,"userId":"u"}}`;
    const bodies = [
      `{"writeKey":"key","batch":[${event('p1')}],"context":${PAYLOAD},"__proto__":{"writeKey":"other","polluted":1}}`,
      `{"writeKey":"key","batch":[${event('p2')}],"firsthand":{"v":1,"stream":"${stream(1)}","first":0,"last":0,"attempt":1,"dropped":${PAYLOAD}}}`,
      '{"writeKey":"key","batch":[],"firsthand":{"v":1,"__proto__":{"ask":true,"stream":"x"}}}',
      '{"__proto__":{"writeKey":"key","batch":[]}}',
      '{"writeKey":"key","streams":{"__proto__":[0,1]}}',
      `["key","",[["__proto__",["polluted",1],"https://x/","t",1],["constructor.prototype",[{"polluted":1}],"https://x/","t",1],["track",["e",${PAYLOAD}],"https://x/","t",1]]]`,
    ];
    for (const body of bodies) for (const path of ['batch', 'track', 'have']) {
      const { status } = await post(`${relay.url}/v1/${path}`, body);
      assert.ok(status < 500, `${status} ${path} ${body}`);
      clean();
    }
    const [first] = relay.log.read(0, 10).map(({ body }) => body).filter((body) => body.includes('"p1"'));
    assert.ok(first.includes('"__proto__":{"polluted":1}'), first);
    assert.equal(JSON.parse(first).polluted, undefined);
    assert.equal((await ask(relay.url, '/ledger')).status, 200);
    clean();
    await isWell(relay);
  });

  test('files of sources and destinations refuse them', (t) => {
    for (const text of ['{"__proto__":{"sources":[]}}', '{"sources":[{"writeKey":"k","name":"n","__proto__":{"eventsPerSecond":1}}]}'])
      assert.throws(() => readSources(fileOf(t, text)), /file of sources/);
    for (const text of [
      '{"__proto__":{"destinations":{}}}', '{"destinations":{"__proto__":{"type":"webhook"}}}', '{"destinations":{"a":{"type":"__proto__"}}}', '{"destinations":{"a":{"type":"constructor"}}}',
      '{"destinations":{"a":{"type":"webhook","endpoint":"https://x.example/","__proto__":{"secret":"s"}}}}',
      '{"destinations":{"a":{"type":"webhook","endpoint":"https://x.example/","secret":{"env":"__proto__"}}}}',
    ]) assert.throws(() => checkDestinations(JSON.parse(text), { env: {} }), /destinations/, text);
    clean();
  });
});

describe('the database', () => {
  const EVIL = ["'; DROP TABLE events; --", '" OR ""="', "' OR '1'='1", '1; DELETE FROM events', "x' UNION SELECT body FROM events --", '%', '_', '\0', '$.a', 'x\\'];

  test('ids, keys and names are values, never SQL', async (t) => {
    const relay = await start(t);
    const sent = EVIL.map((evil, n) => track({ messageId: `${evil}${n}`, event: evil, userId: evil, anonymousId: evil, properties: { [evil]: evil } }));
    for (const [n, event] of sent.entries())
      assert.equal((await post(`${relay.url}/v1/batch`, { ...batch([event]), writeKey: EVIL[n] })).status, 200, event.messageId);
    assert.deepEqual(stored(relay).map(({ messageId }) => messageId), sent.map(({ messageId }) => messageId));
    const question = { writeKey: EVIL[0], streams: Object.fromEntries(EVIL.map((evil) => [evil, [0, 1]])) };
    assert.equal((await post(`${relay.url}/v1/have`, question)).status, 400);
    const reported = { v: 1, stream: stream(1), first: 0, last: 0, attempt: 1, dropped: Object.fromEntries(EVIL.map((evil) => [evil, 1])) };
    assert.ok((await post(`${relay.url}/v1/batch`, batch([], { firsthand: reported }))).status < 500);
    for (const evil of EVIL.map(encodeURIComponent)) {
      for (const path of [`/ledger?stream=${evil}`, `/ledger?after=${evil}`, `/events?after=${evil}`])
        assert.equal((await ask(relay.url, path)).status, 400, path);
      assert.equal((await ask(relay.url, '/events', { headers: { 'Last-Event-ID': evil } })).status, 400);
    }
    const { totals } = JSON.parse((await ask(relay.url, '/ledger')).text);
    assert.equal(totals.doubledInTheStore, 0);
    assert.equal(stored(relay).length, EVIL.length);
  });

  test('the commands take ids as they are', async (t) => {
    const relay = await start(t);
    const [theirs, others] = ["' OR '1'='1", 'somebody'];
    await post(`${relay.url}/v1/batch`, batch([theirs, others].map((userId) => track({ userId }))));
    await relay.close();
    const exported = await runRelay('export', '--db', relay.db, '--user-id', theirs);
    assert.match(exported.text, /OR '1'='1/);
    assert.doesNotMatch(exported.text, /somebody/);
    assert.equal((await runRelay('erase', '--db', relay.db, '--user-id', theirs)).code, 0);
    assert.match((await runRelay('export', '--db', relay.db, '--user-id', others)).text, /somebody/);
    assert.doesNotMatch((await runRelay('export', '--db', relay.db, '--user-id', theirs)).text, /OR '1'='1/);
  });
});
