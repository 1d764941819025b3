// What the page has put between its calls and the queue: each hook gets the event
// that the one before it has made, as a copy, and goes on by next(event), at once
// or later. An event travels as text, so that a hook which throws has changed nothing.
import { resolvers } from './arguments.js';

/** @param say prints for whoever debugs */
export const createHooks = (say) => {
  const hooks = [];

  /**
   * @param text of the event
   * @param done is called with the text that has come out, or '' if a hook has dropped
   *   it; and after that again, should the hook go on all the same
   */
  const run = (text, done, at = 0) => {
    const hook = hooks[at];
    if (!hook || !text) return done(text);
    let isOver;
    const go = (after) => isOver || ((isOver = 1), run(after, done, at + 1));
    const end = () => isOver || done('');
    const fault = (error) => {
      say(error);
      go(text);
    };
    const next = (event) => {
      try {
        go(event ? JSON.stringify(event) : '');
      } catch (error) {
        fault(error);
      }
    };
    try {
      const answer = hook(JSON.parse(text), next);
      if (answer && answer.then) answer.then(end, fault);
      else end();
    } catch (error) {
      fault(error);
    }
  };

  // What a function returns counts: nothing keeps the event, null or false drops it.
  const returning = (work) => (event, next) => {
    const end = (answer) => next(answer === undefined || answer === true ? event : answer);
    const answer = work(event);
    return answer && answer.then ? answer.then(end) : end(answer);
  };

  return {
    _hooks: hooks,
    _run: run,

    /** A function, or the members of a plugin: one for all, or by type. */
    _use: (item) => {
      if (item.call) hooks.push(returning((event) => item(event)));
      else if ([...Object.keys(resolvers), 'event'].some((name) => item[name]))
        for (const nameOf of [({ type }) => type, () => 'event'])
          hooks.push(returning((event) => item[nameOf(event)] && item[nameOf(event)](event)));
    },

    /** Segment's: ({ payload, next, integrations }), where payload.obj is the event and
     * payload.type() and the like read its members. */
    _source: (middleware) =>
      hooks.push((event, next) =>
        middleware({
          payload: new Proxy({ obj: event }, {
            get: (payload, name) => payload[name] || (name === 'then' ? undefined : () => payload.obj[name]),
          }),
          integrations: event.integrations || {},
          next: (payload) => next(payload && payload.obj),
        }),
      ),
  };
};
