// What is known of the visitor, read from the core's state and changed by calls.

/**
 * @param state the text that is stored for him: that of the cookie, a space, an object
 * @param order makes a call that is no event: (type, members)
 */
export const createVisitor = (state, order) => {
  const read = () => {
    const text = state();
    const at = text.indexOf(' ');
    return [text.slice(0, at).split('.'), at > 0 ? JSON.parse(text.slice(at)) : {}];
  };

  const setAnonymousId = (id) => {
    if (id !== undefined) order('anonymousId', { anonymousId: id && `${id}` });
    return read()[0][1];
  };

  // Segment's User, and its Group, which has no anonymous id.
  const person = (idName, traitsName, more) => {
    const set = (name, value) => value !== undefined && order('user', { [name]: value });
    const id = (value) => {
      set(idName, value && `${value}`);
      return read()[1][idName] ?? null;
    };
    const traits = (value) => {
      set(traitsName, value);
      return read()[1][traitsName] || {};
    };
    const reset = () => {
      if (more) setAnonymousId(null);
      id(null);
      traits(null);
    };
    const identify = (value, added) => {
      const known = traits();
      if (value) id(value);
      traits({ ...known, ...added });
    };
    return { id, traits, identify, reset, logout: reset, ...more };
  };

  const user = person('userId', 'traits', { anonymousId: setAnonymousId });
  const group = person('groupId', 'groupTraits');

  return {
    _group: group,
    _verbs: {
      setAnonymousId,
      user: () => user,
      session: () => {
        const [, , id, index, , events, pages] = read()[0];
        // A UUID of version 7 begins with its time.
        return +index ? { id, index: +index, start: parseInt(id.slice(0, 8) + id.slice(9, 13), 16), events: +events, pages: +pages || 0 } : null;
      },
    },
    _consent: () => {
      const { consent } = read()[1];
      const said = {};
      for (const [name, value] of Object.entries(consent ? consent.categoryPreferences : {})) said[name] = value ? 'granted' : 'denied';
      return said;
    },
  };
};
