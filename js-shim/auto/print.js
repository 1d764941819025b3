// That a page was printed.
import { capture, on } from './capture.js';

export const print = capture((track) => on('beforeprint', () => track('Page Printed')));
