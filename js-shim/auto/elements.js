// Elements that name their own events: data-fh-event when clicked (a form: when
// sent), data-fh-view when seen. Their other data-fh-* are the properties.
import { isForAnother } from './element.js';
import { createLater } from './later.js';
import { all, on } from './on.js';

export const elements = (track) => {
  const [later, stop] = createLater();
  const known = new WeakMap(); // by element: the view that is told or awaited

  const tell = (element, name) => {
    const properties = {};
    for (const { name: key, value } of element.attributes) {
      const [, property] = /^data-fh-(?!event$|view$)(.*)/.exec(key) || [];
      if (property) properties[property.replace(/-/g, '_')] = value;
    }
    track(element.getAttribute(name), properties);
  };

  // Half of it is seen, or it fills half of what is seen.
  const views = new IntersectionObserver(
    (entries) => {
      for (const { target, intersectionRatio, intersectionRect, rootBounds } of entries) {
        if (intersectionRatio < 0.5 && !(rootBounds && intersectionRect.height >= rootBounds.height / 2)) continue;
        views.unobserve(target);
        tell(target, 'data-fh-view');
      }
    },
    { threshold: [0.1, 0.2, 0.3, 0.4, 0.5] },
  );
  let isAwaited;
  const look = () => {
    isAwaited = 0;
    for (const element of document.querySelectorAll('[data-fh-view]')) {
      const name = element.getAttribute('data-fh-view');
      if (known.get(element) === name) continue;
      known.set(element, name);
      views.unobserve(element);
      views.observe(element);
    }
  };
  const additions = new MutationObserver(() => {
    if (!isAwaited) later(look);
    isAwaited = 1;
  });
  additions.observe(document, { subtree: true, childList: true, attributeFilter: ['data-fh-view'] });
  look();

  return all(
    stop,
    () => views.disconnect(),
    () => additions.disconnect(),
    on('click', (event) => {
      const element = event.target.closest('[data-fh-event]');
      if (event.isTrusted && element.localName !== 'form' && !isForAnother(event)) later(() => tell(element, 'data-fh-event'));
    }),
    on('submit', ({ target }) => {
      if (target.hasAttribute('data-fh-event')) tell(target, 'data-fh-event');
    }),
  );
};
