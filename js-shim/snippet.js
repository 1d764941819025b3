// The stub for the page's head: keeps calls until the agent is there, each as it
// was, with the page and the time of its moment. If the page ends before the
// agent has come, it posts them itself, for the relay to read (relay/stub.mjs).
// Built into dist/snippet.html, where every byte counts: hence names for nothing
// but once, a template as an argument, and a parameter as a variable.
self.track ||
  ((d, q = [], add) => {
    add =
      (verb) =>
      (...args) => {
        let text;
        try {
          text = JSON.stringify(args);
        } catch {}
        // The arguments themselves, for functions among them; JSON leaves them out.
        q.push([verb, text, d.URL, d.title, +new Date(), () => args]);
      };
    track = new Proxy(add('track'), { get: (_, verb) => (verb == 'q' ? q : add(verb)) });
    addEventListener('pagehide', (s) => {
      s = d.querySelector('[data-key]').dataset;
      // Where the visitor is to decide first, only the agent may send.
      q[0] && !s.consent && !navigator.globalPrivacyControl && navigator.sendBeacon(s.endpoint, JSON.stringify([s.key, d.referrer, q.splice(0)]));
    });
  })(document);
