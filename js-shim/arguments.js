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

/** By verb: the call, whose members listeners are given in this order, and its options. */
export const resolvers = {
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

/**
 * Adds to a call what its options say; those that are not known are members of its
 * context.
 * @param integrations that hold where the call says nothing of them
 */
export const describe = (call, given, integrations) => {
  const { context, integrations: own, anonymousId, userId, timestamp, messageId, ...more } = { ...given };
  const all = { ...context, ...more };
  if (Object.keys(all).length) call.context = all;
  if (own || integrations) call.integrations = { ...integrations, ...own };
  if (anonymousId) call.anonymousId = `${anonymousId}`;
  if (timestamp != null) call.timestamp = new Date(timestamp);
  call.messageId = messageId || undefined;
  call.userId ??= userId;
};
