// Calls that are made when something happens: a click, a form that is sent, a
// promise that comes true. Nothing is delayed for them: what a page that is left has
// called is journaled and handed over like any other call.
import { isFunction } from './arguments.js';
import { Promise } from './natives.js';

const valueOf = (value, of) => (isFunction(value) ? value(of) : value);

/**
 * @param track of the agent
 * @param guard makes of a function one that never throws
 */
export const createMoments = (track, guard) => {
  const on = (type) => (elements, event, properties, options) => {
    for (const element of Array.from(!elements || elements.addEventListener ? [elements] : elements))
      if (element)
        element.addEventListener(
          type,
          guard(() => track(valueOf(event, element), valueOf(properties, element), options)),
          true,
        );
  };
  const link = on('click');
  const form = on('submit');

  return {
    link,
    form,
    trackLink: link,
    trackClick: link,
    trackForm: form,
    trackSubmit: form,

    when: (promise, event, properties, { failed, ...options } = {}) => {
      const say = (name) => guard((value) => name && track(name, valueOf(properties, value), options));
      return Promise.resolve(promise).then((value) => say(value && value.ok === false ? failed : event)(value), say(failed));
    },
  };
};
