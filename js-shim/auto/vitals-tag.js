// Web Vitals as a script, put into the page by that of the captures.
import { attempt } from './capture.js';
import { vitals } from './vitals.js';

attempt(() => window[document.currentScript.dataset.global].use({ name: 'vitals', load: (track) => vitals(track) }));
