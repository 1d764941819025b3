// Who wants to hear what happens, by name.

/** @param safely runs a function of the page's: (function, arguments) */
export const createListeners = (safely) => {
  const lists = { __proto__: null };
  const on = (name, listener) => {
    listeners._heard = 1;
    lists[name] = [...(lists[name] || []), listener];
  };
  const off = (name, listener) => {
    lists[name] = (lists[name] || []).filter((one) => one !== listener);
  };
  const once = (name, listener) => {
    const one = (...args) => {
      off(name, one);
      return listener(...args);
    };
    on(name, one);
  };
  const listeners = {
    _heard: 0, // somebody has ever listened
    _emit: (name, ...args) => {
      for (const listener of lists[name] || []) safely(listener, args);
    },
    _verbs: { on, off, once },
  };
  return listeners;
};
