// Requests that are wrong in one way or several, made by dice: the same seed makes the
// same ones. What is right about them is for the test to find out.
import { gunzipSync, gzipSync } from 'node:zlib';

/** Dice (mulberry32): numbers from 0 to below n. */
export function dice(seed) {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

const deep = (n) => '['.repeat(n) + ']'.repeat(n);

// In place of a value.
const VALUES = ['null', 'true', '0', '-0', '1e999', '0.1e400', '9'.repeat(24), '9'.repeat(26), '""', '"x"', '"\\u0000"', '"\\ud800"',
  '"2026-13-01"', '"2026-01-31T09:30:00Z"', '[]', '{}', '[{}]', '{"a":{"a":{}}}', '{"__proto__":{"x":1}}', deep(31), deep(40), `"${'é'.repeat(200)}"`,
  `"${'x'.repeat(33_000)}"`, '01', '+1', '.5', '1.', 'nul', 'NaN', "'x'", '"\\x41"', '"\t"', '"open'];
const NAMES = ['type', 'event', 'userId', 'anonymousId', 'messageId', 'timestamp', 'originalTimestamp', 'sentAt', 'receivedAt', 'context',
  'integrations', 'properties', 'traits', 'writeKey', 'batch', 'firsthand', 'firsthandId', '__proto__', 'constructor', 't\\u0079pe', ''];

// Anywhere in the bytes.
const BITS = ['{', '}', '[', ']', '"', ',', ':', '\\', '\\u', '\\ud83d', '\0', '\x07', ' ', '\n', '\ufeff', '//', '/**/', '{"batch":', deep(50)]
  .map((text) => Buffer.from(text)).concat([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]].map((bytes) => Buffer.from(bytes)));

/** A request to /v1/ whose events have ids that begin with `name`. */
export function makeRequest(roll, name) {
  const pick = (list) => list[roll(list.length)];
  const member = () => `"${pick(NAMES)}":${pick(VALUES)}`;

  function event(i) {
    const members = [`"type":"${pick(['track', 'page', 'identify', 'screen', 'group', 'alias'])}"`, '"event":"E"', '"userId":"u"', `"messageId":"${name}-${i}"`,
      `"properties":{"n":${pick(['0.1e400', '1', '"\u{1f600}"', '"é"', '[1,{"a":null}]'])}}`, '"context":{"library":{"name":"fuzz"}}'];
    for (let wrong = roll(3); wrong > 0; wrong--) members.splice(roll(members.length + 1), roll(2), member());
    return roll(20) === 0 ? pick(VALUES) : `{${members.join(roll(2) ? ',' : ' ,\n')}}`;
  }

  function batch() {
    const events = Array.from({ length: roll(6) }, (_, i) => event(i));
    const members = ['"writeKey":"fuzz"', `"batch":[${events.join(',')}]`];
    for (let wrong = roll(2); wrong > 0; wrong--) members.splice(roll(members.length + 1), roll(2), member());
    return `{${members.join(',')}}`;
  }

  function mutate(bytes) {
    const at = roll(bytes.length + 1);
    const to = Math.min(bytes.length, at + roll(40));
    const [before, cut, after] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)];
    switch (roll(6)) {
      case 0: return before; // cut off
      case 1: return Buffer.concat([before, after]);
      case 2: return Buffer.concat([before, cut, cut, after]);
      case 3: return Buffer.concat([before, pick(BITS), after]);
      case 4: return Buffer.concat([before, Buffer.from([roll(256)]), after]);
      default: return Buffer.concat([before, pick(BITS), cut, after]);
    }
  }

  const single = roll(4) === 0;
  let body = Buffer.from(single ? event(0).replace('{', '{"writeKey":"fuzz",') : batch());
  for (let times = roll(3); times > 0; times--) body = mutate(body);
  const plain = body;
  const zipped = roll(5) === 0;
  if (zipped) body = gzipSync(body);
  const broken = zipped && roll(3) === 0;
  if (broken) body = mutate(body);
  const headers = { 'Content-Type': pick(['text/plain', 'application/json', 'application/x-www-form-urlencoded', 'x']) };
  if (zipped && roll(2)) headers['Content-Encoding'] = 'gzip';
  if (roll(10) === 0) headers.Origin = pick(['https://shop.example', 'null', 'x\u00ff']);
  return { path: single ? `/v1/${pick(['track', 'p', 'identify'])}` : `/v1/${pick(['batch', 'b', 'import'])}`, headers, body, plain: broken ? unzipped(body) : plain, single };
}

/** What is in it after all: not every byte of gzip matters. */
function unzipped(bytes) {
  try {
    return gunzipSync(bytes);
  } catch {
    return undefined;
  }
}

/** What is not even HTTP, or not well. */
export function makeNoise(roll) {
  const pick = (list) => list[roll(list.length)];
  const junk = Buffer.from(Array.from({ length: roll(300) }, () => roll(256)));
  const line = pick(['POST /v1/batch HTTP/1.1', 'POST /v1/batch HTTP/9.9', 'BREW /v1/t HTTP/1.1', 'GET /v1/projects/%zz/settings HTTP/1.1', 'POST', 'GET /v1/batch HTTP/1.1',
    `POST /v1/${'x'.repeat(20_000)} HTTP/1.1`, 'OPTIONS * HTTP/1.1', 'POST http://[ HTTP/1.1', 'POST /v1/../v1/batch HTTP/1.1', 'POST //v1/batch?%00 HTTP/1.1', 'CONNECT x:1 HTTP/1.1', '\0\0']);
  const header = pick(['Host: x', 'Host: x\r\nContent-Length: -1', 'Host: x\r\nContent-Length: 5\r\nContent-Length: 6', 'Host: x\r\nTransfer-Encoding: chunked', 'Host: x\r\nTransfer-Encoding: x',
    'Host: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4', 'Host: x\r\nContent-Length: 99999999999999999999', 'Host: x\r\nContent-Encoding: br\r\nContent-Length: 2', `Host: x\r\nX: ${'y'.repeat(17_000)}`,
    'Host: x\r\nExpect: x', 'Host: x\r\nUpgrade: websocket\r\nConnection: upgrade', 'no header', ' : ', 'Host: x\r\nAuthorization: Basic ////', 'Host: x\r\nCookie: _fh_ack=\xff', 'Host: x\r\nContent-Length: 0']);
  return Buffer.concat([Buffer.from(`${line}\r\n${header}\r\n\r\n`, 'latin1'), pick([junk, Buffer.from('{}'), Buffer.from('zz\r\n'), Buffer.from('5\r\n{"a":\r\n0\r\n\r\n'), Buffer.alloc(0)])]);
}
