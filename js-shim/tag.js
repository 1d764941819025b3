// The agent as a script tag: configured by data-*, known as window.track, heir
// to the calls that the snippet has queued.
import { createTrack } from './agent.js';

const { dataset, src, nonce } = document.currentScript || {};
if (dataset) {
  const name = dataset.global || 'track';
  const stub = window[name];
  // A function of that name that is no stub is not ours to replace.
  if (!stub || stub.q) {
    const track = (window[name] = createTrack(dataset));
    if (track._awaits) {
      const script = document.createElement('script');
      script.dataset.global = name;
      script.nonce = nonce;
      script.onerror = track._without;
      script.src = src.replace(/firsthand([^/]*)$/, 'firsthand.bridge$1');
      document.head.append(script);
    }
    if (stub) for (const item of stub.q.splice(0)) track._replay(item);
  }
}
