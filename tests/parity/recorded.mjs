// The kept recordings of the peers: recorded/NAME.json. A field a line, with each
// of its values and the messages that had it, so that a difference is readable.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { leavesOf } from './decode.mjs';

const HERE = 'tests/parity/recorded';

/** @param {{ version, browser, messages }} recording, whose messages are of decode.mjs */
export function keep(id, { version, browser, messages }) {
  const fields = {};
  messages.forEach(({ body }, n) => {
    for (const [path, value] of Object.entries(leavesOf(body))) {
      const values = (fields[path] ??= new Map());
      const text = JSON.stringify(value);
      values.set(text, [...(values.get(text) ?? []), n]);
    }
  });
  const lines = (list) => list.map((line) => `    ${line}`).join(',\n');
  const about = messages.map(({ body, ...rest }) => JSON.stringify(rest));
  const rows = Object.keys(fields).sort().map((path) => {
    const values = [...fields[path]].map(([text, where]) => `[${text}, ${JSON.stringify(where)}]`);
    return `${JSON.stringify(path)}: [${values.join(', ')}]`;
  });
  mkdirSync(HERE, { recursive: true });
  writeFileSync(`${HERE}/${id}.json`, `{
  "version": ${JSON.stringify(version)},
  "browser": ${JSON.stringify(browser)},
  "messages": [\n${lines(about)}\n  ],
  "fields": {\n${lines(rows)}\n  }\n}\n`);
}

/** @returns {{ version, browser, messages, fields }} fields: { path: [[value, [index of a message, …]], …] } */
export const kept = (id) => JSON.parse(readFileSync(`${HERE}/${id}.json`, 'utf8'));
