// What runs in the page, before any of its scripts: batches of Firsthand, by whichever
// way they leave, go to the test kit's receiver instead of their endpoint.
//
// Why not the driver's own interception, or a report through an exposed function:
// both end with the page. Of 20 events each made in pagehide, Chromium's beacons
// passed by Playwright's route() 20 times, and neither driver's exposed function
// heard of one; of 20 made just before a click that leaves, functions missed 3 to
// 17. A request of the browser's own outlives the page (docs/TESTING.md).

/** No name from outside may be used in it: it travels as text. */
export function redirect({ receiver, endpoint }) {
  // One that is there already goes by what the latest capture() says: scripts for
  // documents to come cannot be taken back everywhere.
  const mark = Symbol.for('firsthand.testing');
  if (globalThis[mark]) return void Object.assign(globalThis[mark], { receiver, endpoint });
  const now = { receiver, endpoint };
  Object.defineProperty(globalThis, mark, { value: now });
  const { fetch, fetchLater, Blob } = globalThis;
  const { sendBeacon } = Navigator.prototype;

  const bytesAsText = (data) => {
    try {
      return typeof data === 'string' ? data : new TextDecoder('utf-8', { fatal: true }).decode(data);
    } catch {
      return ''; // neither text nor bytes of text
    }
  };

  // A blob cannot be read at once, and at the end of a page there is no later.
  const texts = new WeakMap();
  globalThis.Blob = new Proxy(Blob, {
    construct(target, args, newTarget) {
      const blob = Reflect.construct(target, args, newTarget);
      if (Array.isArray(args[0]) && args[0].length === 1) texts.set(blob, bytesAsText(args[0][0]));
      return blob;
    },
  });
  Blob.prototype.constructor = globalThis.Blob;

  const isFirsthands = (body, to) => {
    if (body instanceof Uint8Array && body[0] === 0x1f && body[1] === 0x8b) return /\/compact$/.test(to); // compressed
    const text = texts.get(body) ?? bytesAsText(body);
    if (!/^\{.*"firsthand":|^\[.*\[/s.test(text)) return false;
    try {
      const sent = JSON.parse(text);
      return Array.isArray(sent) ? typeof sent[0] === 'string' && Array.isArray(sent[2]) : Array.isArray(sent.batch) && typeof sent.firsthand === 'object';
    } catch {
      return false;
    }
  };

  // Where a request goes instead; undefined: it is none of ours.
  const instead = (by, url, body) => {
    try {
      const to = new URL(url, document.baseURI).href;
      if (!isFirsthands(body, to) || (now.endpoint && to !== new URL(now.endpoint, document.baseURI).href)) return undefined;
      const [cookie = ''] = /(?:^|; )_fh=[^;]*/.exec(document.cookie) ?? [];
      return `${now.receiver}/?${new URLSearchParams({ by, to, page: location.href, cookie })}`;
    } catch {
      return undefined; // no address, or a document without cookies
    }
  };

  const isPost = (init) => typeof init?.method === 'string' && init.method.toUpperCase() === 'POST' && init.body != null;

  globalThis.fetch = function (input, init) {
    const url = isPost(init) ? instead('fetch', input, init.body) : undefined;
    return Reflect.apply(fetch, this, url ? [url, init] : arguments);
  };
  if (fetchLater) {
    globalThis.fetchLater = function (input, init) {
      const url = isPost(init) ? instead('fetchLater', input, init.body) : undefined;
      return Reflect.apply(fetchLater, this, url ? [url, init] : arguments);
    };
  }
  Navigator.prototype.sendBeacon = function (input, body) {
    const url = body == null ? undefined : instead('beacon', input, body);
    return Reflect.apply(sendBeacon, this, url ? [url, body] : arguments);
  };

  // Not every browser says this on its console.
  document.addEventListener('securitypolicyviolation', ({ blockedURI, effectiveDirective }) => {
    if (blockedURI.startsWith(now.receiver)) console.warn(`${now.receiver} is refused by the page's Content-Security-Policy (${effectiveDirective})`);
  });
}
