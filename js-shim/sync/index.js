// Learns what vendors call the visitor, and puts their ids on the events: docs/SYNC.md. A
// file of its own, loaded only where it is asked for. Events never wait for it.
//
// It is a plugin. Of the agent it uses
//
//   track.on(name, listener), consent(), setAnonymousId()
//   agent.options               sync, debug, consent, domains
//   agent.debug                 the debugger was asked for
//   agent.domain                of its cookie
//   agent.state(which)          FH_STATE_STORE: '' where nothing may be kept; else ids, a
//                               space, and an object of what is known of the visitor
//   agent.order(type, members)  'user': what is known of him becomes this
//
// Ids and their times are kept by the core, with what else is known of the visitor: so
// they are on the first event of a page, before this file is there, other tabs have them,
// and they go with him where he refuses, is reset or becomes another.
import { dropClick, keepClick } from './click.js';
import { loadList, readEntries } from './entries.js';
import { askVendor, METHODS, readHere } from './methods.js';

const DAY_MS = 86400000;

// What changes ids, consent or the address.
const CHANGES = ['consent', 'reset', 'anonymousId', 'user', 'identify', 'page'];

const connected = new WeakSet();

// Only its own members count: a vendor may be called "constructor".
const own = (object) => Object.assign(Object.create(null), object);

// One tab asks, where the browser can tell (elsewhere what is stored does).
const alone = (name, work) =>
  navigator.locks ? navigator.locks.request(`_fh_sync ${name}`, { ifAvailable: true }, (lock) => lock && work()) : work();

const connect = (track, agent, entries, complain) => {
  const { options } = agent;
  const tried = new Map(); // by visitor and name: until when, also where nothing can be stored
  const taken = new Map(); // likewise: what was read, which may be stored as another text (masked) or not at all
  const underway = new Set();
  let isRunning;

  // What is known of him, or undefined: nothing may be.
  const know = () => {
    const said = track.consent(); // makes the core, if nobody has called yet
    const text = agent.state(FH_STATE_STORE);
    const at = text.indexOf(' ');
    if (at < 0 || (said.analytics || options.consent || 'granted') !== 'granted') return;
    const { providers, synced } = JSON.parse(text.slice(at));
    return { providers: own(providers), synced: own(synced), said, id: track.setAnonymousId() };
  };

  // The agents of this page look what other tabs have stored.
  const refresh = () => dispatchEvent(new StorageEvent('storage', { key: '_fh', newValue: '1' }));

  const isOver = ({ synced, id }, { name, ttlMs }) => {
    const now = Date.now();
    // A time further off than the ttl is of another configuration, or of another clock.
    return ![synced[name], tried.get(`${id} ${name}`)].some((until) => until > now && until <= now + ttlMs);
  };

  // Puts an id, or null for none, and until when that holds; null: it is as new.
  const put = (known, { provider, key, name }, id, until) => {
    if (id !== undefined) {
      const vendor = own(known.providers[provider]);
      if (id) vendor[key] = id;
      else delete vendor[key];
      known.providers[provider] = vendor;
      if (!Object.keys(vendor).length) delete known.providers[provider];
    }
    if (until) known.synced[name] = until;
    else delete known.synced[name];
  };

  const some = (object) => (Object.keys(object).length ? object : null);
  const save = ({ providers, synced }, more) => agent.order('user', { providers: some(providers), synced: some(synced), ...more });

  const keep = (entry, id, ms) => {
    refresh();
    const known = know();
    if (!known) return;
    const until = Date.now() + ms;
    tried.set(`${known.id} ${entry.name}`, until);
    put(known, entry, id, until);
    save(known);
    if (know()?.synced[entry.name] !== until) complain(`${entry.name}: no room to remember it`);
  };

  const isAllowed = (known, { consent }) => known?.said[consent] === 'granted';

  // True, if the visitor has become another meanwhile.
  const ask = async (entry) => {
    const { name, ttlMs, timeout } = entry;
    refresh();
    const before = know();
    if (!isAllowed(before, entry) || !isOver(before, entry)) return;
    keep(entry, undefined, Math.min(2 * timeout, ttlMs));
    const value = await askVendor(entry, before.id).catch((error) => complain(`${name}: ${error.message}`));
    const known = know();
    if (!isAllowed(known, entry)) return;
    if (known.id !== before.id) return true;
    keep(entry, value || null, value ? ttlMs : Math.min(ttlMs, DAY_MS));
  };

  const start = async (entry) => {
    const { name } = entry;
    if (underway.has(name)) return;
    underway.add(name);
    let isAnother;
    try {
      isAnother = await alone(name, () => ask(entry));
    } finally {
      underway.delete(name);
    }
    if (isAnother) run(true);
  };

  // What can be read here is taken whenever it is another. True, if so.
  const look = (known, entry) => {
    const value = readHere(entry);
    const { provider, key, name, ttlMs } = entry;
    const mine = `${known.id} ${name}`;
    const isNews = value && value !== own(known.providers[provider])[key] && value !== taken.get(mine);
    if (value) taken.set(mine, value);
    if (isNews || (known.synced[name] && isOver(known, entry))) put(known, entry, value || null, value && Date.now() + ttlMs);
    else return false;
    return true;
  };

  const isRefused = ({ consent }) => [track.consent().analytics, track.consent()[consent]].includes('denied');

  // The one cookie that is written: true, if it has changed.
  const click = (known, entry) => {
    const value = isAllowed(known, entry) && readHere(entry);
    return value ? keepClick(value, agent.domain, Math.round(entry.ttlMs / 1000)) : isRefused(entry) && dropClick(agent.domain);
  };

  const update = (asks) => {
    const known = know();
    const hasClick = entries.filter(({ isClick }) => isClick).map((entry) => click(known, entry)).includes(true);
    if (!known) return;
    let isChanged = hasClick;
    const due = [];
    for (const entry of entries) {
      const { isClick, provider, key, name, method } = entry;
      if (isClick) continue;
      if (!isAllowed(known, entry)) {
        if (!known.synced[name] && own(known.providers[provider])[key] === undefined) continue;
        tried.delete(`${known.id} ${name}`);
        taken.delete(`${known.id} ${name}`);
        put(known, entry, null);
        isChanged = true;
      } else if (METHODS[method]._read) {
        isChanged = look(known, entry) || isChanged;
      } else if (isOver(known, entry)) {
        due.push(entry);
      }
    }
    // The cookies as they are now, which are read once a page view otherwise.
    const facts = hasClick && { domain: `${agent.domain} ${options.domains || ''}`, cookies: document.cookie };
    if (isChanged) save(known, facts);
    if (asks) for (const entry of due) start(entry).catch((error) => complain(`${entry.name}: ${error.message}`));
  };

  const run = (asks) => {
    if (isRunning) return;
    isRunning = true;
    try {
      update(asks);
    } catch (error) {
      complain(error.message);
    }
    isRunning = false;
  };

  for (const name of CHANGES) track.on(name, () => run(true));
  // What has changed in another tab, that tab asks for: it is heard in all at once.
  addEventListener('storage', ({ key }) => key === '_fh' && run(false));
  run(true);
};

/** The plugin: track.use(sync). Never throws. */
export const sync = {
  name: 'sync',
  load(track, agent) {
    const { options } = agent;
    const complain = (text) => {
      if (options.debug != null || agent.debug) console.warn(`[firsthand] sync: ${text}`);
    };
    if (connected.has(agent)) return;
    connected.add(agent);
    loadList(options.sync)
      .then((list) => connect(track, agent, readEntries(list, complain), complain))
      .catch((error) => complain(`the configuration cannot be read: ${error.message}`));
  },
};
