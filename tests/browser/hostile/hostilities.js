// What pages do to a script that lives on them: each hostility patches or breaks what
// the agent uses, and returns how to undo it; those that cannot be undone return
// nothing. A classic script, which runs in the page (play.js).
window.hostilities = (() => {
  const { defineProperty, getOwnPropertyDescriptor, freeze } = Object;

  // Puts something in the place of a member; own or not, it can be taken back.
  const put = (object, name, descriptor) => {
    const was = getOwnPropertyDescriptor(object, name);
    defineProperty(object, name, { configurable: true, ...descriptor });
    return () => (was ? defineProperty(object, name, was) : delete object[name]);
  };
  const swap = (object, name, value) => put(object, name, { value, writable: true });
  const getter = (object, name, get) => put(object, name, { get });
  const denied = () => {
    throw new DOMException('denied', 'SecurityError');
  };
  const broken = () => {
    throw new Error('broken by the page');
  };
  const all = (...undos) => () => {
    for (let i = undos.length; i--; ) undos[i]();
  };
  const clobber = (html) => {
    const box = document.createElement('div');
    box.innerHTML = html;
    document.documentElement.appendChild(box);
    return () => box.remove();
  };

  return {
    // Functions of the language.
    'JSON.stringify throws': () => swap(JSON, 'stringify', broken),
    'JSON.stringify gives nothing': () => swap(JSON, 'stringify', () => undefined),
    'JSON.stringify gives garbage': () => swap(JSON, 'stringify', () => '{"type":'),
    'JSON.parse throws': () => swap(JSON, 'parse', broken),
    'JSON is gone': () => swap(window, 'JSON', undefined),
    'Array.prototype.toJSON, as of Prototype.js': () => swap(Array.prototype, 'toJSON', () => '[]'),
    'Object.prototype.toJSON throws': () => swap(Object.prototype, 'toJSON', broken),
    'Array.prototype.map throws': () => swap(Array.prototype, 'map', broken),
    'Array.prototype.push does nothing': () => swap(Array.prototype, 'push', () => 0),
    'Array.prototype.filter and find throw': () => all(swap(Array.prototype, 'filter', broken), swap(Array.prototype, 'find', broken)),
    'Array.prototype[Symbol.iterator] throws': () => swap(Array.prototype, Symbol.iterator, broken),
    'Array.from throws': () => swap(Array, 'from', broken),
    'Array.prototype has members of its own': () => put(Array.prototype, 'last', { value: broken, enumerable: true }),
    'Object.prototype has members of its own': () => put(Object.prototype, 'extend', { value: broken, enumerable: true, writable: true }),
    'Object.prototype has our names': () =>
      all(...['key', 'page', 'event', 'userId', 'call', 'load', 'then', 'context'].map((name) => put(Object.prototype, name, { value: 'polluted', writable: true }))),
    'Object.prototype has setters of our names': () =>
      all(...['type', 'properties', 'result'].map((name) => put(Object.prototype, name, { get: broken, set: broken }))),
    'Object.keys, entries and assign throw': () => all(...['keys', 'entries', 'assign', 'fromEntries'].map((name) => swap(Object, name, broken))),
    'String.prototype.match and replace throw': () => all(...['match', 'replace', 'split', 'startsWith'].map((name) => swap(String.prototype, name, broken))),
    'RegExp.prototype.exec and test throw': () => all(swap(RegExp.prototype, 'exec', broken), swap(RegExp.prototype, 'test', broken)),
    'Function.prototype.call and apply throw': () => all(swap(Function.prototype, 'call', broken), swap(Function.prototype, 'apply', broken)),
    'Map and Set throw': () => all(...['get', 'set', 'has', 'delete'].map((name) => swap(Map.prototype, name, broken)), swap(Set.prototype, 'add', broken), swap(Set.prototype, 'has', broken)),
    'Math is broken': () => all(swap(Math, 'max', broken), swap(Math, 'round', broken)),

    // Promises.
    'Promise is gone': () => swap(window, 'Promise', undefined),
    'Promise throws': () => swap(window, 'Promise', class { constructor() { broken(); } static resolve() { broken(); } static race() { broken(); } }),
    'Promise.prototype.then throws': () => swap(Promise.prototype, 'then', broken),
    'Promise.prototype.catch throws': () => swap(Promise.prototype, 'catch', broken),
    'Promise never calls back': () => swap(Promise.prototype, 'then', function () { return this; }),

    // The network.
    'fetch throws': () => swap(window, 'fetch', broken),
    'fetch rejects': () => swap(window, 'fetch', () => Promise.reject(new Error('blocked'))),
    'fetch gives nothing': () => swap(window, 'fetch', () => undefined),
    'fetch gives something else': () => swap(window, 'fetch', async () => ({ status: 200 })),
    'fetch is gone': () => swap(window, 'fetch', undefined),
    'navigator.sendBeacon throws': () => swap(Navigator.prototype, 'sendBeacon', broken),
    'navigator.sendBeacon is gone': () => swap(Navigator.prototype, 'sendBeacon', undefined),
    'Blob and AbortController throw': () => all(swap(window, 'Blob', broken), swap(window, 'AbortController', broken)),
    'Response.prototype.text throws': () => swap(Response.prototype, 'text', broken),
    'Headers.prototype.get throws': () => swap(Headers.prototype, 'get', broken),

    // Storage.
    'localStorage throws': () => getter(window, 'localStorage', denied),
    'sessionStorage throws': () => getter(window, 'sessionStorage', denied),
    'Storage.prototype.setItem throws': () => swap(Storage.prototype, 'setItem', denied),
    'localStorage has nonsense': () => (localStorage.setItem('_fh', '\0{"a":'), localStorage.setItem('_fh.zzz', '\ud800'), () => localStorage.removeItem('_fh.zzz')),
    'document.cookie is denied': () => put(Document.prototype, 'cookie', { get: denied, set: denied }),
    'document.cookie is no text': () => put(Document.prototype, 'cookie', { get: () => null, set: () => {} }),
    'indexedDB throws': () => getter(window, 'indexedDB', denied),
    'indexedDB is gone': () => swap(window, 'indexedDB', undefined),
    'indexedDB.open throws': () => swap(IDBFactory.prototype, 'open', broken),
    'IDBDatabase.prototype.transaction throws': () => swap(IDBDatabase.prototype, 'transaction', broken),
    'BroadcastChannel throws': () => swap(window, 'BroadcastChannel', broken),
    'BroadcastChannel.prototype.postMessage throws': () => swap(BroadcastChannel.prototype, 'postMessage', broken),

    // Time and chance.
    'Date.now gives NaN': () => swap(Date, 'now', () => NaN),
    'Date.now gives a text': () => swap(Date, 'now', () => 'now'),
    'Date.now throws': () => swap(Date, 'now', broken),
    'performance.now gives NaN': () => swap(Performance.prototype, 'now', () => NaN),
    'performance.now throws': () => swap(Performance.prototype, 'now', broken),
    'performance is gone': () => swap(window, 'performance', undefined),
    'setTimeout throws': () => swap(window, 'setTimeout', broken),
    'clearTimeout throws': () => swap(window, 'clearTimeout', broken),
    'queueMicrotask throws': () => swap(window, 'queueMicrotask', broken),
    'requestIdleCallback throws': () => swap(window, 'requestIdleCallback', broken),
    'crypto.getRandomValues throws': () => swap(Crypto.prototype, 'getRandomValues', broken),
    'crypto is gone': () => swap(window, 'crypto', undefined),

    // What the page says of itself.
    'navigator throws': () => all(...['userAgent', 'language', 'connection', 'webdriver', 'globalPrivacyControl', 'doNotTrack'].map((name) => getter(Navigator.prototype, name, broken))),
    'navigator.userAgent is an object in a circle': () => {
      const circle = {};
      circle.circle = circle;
      return getter(Navigator.prototype, 'userAgent', () => circle);
    },
    'screen throws': () => getter(window, 'screen', broken),
    'document.title and referrer throw': () => all(getter(Document.prototype, 'title', broken), getter(Document.prototype, 'referrer', broken)),
    'document.querySelector throws': () => swap(Document.prototype, 'querySelector', broken),
    'Intl is gone': () => swap(window, 'Intl', undefined),
    'ResizeObserver is gone': () => swap(window, 'ResizeObserver', undefined),
    'TextEncoder and TextDecoder throw': () => all(swap(TextEncoder.prototype, 'encodeInto', broken), swap(TextDecoder.prototype, 'decode', broken)),
    'addEventListener throws': () => swap(EventTarget.prototype, 'addEventListener', broken),
    'dispatchEvent and StorageEvent throw': () => all(swap(EventTarget.prototype, 'dispatchEvent', broken), swap(window, 'StorageEvent', broken)),
    'WebAssembly is gone': () => swap(window, 'WebAssembly', undefined),
    'WebAssembly refuses': () => swap(WebAssembly, 'Module', broken),
    'the console throws': () => all(...['log', 'warn', 'error'].map((name) => swap(console, name, broken))),
    'the document is clobbered': () => clobber('<img name="cookie"><form name="head"></form><img name="querySelector"><form name="title"></form><img name="hidden"><img name="referrer"><form id="track2"></form>'),
    'the document element is replaced': () => {
      const was = document.documentElement;
      const other = document.createElement('html');
      was.remove();
      document.appendChild(other);
      return () => (other.remove(), document.appendChild(was));
    },
    'the head is gone': () => {
      const { head } = document;
      const { parentNode, nextSibling } = head;
      head.remove();
      return () => parentNode.insertBefore(head, nextSibling);
    },

    // Not to be undone.
    'Object.prototype and Array.prototype are frozen': () => void [Object, Array, Function].forEach(({ prototype }) => freeze(prototype)),
    'the globals are frozen': () => void [JSON, Promise, Date, Map, Set, Math, Reflect, String, RegExp].forEach((one) => (freeze(one), one.prototype && freeze(one.prototype))),
    'the document and navigator are frozen': () => void [Document.prototype, Navigator.prototype, EventTarget.prototype, Storage.prototype].forEach(freeze),
  };
})();
