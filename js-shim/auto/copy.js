// That something was copied, and where; not what.
import { aboutElement } from './element.js';
import { on } from './on.js';

export const copy = (track) => on('copy', ({ target }) => track('Text Copied', aboutElement(target.closest ? target : target.parentElement)));
