// Forms that are begun, sent, and left: their names and those of their fields,
// never what is in them.
import { createLater } from './later.js';
import { all, on } from './on.js';
import { onRoute } from './routes.js';

export const forms = (track) => {
  const [later, stop] = createLater();
  const begun = new Map(); // by form: the field that was used last

  const tell = (what, form, field, options) => {
    // A form's own properties may be its fields: <input name="action">.
    const of = (name) => (form.getAttribute(name) || '').split(/[?#]/)[0] || undefined;
    track(`Form ${what}`, { form_id: of('id'), form_name: of('name'), form_destination: of('action'), field_name: field }, options);
  };
  const leave = (was) => {
    for (const [form, field] of begun) tell('Abandoned', form, field, was);
    begun.clear();
  };
  return all(
    stop,
    on('input', ({ target }) => {
      const { form } = target;
      if (!form) return;
      const field = target.name || target.id;
      if (!begun.has(form)) tell('Started', form, field);
      begun.set(form, field);
    }),
    // What the browser finds invalid is not submitted at all; what the page does can
    // be seen when its own listeners have run.
    on('submit', (event) =>
      later(() => {
        const { target: form } = event;
        if (event.defaultPrevented && form.querySelector(':invalid,[aria-invalid=true]')) return;
        begun.delete(form);
        tell('Submitted', form);
      }),
    ),
    on('pagehide', () => leave()),
    onRoute((was) => later(() => leave(was))),
  );
};
