// What pages pass to a tracking call. A classic script; each entry makes the arguments
// behind the name of a track call.
window.hostileProperties = (() => {
  const broken = () => {
    throw new Error('broken by the page');
  };
  const deep = (levels) => {
    let value = 1;
    while (levels--) value = { a: value };
    return value;
  };
  const revoked = () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  return {
    'a circle': () => {
      const circle = { a: 1 };
      circle.circle = circle;
      return [circle];
    },
    'a getter that throws': () => [{ get a() { return broken(); } }],
    'a proxy that throws at everything': () => [new Proxy({}, new Proxy({}, { get: () => broken }))],
    'a proxy that was revoked': () => [revoked()],
    'a proxy without end': () => [new Proxy({}, { ownKeys: () => ['a'], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }), get: (target, name, self) => (name === 'a' ? self : undefined) })],
    'toJSON that throws': () => [{ toJSON: broken }],
    'toJSON that gives nothing': () => [{ toJSON: () => undefined }],
    'toJSON that gives a number': () => [{ toJSON: () => 1 }],
    'a BigInt': () => [{ n: BigInt(1) }],
    'a symbol': () => [{ [Symbol('a')]: Symbol('b'), c: Symbol('c') }],
    'a symbol for an object': () => [Symbol('a')],
    'lone surrogates': () => [{ '\ud800': '\udfff', a: 'x\ud83dy' }],
    'NUL and control characters': () => [{ 'a\0b': '\0\u0001\u2028\u2029\x7f' }],
    '10 MB': () => [{ text: 'x'.repeat(1e7) }],
    '10,000 keys': () => [Object.fromEntries(Array.from({ length: 10000 }, (_, i) => [`k${i}`, i]))],
    '10,000 levels': () => [deep(10000)],
    '40 levels': () => [deep(40)],
    '__proto__': () => [JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}')],
    'no prototype': () => [Object.assign(Object.create(null), { a: 1 })],
    'a class with a false name': () => [{ get [Symbol.toStringTag]() { return broken(); } }],
    'the window': () => [window],
    'the document': () => [document],
    'a function': () => [broken],
    'a function as callback that throws': () => [{}, {}, broken],
    'a promise that rejects as callback': () => [{}, {}, () => Promise.reject(new Error('of the page'))],
    'a date that is none': () => [{ at: new Date(NaN) }],
    'numbers that are none': () => [{ a: NaN, b: -Infinity, c: -0, d: 1e308 * 10, e: Number.MAX_VALUE, f: 5e-324 }],
    'a typed array': () => [{ a: new Uint8Array(1000), b: new ArrayBuffer(8) }],
    'a sparse array': () => [{ a: Object.assign([], { 9999: 1 }) }],
    'options that throw': () => [{}, { get context() { return broken(); } }],
    'options with a time that is none': () => [{}, { timestamp: 'yesterday' }],
    'options with a symbol for an id': () => [{}, { anonymousId: Symbol('a') }],
    'what throws when made a text': () => [{}, { anonymousId: { toString: broken } }],
  };
})();
