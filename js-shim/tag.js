// What a script tag begins: an agent configured by data-*, known as window.track, heir
// to the calls that the snippet has queued.
import { createTrack } from './agent.js';
import { attempt } from './store.js';

/** @param script the tag; null where a page has none, for it imports this */
export const begin = (script) => {
  const { dataset, src, nonce } = script || {};
  if (!dataset) return;
  // Segment's snippet names itself in an attribute of its own.
  const { global, globalSegmentAnalyticsKey } = dataset;
  const name = global || globalSegmentAnalyticsKey || 'track';
  const stub = window[name];
  const isSegments = Array.isArray(stub);
  const options = {
    endpoint: new URL('/v1/batch', src).href,
    ...(isSegments && { key: stub._writeKey || (src.match(/\/v1\/([^/]+)/) || [])[1], ...stub._loadOptions }),
    ...Object.fromEntries(new URL(src).searchParams),
    ...dataset,
  };

  // A page that wants Trusted Types takes no text for an address: it has to bring the
  // part by a tag of its own (docs/SECURITY.md). A policy of ours would be 70 bytes.
  const load = (part, failed, done) =>
    attempt(() => {
      const script = document.createElement('script');
      script.dataset.global = name;
      script.nonce = nonce;
      script.onload = done;
      script.onerror = failed;
      script.src = src.replace(/firsthand(?=[^/?]*($|\?))/, `firsthand.${part}`);
      document.head.append(script);
      return 1;
    }) || (failed && failed());

  // A function of that name that is no stub is not ours to replace.
  if (!stub || stub.q || isSegments) {
    if (options.disable === true) Object.assign(options, { consent: 'denied', storage: 'none' });
    const track = (window[name] = createTrack(options, load));
    if (options.auto) load('auto');
    if (options.stitch) load('stitch');
    if (/[?&]fh_debug=1/.test(location.search)) track.debug();
    if (options.initialPageview) track.page();
    // What is to see the calls comes before them, as in Segment's agent.
    const isFirst = ([verb]) => isSegments && /^(on|addS.*|setA.*|register)$/.test(verb);
    const items = (stub && (stub.q || stub).splice(0)) || [];
    for (const first of [true, false]) for (const item of items) if (isFirst(item) === first) track._replay(item, isSegments);
  }
};
