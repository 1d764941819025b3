// The captures as a script, put into the page by the agent. Web Vitals have a file of
// their own beside it: Google's library is larger than all the rest.
import { attempt, capture } from './capture.js';
import { captures, start } from './captures.js';

attempt(() => {
  const { dataset, src, nonce } = document.currentScript;
  const vitals = capture(() => {
    const script = document.createElement('script');
    Object.assign(script.dataset, dataset);
    script.nonce = nonce;
    script.src = src.replace('firsthand.auto', 'firsthand.vitals');
    document.head.append(script);
  });
  window[dataset.global].use({ name: 'auto', load: (track, { options }) => start(track, options, { ...captures, vitals }) });
});
