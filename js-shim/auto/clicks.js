// Clicks on whatever does something. Of the text only its shape is told, unless
// the site allows more.
import { capture, later } from './capture.js';
import { aboutElement, attributeOf, CONTROLS, onClick } from './element.js';

/** @param options autoText: "on": texts, without their digits */
export const clicks = capture((track, { autoText }) =>
  onClick(CONTROLS, (control) => {
    // Read now: what the click does may take the element away.
    const about = {
      ...aboutElement(control),
      element_name: attributeOf(control, 'name'),
      element_text: control.textContent.trim().slice(0, 64).replace(autoText && !control.closest('[data-fh-mask]') ? /\d/g : /\S/g, '*'),
    };
    later(() => track('Element Clicked', about));
  }),
);
