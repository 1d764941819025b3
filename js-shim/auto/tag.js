// The captures as a script, put into the page by the agent.
import { auto } from './index.js';
import { attempt } from './on.js';

attempt(() => window[document.currentScript.dataset.global || 'track'].use(auto));
