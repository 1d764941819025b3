// The text of a value inside a JSON text, as it stands there. JSON.parse would
// turn 1e400 into Infinity and forget a duplicate key.

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+)/y;

/**
 * What stands at a JSON pointer (RFC 6901) in `text`, which must be compact;
 * undefined where nothing does. Of duplicate keys the last counts.
 */
export function textAt(text, pointer) {
  let node = read(text);
  for (const name of pointer.split('/').slice(1))
    node = node?.members?.get(name.replaceAll('~1', '/').replaceAll('~0', '~'));
  return node?.text;
}

function read(text) {
  TOKEN.lastIndex = 0;
  const next = () => TOKEN.exec(text)[1];

  const value = (token) => {
    const start = TOKEN.lastIndex - token.length;
    const members = { '{': object, '[': array }[token]?.();
    return { text: text.slice(start, TOKEN.lastIndex), members };
  };
  const object = () => {
    const members = new Map();
    for (let token = next(); token !== '}'; token = next()) {
      if (token === ',') continue;
      next(); // the colon
      members.set(JSON.parse(token), value(next()));
    }
    return members;
  };
  const array = () => {
    const members = new Map();
    for (let token = next(); token !== ']'; token = next())
      if (token !== ',') members.set(String(members.size), value(token));
    return members;
  };
  return value(next());
}
