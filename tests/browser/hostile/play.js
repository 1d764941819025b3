// Plays one hostility in a page, and notes what of the agent's the page gets to feel.
// A classic script, which comes before all others; pages are made by
// ../hostile.test.mjs.
window.faults = [];
(() => {
  const { addEventListener, setTimeout } = window;
  const note = (what) => {
    faults[faults.length] = what;
  };
  const text = (error) => `${(error && error.stack) || error}`;
  const timer = setTimeout.bind(window);
  const on = addEventListener.bind(window);
  on('error', (event) => note(`error: ${event.message} ${text(event.error)}`));
  on('unhandledrejection', (event) => note(`unhandledrejection: ${text(event.reason)}`));

  const attempt = (what, work) => {
    try {
      return work();
    } catch (error) {
      note(`${what} threw ${text(error)}`);
    }
  };
  const call = (name, a, b, c) => attempt(name, () => void track(name, a, b, c));
  const send = document.dispatchEvent.bind(document);

  // Some of all that a page can call.
  const calls = [
    ['page'], ['identify', 'user-1', { plan: 'pro' }], ['group', 'group-1'], ['register', { a: 1 }], ['time', 'Timed'], ['user'], ['session'],
    ['inspect'], ['flush'], ['ready', () => {}], ['consent'], ['on', 'event', () => {}], ['unregister', 'a'], ['when', { ok: true }, 'Kept'], ['use', () => {}],
  ];
  const verbs = () => {
    for (let i = 0; i < calls.length; i++) {
      const c = calls[i];
      attempt(c[0], () => void track[c[0]](c[1], c[2]));
    }
  };

  const HOLD_MS = 600; // for the agent to save and to send under the hostility, at least twice

  /** `when`: 'before' the agent comes, 'later', or 'meanwhile': a call has just been
   * made, nothing of it is sent yet. Timers only, and nothing that a hostility breaks. */
  window.play = (name, when) => {
    const number = name.slice(name.lastIndexOf('#'));
    const make = hostilities[name.slice(0, name.lastIndexOf(' '))];
    let undo;
    const hurt = () => (undo = attempt('the hostility', make));
    if (when === 'before') hurt();
    const after = () => {
      if (undo) undo();
      call(`After ${number}`);
      // What a broken network has kept waiting leaves when the page ends.
      const end = () => (window.done = true);
      const flushed = attempt('flush', () => track.flush());
      if (flushed && flushed.then) flushed.then(end, end);
      timer(end, 3000);
    };
    const during = () => {
      if (when !== 'before') hurt();
      call(`During ${number}`, { a: 1 }, {}, () => {});
      verbs();
      call(`During too ${number}`);
      const event = new Event('visibilitychange');
      attempt('visibilitychange', () => send(event));
      timer(after, HOLD_MS);
    };
    on('load', () => {
      if (when !== 'before') call(`Before ${number}`);
      if (when === 'meanwhile') during();
      else timer(during, when === 'later' ? 300 : 0);
    });
  };

  /** All of properties.js, between two calls. */
  window.playProperties = () => {
    on('load', () => {
      call('Before properties');
      for (const name in hostileProperties) {
        const args = hostileProperties[name]();
        call(name, args[0], args[1], args[2]);
        call(args[0]); // as the event itself
        for (const verb of ['identify', 'group', 'page', 'screen', 'alias', 'register']) attempt(`${verb} ${name}`, () => void track[verb](...args));
        attempt(`reset ${name}`, () => void track.reset());
      }
      call('After properties', { polluted: {}.polluted });
      timer(() => (window.done = true), HOLD_MS);
    });
  };
})();
