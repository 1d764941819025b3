// Errors of the page's scripts that nobody caught, each once.
import { on } from './on.js';

const MOST = 10; // of a document: one in a loop must not become a flood
const MESSAGE = 300; // characters
const STACK = 1000;

export const errors = (track) => {
  const seen = new Set();
  return on('error unhandledrejection', ({ type, message, filename = '', lineno, colno, error, reason }) => {
    // Those of a resource have no message; those of an extension are not the page's.
    if ((type === 'error' && !message) || /^\w+(-\w+)*-extension:/.test(filename)) return;
    const { name, stack } = error || reason || {};
    const description = String(message || (reason && reason.message) || reason).slice(0, MESSAGE);
    const id = [description, filename, lineno, colno].join();
    if (seen.size >= MOST || seen.has(id)) return;
    seen.add(id);
    track('Error Occurred', {
      description,
      fatal: false,
      error_name: name,
      error_kind: type,
      filename: filename.split(/[?#]/)[0] || undefined,
      line: lineno,
      column: colno,
      stack: stack && String(stack).slice(0, STACK),
    });
  });
};
