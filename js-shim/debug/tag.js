// The debugger as a script, put into the page by the agent.
import { attempt } from './attempt.js';
import { debug } from './index.js';

attempt(() => window[document.currentScript.dataset.global || 'track'].use(debug));
