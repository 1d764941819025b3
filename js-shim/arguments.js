// The arguments of the calls that make events, as members of a call for the core
// (src/event.h): Segment's overloads, to the letter.

const isText = (value) => typeof value === 'string';
const textOf = (value) => (isText(value) ? value : undefined);
export const isFunction = (value) => typeof value === 'function';

// What Segment takes for an object: no array, Date or Map, but anybody's instance.
const isBag = (value) => ({}).toString.call(value) === '[object Object]';

// string and number are the types with an r: 15 bytes less than their names.
const isId = (value) => /r/.test(typeof value);
const idOf = (value) => (isId(value) ? `${value}` || undefined : undefined);
const bag = (value) => (isBag(value) ? value : {});

// The texts and objects of page and screen count wherever they are.
const named = (args) => {
  const texts = args.filter(isText);
  const bags = args.filter(isBag);
  // One text is the name, wherever it is; two are what their places say.
  const [category, name] = texts.length === 1 ? [, texts[0]] : texts.length === 2 ? args.map(textOf) : [];
  const [properties = {}, options] = bags.length > 2 ? [] : bags.length === 1 && bags[0] === args[3] ? [{}, bags[0]] : bags;
  return [{ category, name, properties }, options];
};

// Of identify and group: an id may be left out.
const known = (id) => (args) => {
  const [first] = args;
  const [traits, options] = first == null || isId(first) ? args.slice(1) : args;
  return [{ [id]: idOf(first), traits: bag(traits) }, isFunction(traits) || !isBag(options) ? {} : options];
};

// By verb: the call and its options.
const resolvers = {
  __proto__: null,
  track: ([event, properties, options]) =>
    isBag(event)
      ? [{ event: event.event, properties: event.properties ?? {} }, isFunction(properties) ? options : properties]
      : [{ event: textOf(event), properties: bag(properties) }, options],
  page: (args) => {
    const [call, options] = named(args.slice(0, 5));
    const { category, name } = call;
    call.properties = { ...call.properties, ...(category != null && { category }), ...(name && { name }) };
    return [call, options];
  },
  screen: (args) => named(args.slice(0, 5)),
  identify: known('userId'),
  group: known('groupId'),
  alias: (args) => {
    const [userId, previousId] = args.slice(0, 2).map(idOf).filter(isText);
    return [{ userId, previousId }, args.find(isBag)];
  },
};

/** The verbs whose calls make an event. */
export const events = Object.keys(resolvers);

// As Segment reads dates: a number, also as text, may be seconds.
const dateOf = (value) => {
  const number = isText(value) && !/^\d{10,13}$/.test(value) ? NaN : +value;
  return new Date(isNaN(number) ? value : number < 31557600000 ? number * 1000 : number);
};

/**
 * @param type one of the six
 * @param args as the page gave them
 * @param integrations that hold where a call says nothing of them
 * @returns the call; unknown options are members of its context
 */
export const describe = (type, args, integrations) => {
  const [call, given] = resolvers[type](args);
  if (!given && !integrations) return call;
  const { context, integrations: own, anonymousId, userId, timestamp, messageId, ...more } = { ...given };
  const all = { ...context, ...more };
  return {
    userId,
    ...call,
    anonymousId: anonymousId ? `${anonymousId}` : undefined,
    messageId: messageId || undefined,
    timestamp: timestamp == null ? undefined : dateOf(timestamp),
    context: Object.keys(all).length ? all : undefined,
    integrations: own || integrations ? { ...integrations, ...own } : undefined,
  };
};
