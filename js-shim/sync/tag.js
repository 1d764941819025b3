// Id sync as a script, put into the page by the agent.
import { sync } from './index.js';

const agent = window[document.currentScript.dataset.global || 'track'];
if (agent && agent.use) agent.use(sync);
