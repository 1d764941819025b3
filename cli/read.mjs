// Files: a plan, and events.
import { readFileSync } from 'node:fs';
import { createChecker, PlanError } from '../dist/firsthand.plan.mjs';

/** What the person at the keyboard can mend; `exitCode` 1: it is in the file. */
export class Misuse extends Error {
  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

const readText = (file) => {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8').replace(/^\ufeff/, '');
  } catch ({ code, message }) {
    throw new Misuse(`${file} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : message}`);
  }
};

/** "12:5", from what V8 says of a text. */
const placeIn = (text, message) => {
  const [, at] = /at position (\d+)/.exec(message) ?? [];
  const before = text.slice(0, at ?? text.length).split('\n');
  return `${before.length}:${before.at(-1).length + 1}`;
};

const parse = (text, file) => {
  try {
    return JSON.parse(text);
  } catch ({ message }) {
    throw new Misuse(`${file}:${placeIn(text, message)}: ${message.replace(/ in JSON at position.*/, '')}`, 1);
  }
};

/** A finding as a line: "events.Paid.side must be one of …". */
export const lineOf = ({ path, message }) => (path ? `${path}: ${message}` : message);

/**
 * The plan in a file.
 * @throws Misuse that says all that is wrong with it
 */
export const readPlan = (file) => {
  const plan = parse(readText(file), file);
  try {
    createChecker(plan);
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    const lines = error.problems.map((problem) => `  ${lineOf(problem)}`);
    throw Object.assign(new Misuse(`${file} is no tracking plan: ${lines.length ? `\n${lines.join('\n')}` : error.message}`, 1), { problems: error.problems });
  }
  return plan;
};

const eventsIn = (value) => (Array.isArray(value) ? value : Array.isArray(value?.batch) ? value.batch : [value]);

/**
 * The events in a file: JSON, or a JSON event a line.
 * @returns {{ event: object, at: string }[]} `at` tells people which one it is
 */
export const readEvents = (file) => {
  const text = readText(file);
  const lines = text.split('\n');
  // A line that is whole by itself: then each is.
  const isLines = lines.filter((line) => line.trim()).length > 1 && /^\s*\{.*\}\s*$/.test(lines.find((line) => line.trim()));
  if (!isLines) return eventsIn(parse(text, file)).map((event, i) => ({ event, at: `event ${i + 1}` }));
  return lines.flatMap((line, i) => (line.trim() ? eventsIn(parse(line, `${file}, line ${i + 1}`)).map((event) => ({ event, at: `line ${i + 1}` })) : []));
};
