// Static files: types, mounts, freshness, and what must not be served.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRelay } from '../../relay/index.mjs';
import { place, start, until } from './help.mjs';

function write(dir, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(dir, name, '..'), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return dir;
}

/** GET of exactly these characters: fetch would tidy the path. */
async function get(url, path, headers = {}) {
  const { port } = new URL(url);
  const req = request({ port, host: '127.0.0.1', path, headers }).end();
  const [res] = await once(req, 'response');
  let text = '';
  for await (const chunk of res) text += chunk;
  return { status: res.statusCode, headers: res.headers, text };
}

async function serve(t) {
  const site = write(place(t), {
    'index.html': 'home', 'shop/index.html': 'shop', 'app.mjs': 'export {}',
    '.env': 'secret', '.well-known/x.txt': 'known', 'fh/old.txt': 'old',
  });
  const dist = write(place(t), { 'core.wasm': '\0asm', 'agent.js': 'one' });
  const relay = await start(t, { site, mounts: [{ prefix: '/fh', dir: dist }] });
  return { ...relay, site, dist };
}

test('pages, modules and wasm have their types', async (t) => {
  const { url } = await serve(t);
  const type = async (path) => (await get(url, path)).headers['content-type'];
  assert.equal(await type('/'), 'text/html;charset=utf-8');
  assert.match(await type('/app.mjs'), /^text\/javascript/);
  assert.match(await type('/fh/agent.js'), /^text\/javascript/);
  assert.equal(await type('/fh/core.wasm'), 'application/wasm');
});

test('a directory serves its index without a redirect', async (t) => {
  const { url } = await serve(t);
  for (const path of ['/shop', '/shop/', '/shop/?utm_source=x', '/shop/index.html']) {
    const { status, text } = await get(url, path);
    assert.deepEqual([status, text], [200, 'shop'], path);
  }
});

test('a mount goes before the site, and the site fills its gaps', async (t) => {
  const { url } = await serve(t);
  assert.equal((await get(url, '/fh/agent.js?v=1')).text, 'one');
  assert.equal((await get(url, '/fh/old.txt')).text, 'old');
  assert.equal((await get(url, '/fhagent.js')).status, 404);
  assert.equal((await get(url, '/agent.js')).status, 404);
});

test('a rebuilt file is seen at once, also by a browser that has the old one', async (t) => {
  const { url, dist } = await serve(t);
  const { headers } = await get(url, '/fh/agent.js');
  assert.equal(headers['cache-control'], 'no-cache');
  const same = await get(url, '/fh/agent.js', { 'if-none-match': headers.etag });
  assert.equal(same.status, 304);
  write(dist, { 'agent.js': 'second', 'new.js': 'new' });
  const changed = await get(url, '/fh/agent.js', { 'if-none-match': headers.etag });
  assert.equal(changed.text, 'second');
  assert.equal((await get(url, '/fh/new.js')).text, 'new');
});

test('nothing outside and nothing hidden is served', async (t) => {
  const { url } = await serve(t);
  for (const path of ['/.env', '/%2eenv', '/shop/../.env', '/../../../etc/passwd',
    '/..%2f..%2fetc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/fh/../.env', '/%', '/%00']) {
    assert.equal((await get(url, path)).status, 404, path);
  }
  assert.equal((await get(url, '/.well-known/x.txt')).text, 'known');
});

test('a range is ignored, also one that ends before it starts', async (t) => {
  const { url } = await serve(t);
  for (const range of ['bytes=1-2', 'bytes=3-1', 'bytes=-1', 'bytes=', 'x']) {
    const { status, text } = await get(url, '/', { range });
    assert.deepEqual([status, text], [200, 'home'], range);
  }
});

test('a file that is there but cannot be opened harms nobody', async (t) => {
  const { url, site } = await serve(t);
  const pipe = createServer().listen(join(site, 'pipe.html'));
  t.after(() => pipe.close());
  await once(pipe, 'listening');
  await assert.rejects(get(url, '/pipe.html'));
  assert.equal((await get(url, '/')).text, 'home');
});

test('a visitor who leaves in the middle leaves no open file', async (t) => {
  const { url, site } = await serve(t);
  writeFileSync(join(site, 'big.bin'), Buffer.alloc(64e6));
  const socket = connect(new URL(url).port, '127.0.0.1');
  socket.write('GET /big.bin HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'readable'); // and reads no further
  assert.equal(isOpen('big.bin'), true);
  socket.destroy();
  await until(() => !isOpen('big.bin'));
});

function isOpen(name) {
  return readdirSync('/proc/self/fd').some((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).endsWith(name);
    } catch {
      return false; // the descriptor that lists this directory has gone
    }
  });
}

test('a directory that is missing, or a mount that is no path, is an error', (t) => {
  const dir = place(t);
  const make = (options) => () => createRelay({ db: ':memory:', logLevel: 'silent', ...options });
  assert.throws(make({ site: join(dir, 'none') }), /no directory .*none/);
  for (const prefix of ['fh', '/', '/fh/', '/a b', '//x']) {
    assert.throws(make({ mounts: [{ prefix, dir }] }), /cannot be a mount/, prefix);
  }
});

test('a database inside a served directory is refused', (t) => {
  const site = place(t);
  const db = join(site, 'data', 'events.db');
  assert.throws(() => createRelay({ db, site, logLevel: 'silent' }), /is served to everyone/);
});
