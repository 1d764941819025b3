// The agent as a script: one file, the module inside.
import { attempt } from './store.js';
import { begin } from './tag.js';

// Where it cannot start (inlined, its script has no address), the page does without.
attempt(() => begin(document.currentScript));
