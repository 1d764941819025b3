// The page that the captures are tested on: as it is, under a strict policy, and as
// a React application (app/app.jsx) with the same elements.
import { existsSync, readFileSync } from 'node:fs';
import { SNIPPET } from '../site.mjs';

const APP = 'build/auto-app/app.js';

/** Built by `make auto-app`. */
export const hasReact = existsSync(APP);

export const KINDS = ['plain', 'csp', 'react'];

// What the elements of all of them do.
const shared = () => {
  window.exportFile = () => {
    const link = Object.assign(document.createElement('a'), { href: 'data:text/csv,a', download: 'export.csv' });
    link.addEventListener('click', (event) => event.preventDefault());
    document.body.append(link);
    link.click();
    link.remove();
  };
  window.fail = () => {
    throw new TypeError('No such tea for ada@example.com');
  };
  window.rejectNow = () => void Promise.reject(new RangeError('Out of tea'));
  window.block = () => {
    const end = performance.now() + 150;
    while (performance.now() < end);
  };
  window.playAll = () => ['film', 'song', 'ambient'].forEach((id) => document.getElementById(id).play());
  window.copyWords = () => {
    getSelection().selectAllChildren(document.getElementById('words'));
    document.execCommand('copy');
  };
};

// What React does in the other.
const handlers = () => {
  const on = (id, listener, type = 'click') => document.getElementById(id).addEventListener(type, listener);
  const prevent = (event) => event.preventDefault();
  const show = () => (document.title = { '/second': 'Second', '/third': 'Third' }[location.pathname] || 'Home');
  const go = (path, how = 'pushState') => {
    history[how]({}, '', path);
    show();
  };
  addEventListener('popstate', show);
  on('push', () => go('/second'));
  on('link', (event) => (prevent(event), go('/second')));
  on('query', () => go('?sort=price', 'replaceState'));
  on('replace', () => go('/third', 'replaceState'));
  on('term', () => go('?q=boots'));
  for (const id of ['inside', 'mail', 'file']) on(id, prevent);
  on('join', prevent, 'submit');
  on('checked', (event) => {
    prevent(event);
    const { code } = event.target.elements;
    code.setAttribute('aria-invalid', !code.value);
  }, 'submit');
  on('export', () => window.exportFile());
  let times = 0;
  on('alive', (event) => (event.target.textContent = `Alive ${++times}`));
  on('throw', () => setTimeout(() => window.fail()));
  on('reject', () => window.rejectNow());
  on('block', () => window.block());
  on('play', () => window.playAll());
  on('copy', () => window.copyWords());
  on('more', (event) => {
    const added = Object.assign(document.createElement('p'), { id: 'added', textContent: 'Added' });
    added.setAttribute('data-fh-view', 'Added Seen');
    event.target.after(added);
  });
};

const MARKUP = `<h1>Home</h1>
<nav><button id="push">Second</button> <a id="link" href="/second">Second</a> <button id="query">Sort</button> <button id="replace">Third</button>
<button id="term">Boots</button> <a id="hash" href="#part">Part</a></nav>
<a id="outbound" class="partner" href="http://other.test/landing?a=1" target="_blank" rel="noreferrer">Other</a>
<a id="inside" href="/inside">Inside</a> <a id="mail" href="mailto:ada@example.com">Mail</a> <a id="file" href="/files/report.pdf?v=2">Report</a>
<button id="export">Export</button>
<form id="join" name="Newsletter" action="/join?from=home"><input id="email" name="email" type="email" required><button id="send">Join</button></form>
<form id="checked" name="Voucher" novalidate><input name="code"><button id="check">Check</button></form>
<form id="address" action="/address"><input name="street"><input name="id"></form>
<button id="plan" data-fh-event="Plan Chosen" data-fh-plan="pro" data-fh-list-name="pricing">Take 12 of <b>Ada's</b></button>
<label id="terms" data-fh-event="Terms Ticked">Terms <input type="checkbox"></label>
<button id="alive">Alive</button> <button id="dead">Dead</button> <button id="throw">Throw</button> <button id="reject">Reject</button> <button id="block">Block</button>
<video id="film" title="Film" src="/tone.wav"></video><audio id="song" src="/tone.wav"></audio><video id="ambient" muted loop src="/tone.wav"></video>
<button id="play">Play</button> <p id="words">Words of nobody's business</p> <button id="copy">Copy</button> <button id="more">More</button>
<div id="tall"></div><p id="offer" data-fh-view="Offer Seen" data-fh-offer="spring">Offer</p>`;

// A second of silence: 8,000 samples of a byte.
const TONE = (() => {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + 8000, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(8000, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36);
  head.writeUInt32LE(8000, 40);
  return Buffer.concat([head, Buffer.alloc(8000, 128)]);
})();

const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; media-src 'self'; form-action 'self'";

/** The tag; under the policy without the snippet, which needs a hash there. */
export const tag = (attributes, isStrict) =>
  `${isStrict ? '' : SNIPPET}<script async src="/fh/firsthand.js" data-key="test" data-endpoint="/v1/batch" data-debug ${attributes}></script>`;

const wrap = (head, body) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Home</title><link rel="stylesheet" href="/style.css">${head}</head><body>${body}</body></html>`;

const send = (res, type, body, headers, status = 200) => {
  res.writeHead(status, { 'content-type': type, ...headers });
  res.end(body);
};
const script = (body) => (req, res) => send(res, 'text/javascript', body);

/** The kind of page and what the tag asks for are of the host: `any.kind.test`. */
const html = (req, res, status = 200) => {
  const [name, kind] = (req.headers.host || '').split('.');
  const attributes = ATTRIBUTES[name] || `data-auto="${name.replace(/-/g, ' ')}"`;
  const isReact = kind === 'react';
  const isMissing = status === 404;
  const body = isReact ? '<div id="root"></div>' : isMissing ? '<p class="not-found">No such page</p>' : MARKUP;
  const scripts = ['shared', isReact ? 'app' : !isMissing && 'handlers'].map((file) => (file ? `<script src="/${file}.js"></script>` : '')).join('');
  const headers = kind === 'csp' ? { 'content-security-policy': POLICY } : {};
  send(res, 'text/html; charset=utf-8', wrap((HEADS[name] || '') + tag(attributes, kind === 'csp'), body + scripts), headers, status);
};

/** Attributes of the tag by the first part of the host's name, where they are more than data-auto. */
export const ATTRIBUTES = {
  everything: 'data-auto="all clicks" data-auto-notfound=".not-found"',
  hashes: 'data-auto="pageviews" data-auto-path="hash"',
  old: 'data-auto="pageviews"',
  ahead: 'data-auto="pageviews"',
  notfound: 'data-auto="notfound" data-auto-notfound=".not-found"',
  pending: 'data-auto="all clicks" data-consent="pending"',
  denied: 'data-auto="all clicks" data-consent="denied"',
  stopping: '',
  idle: 'data-auto="engagement" data-auto-idle="0.001"',
};

// Before all else on the page.
const HEADS = {
  old: "<script>Object.defineProperty(window, 'navigation', { value: undefined, configurable: true })</script>",
  ahead: "<script>Object.defineProperty(document, 'prerendering', { value: true, configurable: true })</script>",
};

export const PAGES = {
  '/': html,
  '/second': html,
  '/third': html,
  '/away': (req, res) => send(res, 'text/html', wrap('', '<p>Away</p>')),
  '/nowhere': (req, res) => html(req, res, req.headers.host.includes('.react.') ? 200 : 404),
  '/style.css': (req, res) => send(res, 'text/css', '#tall { height: 3000px }'),
  '/shared.js': script(`(${shared})()`),
  '/handlers.js': script(`(${handlers})()`),
  '/app.js': (req, res) => send(res, 'text/javascript', readFileSync(APP)),
  '/tone.wav': (req, res) => {
    // WebKit's player asks for ranges.
    const [, from, to] = /bytes=(\d+)-(\d*)/.exec(req.headers.range) || [];
    if (!from) return send(res, 'audio/wav', TONE, { 'accept-ranges': 'bytes' });
    const end = Math.min(to ? Number(to) : Infinity, TONE.length - 1);
    send(res, 'audio/wav', TONE.subarray(Number(from), end + 1), { 'content-range': `bytes ${from}-${end}/${TONE.length}`, 'accept-ranges': 'bytes' }, 206);
  },
};
