// What comes from outside and goes into a header: the acknowledgement cookie. Nothing
// that a request says can end a header or begin another one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printAcks, readAcks } from '../../relay/ackcookie.mjs';

const STREAM = '4fda63c0fbc18c2a9b1cc63c';
const GOOD = `_fh_ack=${STREAM}-5`;
const ENDS = ['\r', '\n', '\r\n', '\r\n ', '\0', ' ', ',', '\u2028', '\u010d\u010a', '%0d%0a', ';'];

test('a cookie with a line end in it is none, wherever it stands', () => {
  assert.equal(readAcks(GOOD).size, 1);
  for (const end of ENDS.slice(0, -1))
    for (const at of [8, 20, GOOD.length - 1]) {
      const header = `${GOOD.slice(0, at)}${end}Set-Cookie: a=b${GOOD.slice(at)}`;
      assert.equal(readAcks(header).size, 0, JSON.stringify(header));
    }
});

test('what is printed has no sign that a header or a cookie minds', () => {
  for (const end of ENDS) {
    const acks = readAcks(`${GOOD}${end}; _fh_ack=${STREAM}-6${end}`);
    const printed = printAcks(acks, { secure: true });
    if (printed !== undefined) assert.match(printed, /^_fh_ack=[0-9a-f.-]+; Path=\/; Max-Age=\d+; SameSite=Lax; Secure$/);
  }
});
