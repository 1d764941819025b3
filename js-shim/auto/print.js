// That a page was printed.
import { on } from './on.js';

export const print = (track) => on('beforeprint', () => track('Page Printed'));
