// Forms that are begun, sent, and left: their names and those of their fields,
// never what is in them.
import { capture, flush, later, on, onEnd } from './capture.js';
import { attributeOf } from './element.js';
import { onRoute } from './routes.js';

export const forms = capture((track) => {
  const begun = new Map(); // by form: the field that was used last

  const tell = (what, form, options) =>
    track(
      `Form ${what}`,
      {
        form_id: attributeOf(form, 'id'),
        form_name: attributeOf(form, 'name'),
        form_destination: attributeOf(form, 'action')?.split(/[?#]/)[0],
        field_name: begun.get(form),
      },
      options,
    );
  const leave = (was) => {
    for (const [form] of begun) tell('Abandoned', form, was);
    begun.clear();
  };
  on('input', ({ target: { form, name, id } }) => {
    if (!form) return;
    const isNew = !begun.has(form);
    begun.set(form, name || id);
    if (isNew) tell('Started', form);
  });
  // What the browser finds invalid is not submitted at all; what the page does can
  // be seen when its own listeners have run.
  on('submit', (event) => {
    const { target } = event;
    later(() => {
      if (event.defaultPrevented && target.querySelector(':invalid,[aria-invalid=true]')) return;
      tell('Submitted', target);
      begun.delete(target);
    });
  });
  let isLeft; // and not only hidden
  on('pageshow pagehide', ({ type }) => (isLeft = type === 'pagehide'));
  onEnd(() => {
    flush();
    if (isLeft) leave();
  });
  onRoute((was) => later(() => leave(was)));
});
