// The C core's reading of tracking plans behind plain functions (src/plan.h,
// src/violation.h). The only file here that knows an export of the module; it touches
// neither page nor server, so both have it.
import { compile } from '../unpack.js';

const IO_BYTES = 256 * 1024; // PLAN_ROOM of wasm/modules.mk

/** What a plan has wrong: `problems` lists it, `message` says it whole. */
export class PlanError extends Error {
  constructor(message, problems = []) {
    super(message);
    this.name = 'PlanError';
    this.problems = problems;
  }
}

const sentenceOf = ({ path, message }) => (path ? `${path} ${message}` : message);

/**
 * Reads a plan.
 * @param source the plan, as an object or as its text
 * @returns check(event, side): what is wrong with the event, a list of findings
 *   (src/finding.h); side is 'client' or 'server'; where it is left out, the event's own
 *   context.library may tell
 * @throws PlanError
 */
export const createChecker = (source) => {
  const { memory, io, reason, plan, violations } = new WebAssembly.Instance(compile()).exports;
  const bytes = new Uint8Array(memory.buffer, io(), IO_BYTES);
  const read = (length) => new TextDecoder().decode(bytes.subarray(0, length));
  // What a function finds, or why it cannot look.
  const ask = (work, text) => {
    const { read: taken, written } = new TextEncoder().encodeInto(text, bytes);
    if (taken < text.length) throw new PlanError(`larger than ${IO_BYTES / 1024} KB`);
    const length = work(written);
    if (length < 0) throw new PlanError(read(reason(length)).split('\n')[1]);
    return length ? JSON.parse(read(length)) : [];
  };
  const problems = ask(plan, typeof source === 'string' ? source : JSON.stringify(source));
  if (problems.length) throw new PlanError(problems.map(sentenceOf).join('\n'), problems);
  return (event, side = '') => {
    try {
      return ask(violations, JSON.stringify({ side, event }));
    } catch ({ message }) {
      return [{ kind: 'unreadable', path: '', message }]; // a cycle, or too much of it
    }
  };
};
