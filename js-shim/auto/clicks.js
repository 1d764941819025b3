// Clicks on whatever does something. Of the text only its shape is told, unless
// the site allows more.
import { aboutElement, controlOf, isForAnother } from './element.js';
import { createLater } from './later.js';
import { all, on } from './on.js';

/** @param options autoText: "digits": texts of buttons and links, without their digits */
export const clicks = (track, { autoText }) => {
  const [later, stop] = createLater();
  return all(
    stop,
    on('click', (event) => {
      const control = controlOf(event);
      if (!event.isTrusted || !control || isForAnother(event)) return;
      later(() => {
        const text = control.textContent.trim().replace(/\s+/g, ' ').slice(0, 64);
        track('Element Clicked', {
          ...aboutElement(control),
          element_name: control.getAttribute('name') || undefined,
          element_text: text.replace(autoText && !control.closest('[data-fh-mask]') ? /\d/g : /\S/g, '*') || undefined,
        });
      });
    }),
  );
};
