// One virtual display for all the browsers of this process.
import { own, lastWords } from './processes.mjs';
import { until } from './until.mjs';

let started;

/** The display's name (":99"), starting Xvfb at the first call. */
export function display() {
  started ??= start();
  return started;
}

async function start() {
  // -displayfd: Xvfb picks a free number itself and writes it to that fd.
  const flags = ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'];
  const child = own('Xvfb', flags, { pipes: 1 });
  let number = '';
  child.stdio[3].on('data', (text) => (number += text));
  await until(() => number.endsWith('\n'), {
    what: "Xvfb's display number",
    unless: () => lastWords(child),
  });
  return `:${number.trim()}`;
}
