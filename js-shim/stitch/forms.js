// Hidden fields in <form data-fh-stitch>: filled when the form is submitted, and ahead of
// that for form.submit(), of which there is no event. The attribute's value is the prefix
// of their names.
import { attempt } from './attempt.js';

const FORMS = 'form[data-fh-stitch]';
const MARK = 'data-fh-stitched'; // on inputs of ours

/**
 * @param mayGo tells of an address whether it may have the bundle
 * @param fields (prefix) => { name: value }, none where there is no bundle
 * @returns fills all forms of the page anew: to be called when the visitor or what he
 *   allows has changed
 */
export const watchForms = (mayGo, fields) => {
  // A form's fields are its members, and may be called anything: `action`, `append`.
  const { getAttribute, matches, querySelectorAll, append } = Element.prototype;
  const of = (element, name) => getAttribute.call(element, name) || '';
  const asks = (form) => form && matches.call(form, FORMS);

  const fill = (form, submitter) =>
    attempt(() => {
      const say = (name) => (submitter && of(submitter, `form${name}`)) || of(form, name);
      // In an address ids would be logged, shared and kept as a bookmark.
      const may = /^post$/i.test(say('method')) && mayGo(say('action') || location.href);
      for (const old of querySelectorAll.call(form, `[${MARK}]`)) old.remove();
      if (!may) return;
      for (const [name, value] of Object.entries(fields(of(form, 'data-fh-stitch') || undefined))) {
        const input = document.createElement('input');
        Object.assign(input, { type: 'hidden', name, value });
        input.setAttribute(MARK, '');
        append.call(form, input);
      }
    });

  const fillAll = () => document.querySelectorAll(FORMS).forEach((form) => fill(form));

  addEventListener('submit', ({ target, submitter }) => attempt(() => asks(target) && fill(target, submitter)), true);
  // A form that has come later is filled when somebody begins with it.
  addEventListener('focusin', ({ target }) => attempt(() => asks(target.form) && fill(target.form)), true);
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', fillAll);
  fillAll();
  return fillAll;
};
