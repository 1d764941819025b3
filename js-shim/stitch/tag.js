// Stitching as a script, put into the page by the agent.
import { attempt } from './attempt.js';
import { stitch } from './index.js';

attempt(() => window[document.currentScript.dataset.global || 'track'].use(stitch));
