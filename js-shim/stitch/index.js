// Hands what the browser knows of the visit to the site's server, so that its events join
// the same session: docs/HYBRID.md. A file of its own, with a module of its own, loaded by
// data-stitch or by the first track.stitch().
//
// It is a plugin. Of the agent it uses
//
//   track.session(), consent(), on(name, listener)
//   agent.options       stitchHeaders, stitchHosts, endpoint
//   agent.state(which)  FH_STATE_TAIL: '' where nothing may be kept or sent
//   agent.call(verb)    'register' of nothing, by which the core hears of the page
import { createCarry } from './core.js';
import { watchForms } from './forms.js';
import { places } from './places.js';
import { HEADER, watchRequests } from './requests.js';

// What changes ids or consent.
const CHANGES = ['event', 'consent', 'reset', 'anonymousId', 'user'];

const connect = (track, agent) => {
  const carry = createCarry();
  const { stitchHeaders, stitchHosts, endpoint } = agent.options;
  const mayGo = places(stitchHosts);
  const own = new URL(endpoint || '', document.baseURI).href;

  // [what the agent knows, when], or why there is nothing: { reason }.
  const know = () => {
    const session = track.session(); // makes the core, if nobody has called yet
    const known = agent.state(FH_STATE_TAIL);
    if (!known || track.consent().analytics === 'denied') return { reason: 'no_consent' };
    if (!session) return { reason: 'no_session' };
    if (!known.includes('"url":""')) return [known, Date.now()];
    agent.call('register', {});
    return [agent.state(FH_STATE_TAIL), Date.now()];
  };

  const map = (known, to, prefix) => (known.reason ? {} : JSON.parse(carry(...known, to, prefix) || '{}'));
  const text = (known) => (known.reason ? '' : carry(...known, 'header'));

  // The bundle of this moment. Its own members are those that go into JSON.
  const bundle = () => {
    const known = know();
    const made = map(known, 'json');
    if (!made.v) return { ok: false, reason: known.reason || 'not_made' };
    const carriers = {
      ok: true,
      flat: (prefix) => map(known, 'flat', prefix),
      fields: (prefix) => map(known, 'fields', prefix),
      header: () => text(known),
    };
    return Object.assign(Object.create(carriers), made);
  };

  const header = () => text(know());
  const fields = (prefix) => map(know(), 'fields', prefix);
  const refill = watchForms(mayGo, fields);
  for (const name of CHANGES) track.on(name, refill);

  // Not on the agent's own batches, which say all of it themselves.
  const requests = () => watchRequests((address) => mayGo(address) && new URL(address, document.baseURI).href !== own, header);
  if (stitchHeaders != null) requests();

  return Object.assign(async () => bundle(), {
    now: bundle,
    flat: (prefix) => map(know(), 'flat', prefix),
    fields,
    header,
    headerName: HEADER,
    requests,
    refill,
  });
};

/** The plugin: track.use(stitch). */
export const stitch = {
  name: 'stitch',
  load(track, agent) {
    if (!track.stitch.headerName) track.stitch = connect(track, agent);
  },
};
