// How busy the machine is. A fault is an order of events in time: on processors
// that have no time left it is another fault.
import { cpus } from 'node:os';

const SAMPLE_MS = 400;
const KEEP = 4; // samples that make up "now"
const FULL = 0.85;
const APART_MS = 800; // what another one has just begun is not seen at once
// Times the square of what already runs: other work on the machine may never
// end, and then there are a few repeats at a time.
const PATIENCE_MS = 4000;

const samples = [];
let sum = { busy: 0, all: 0 }; // since the start
let timer;

function read() {
  const times = cpus().map((cpu) => cpu.times);
  const idle = times.reduce((total, { idle: ms }) => total + ms, 0);
  const all = times.reduce((total, by) => total + Object.values(by).reduce((a, b) => a + b, 0), 0);
  return { busy: all - idle, all };
}

/** Begins to look. */
export function watch() {
  sum = read();
  samples.push(sum);
  timer = setInterval(() => {
    samples.push(sum = read());
    if (samples.length > KEEP + 1) samples.shift();
  }, SAMPLE_MS);
  timer.unref();
}

const share = (from, to) => (to.all > from.all ? (to.busy - from.busy) / (to.all - from.all) : 0);

/** The share of the processors in use, 0 to 1. */
export const busy = () => share(samples[0], sum);

/** Begins a measurement; the function that it gives ends it. */
export const measure = () => {
  const from = read();
  return () => Number(share(from, read()).toFixed(2));
};

let last = 0;

/**
 * Resolves when there is room for one more repeat.
 * @param {() => number} running how many of ours there are
 */
export async function room(running) {
  const began = Date.now();
  const patient = () => Date.now() - began < PATIENCE_MS * running() ** 2;
  while (Date.now() - last < APART_MS || (busy() > FULL && patient())) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  last = Date.now();
}
