// The stub for the page's head: keeps calls until the agent is there, each as it
// was, with the page and the time of its moment. If the page ends before the
// agent has come, it posts them itself, for the relay to read (relay/stub.mjs).
// Built into dist/snippet.html, where every byte counts: hence names for nothing
// but once, and a parameter as a variable. Any name is a verb: it need not know them.
self.track ||
  ((d, q = [], json = JSON.stringify, add, text) => {
    add =
      (verb) =>
      (...args) => {
        try {
          text = json(args);
        } catch {
          text = 0;
        }
        // The arguments themselves, for functions among them; JSON leaves them out.
        q.push([verb, text, d.URL, d.title, +new Date(), () => args]);
      };
    track = new Proxy(add('track'), { get: (_, verb) => (verb == 'q' ? q : add(verb)) });
    // Where the visitor is to decide first, or may have objected, only the agent may send.
    addEventListener(
      'pagehide',
      (s) =>
        !q[0] ||
        (s = d.querySelector('[data-key]').dataset).consent ||
        s.dnt ||
        (add = navigator).globalPrivacyControl ||
        add.sendBeacon(s.endpoint, json([s.key, d.referrer, q.splice(0)])),
    );
  })(document);
