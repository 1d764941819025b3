// That something was copied, and where; not what.
import { capture, on } from './capture.js';
import { aboutElement } from './element.js';

export const copy = capture((track) => on('copy', ({ target }) => track('Text Copied', aboutElement(target))));
