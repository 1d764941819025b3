// What is said of an element: where it is, and never what is in it.

/** Leads to the element from the nearest id above it, or from the root. */
export const pathOf = (element) => {
  const steps = [];
  for (; element; element = element.parentElement) {
    const { localName } = element;
    const id = element.getAttribute('id'); // element.id may be a field of a form
    if (id) {
      steps.unshift(`#${CSS.escape(id)}`);
      break;
    }
    let n = 1;
    for (let other = element; (other = other.previousElementSibling); ) if (other.localName === localName) n++;
    steps.unshift(`${localName}:nth-of-type(${n})`);
  }
  return steps.join('>');
};

/** Properties of an event. */
export const aboutElement = (element) => ({
  element_path: pathOf(element),
  element_tag: element.localName,
});

/** What a visitor may expect to do something, of an event's target and what is around it. */
export const controlOf = ({ target }) =>
  target.closest('[data-fh-ignore]') ? null : target.closest('a,button,summary,input,select,textarea,label,[role=button],[role=tab],[role^=menuitem],[onclick]');

/** A click on a label, which is followed by one on what it is the label of. */
export const isForAnother = ({ target }) => {
  const { control } = target.closest('label') || {};
  return control && !control.contains(target);
};
