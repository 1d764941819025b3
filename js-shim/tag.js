// The agent as a script tag: configured by data-*, known as window.track, heir
// to the calls that the snippet has queued.
import { createTrack } from './agent.js';

const { dataset } = document.currentScript || {};
if (dataset) {
  const name = dataset.global || 'track';
  const stub = window[name];
  // A function of that name that is no stub is not ours to replace.
  if (!stub || stub.q) {
    const track = (window[name] = createTrack(dataset));
    if (stub) for (const item of stub.q.splice(0)) track._replay(item);
  }
}
