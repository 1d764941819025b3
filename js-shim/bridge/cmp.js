// What consent platforms say, as our categories. Mapping: docs/BRIDGE.md.
import { attempt } from './attempt.js';

const AGAIN_MS = 500; // a platform's stub may come after us
const TRIES = 120;

// IAB TCF: the purposes that all need consent.
const PURPOSES = { analytics: [1, 7, 8, 9, 10], ads: [1, 2, 3, 4] };

// Google Consent Mode.
const STORAGE = { analytics: 'analytics_storage', ads: 'ad_storage' };

// For each category what `choose` says of it.
const categories = (table, choose) => Object.fromEntries(Object.entries(table).map(([name, what]) => [name, choose(what, name)]));

const granted = (is) => (is ? 'granted' : 'denied');

const SOURCES = {
  __proto__: null,

  tcf: (tell) => {
    let tries = TRIES;
    const hear = (data, success) =>
      attempt(() => {
        const { gdprApplies, eventStatus, purpose } = data;
        if (!success) return;
        // Where the regulation does not apply there is nothing else in it.
        if (gdprApplies === false) tell(categories(PURPOSES, () => 'granted'));
        // While the platform asks, nothing is decided: 'cmpuishown', or none yet.
        else if (/^(tcloaded|useractioncomplete)$/.test(eventStatus))
          tell(categories(PURPOSES, (ids) => granted(ids.every((id) => purpose.consents[id] === true))));
      });
    const listen = () => {
      const api = window.__tcfapi;
      if (api) api('addEventListener', 2, hear);
      else if (tries--) setTimeout(() => attempt(listen), AGAIN_MS);
    };
    attempt(listen);
  },

  gcm: (tell) => {
    const updated = {};
    const layer = (window.dataLayer = window.dataLayer || []);
    const said = {};
    const read = (item) =>
      attempt(() => {
        const { 0: command, 1: what, 2: values } = item;
        if (command !== 'consent') return;
        for (const [name, key] of Object.entries(STORAGE)) {
          const value = values[key];
          if (!/^(granted|denied)$/.test(value)) continue;
          if (what === 'update') updated[name] = said[name] = value;
          // A default holds until the visitor has chosen: its denial is no refusal.
          // One for a region may be for this visitor's or not: a denial counts.
          else if (!updated[name] && value === 'denied') said[name] = 'pending';
          else if (!said[name] && !values.region) said[name] = value;
        }
        tell(said);
      });
    layer.forEach(read);
    const { push } = layer;
    layer.push = (...items) => {
      const length = push.apply(layer, items);
      items.forEach(read);
      return length;
    };
  },
};

/**
 * Passes on what platforms say, whenever that changes.
 * @param {string} sources "tcf", "gcm" or "tcf,gcm": of those that have spoken the strictest counts
 * @param {(categories: { analytics?, ads? }) => void} consent of 'granted', 'denied', 'pending'
 */
export const watchConsent = (sources, consent) => {
  const said = {}; // by source
  let told = '{}';
  for (const source of sources.split(/[\s,]+/)) {
    const tell = (values) => {
      said[source] = { ...values };
      const all = Object.values(said);
      const strictest = (name) => ['denied', 'pending', 'granted'].find((value) => all.some((one) => one[name] === value));
      const result = categories(PURPOSES, (_, name) => strictest(name));
      const text = JSON.stringify(result);
      if (text !== told) consent(JSON.parse((told = text)));
    };
    if (SOURCES[source]) attempt(() => SOURCES[source](tell));
  }
};
