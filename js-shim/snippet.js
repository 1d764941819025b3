// The stub for the page's head: keeps calls until the agent is there, each with
// the page and the time of its moment. Built into dist/snippet.html.
!(function (w, d) {
  if (w.track) return;
  var t = (w.track = add('track'));
  t.q = [];
  function add(verb) {
    return function () {
      t.q.push([
        verb,
        arguments,
        { url: location.href, title: d.title, referrer: d.referrer },
        [Date.now(), performance.now()],
      ]);
    };
  }
  ['page', 'identify', 'reset', 'flush', 'ready'].map(function (verb) {
    t[verb] = add(verb);
  });
})(window, document);
