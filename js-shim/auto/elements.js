// Elements that name their own events: data-fh-event when clicked (a form: when
// sent), data-fh-view when seen. Their other data-fh-* are the properties.
import { atEnd, capture, later, on } from './capture.js';
import { onClick, propertiesOf } from './element.js';

export const elements = capture((track) => {
  const told = new WeakSet();
  // Read now: what the click does may take the element away.
  const calling = (element, event) => {
    const properties = propertiesOf(element);
    const name = element.getAttribute(event);
    return () => track(name, properties);
  };

  // Half of it is seen, or it fills half of what is seen.
  const views = new IntersectionObserver(
    (entries) => {
      for (const { target, intersectionRatio, intersectionRect, rootBounds } of entries) {
        if (intersectionRatio < 0.5 && !(intersectionRect.height * 2 >= rootBounds?.height)) continue;
        views.unobserve(target);
        told.add(target);
        calling(target, 'data-fh-view')();
      }
    },
    { threshold: [0.1, 0.2, 0.3, 0.4, 0.5] },
  );
  const look = () => {
    for (const element of document.querySelectorAll('[data-fh-view]')) if (!told.has(element)) views.observe(element);
  };
  const additions = new MutationObserver(() => later(look));
  additions.observe(document, { subtree: true, childList: true });
  look();
  atEnd(() => {
    views.disconnect();
    additions.disconnect();
  });
  onClick('[data-fh-event]:not(form)', (element) => later(calling(element, 'data-fh-event')));
  on('submit', ({ target }) => target.matches('[data-fh-event]') && calling(target, 'data-fh-event')());
});
