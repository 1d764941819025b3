// Errors of the page's scripts that nobody caught, each once.
import { capture, on } from './capture.js';

const MOST = 10; // of a document: one in a loop must not become a flood
const MESSAGE = 300; // characters
const STACK = 1000;

export const errors = capture((track) => {
  const seen = new Set();
  on('error unhandledrejection', ({ message, filename = '', lineno, colno, error, reason = error }) => {
    const { name, message: own, stack } = reason || {};
    const description = String(message || own || reason).slice(0, MESSAGE);
    // Those of a resource have nothing to say; those of an extension are not the page's.
    if (description === 'undefined' || /-extension:/.test(filename)) return;
    const id = description + filename + lineno + colno;
    if (seen.size >= MOST || seen.has(id)) return;
    seen.add(id);
    track('Error Occurred', {
      description,
      fatal: false,
      error_name: name,
      filename: filename.split(/[?#]/)[0],
      line: lineno,
      column: colno,
      stack: stack && String(stack).slice(0, STACK),
    });
  });
});
