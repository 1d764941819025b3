// The stub for the page's head: keeps calls until the agent is there, each as it
// was, with the page and the time of its moment. If the page ends before the
// agent has come, it posts them itself, for the relay to read (relay/stub.mjs).
// Built into dist/snippet.html; ES5, so that no browser stumbles over it.
!(function (w, d) {
  if (w.track) return;
  var t = (w.track = add('track')),
    q = (t.q = []);
  function add(verb) {
    return function () {
      // No parameter: writing to one would write to `arguments`.
      var item = [verb, '', { url: location.href, title: d.title, referrer: d.referrer }, [Date.now(), performance.now()]];
      item.a = arguments; // functions too; JSON leaves it out
      try {
        item[1] = JSON.stringify(arguments);
      } catch (e) {}
      q.push(item);
    };
  }
  'page identify reset flush ready'.split(' ').map(function (verb) {
    t[verb] = add(verb);
  });
  addEventListener('pagehide', function (s) {
    q[0] &&
      w.track == t &&
      (s = d.querySelector('script[data-key]')) &&
      navigator.sendBeacon(s.dataset.endpoint, JSON.stringify({ writeKey: s.dataset.key, stub: q.splice(0) }));
  });
})(window, document);
