// Events that exist only once the server has confirmed them: data-fh-when on a form, a
// button or a link. Where the page's own script asks the server, its answer confirms:
// fetch and XMLHttpRequest are looked at from the submit until it has come, and then are
// as they were. Where the browser goes to another page, that page's head does, by
// <meta name="fh-confirmed" content="Trial Started">; until then the tab remembers what
// it waits for.
import { atEnd, attempt, capture, later, on } from './capture.js';
import { onClick, propertiesOf } from './element.js';

const KEY = '_fh_when';
const ASKED_MS = 10_000; // from the click until the page has asked
const AWAY_MS = 3_600_000; // for a visit to who takes the payment

// A form sent by GET has another query than its address.
const addressOf = (url) => attempt(() => new URL(url, document.baseURI).href.split(/[?#]/)[0]);

// Where nothing is kept of the visitor nothing is kept here.
const isAllowed = () => attempt(() => localStorage.getItem('_fh'));
const keep = (what) => isAllowed() && attempt(() => sessionStorage.setItem(KEY, JSON.stringify(what)));
const forget = () => attempt(() => sessionStorage.removeItem(KEY));
const kept = () => {
  const what = attempt(() => JSON.parse(sessionStorage.getItem(KEY)));
  return what && isAllowed() && Date.now() - what.at < AWAY_MS ? what : undefined;
};

export const when = capture((track) => {
  const tell = ({ name, failed, properties }, isDone, more) => {
    const event = isDone ? name : failed;
    if (event) track(event, { ...properties, ...more });
  };

  // --- An answer to the page's own script ----------------------------------------

  const asked = new Map(); // by address: what waits for an answer from there
  let restore;

  // What waits for this address, which from now on it no longer does.
  const take = (url) => {
    const address = addressOf(url);
    const what = asked.get(address);
    if (asked.delete(address) && !asked.size) restore();
    return what;
  };

  const patch = () => {
    const { fetch } = window;
    const { prototype } = XMLHttpRequest;
    const { open } = prototype;
    const look = (input, ...rest) => {
      const answer = fetch.call(window, input, ...rest);
      const what = attempt(() => take(input.url || input));
      if (what) answer.then(({ ok }) => tell(what, ok), () => tell(what)); // a copy of the page's promise: it still rejects
      return answer;
    };
    const opened = function (method, url, ...rest) {
      const what = attempt(() => take(url));
      if (what) this.addEventListener('loadend', () => tell(what, this.status >= 200 && this.status < 300));
      return open.call(this, method, url, ...rest);
    };
    window.fetch = look;
    prototype.open = opened;
    // What another script has put over ours stays, and ours under it does nothing.
    restore = () => {
      if (window.fetch === look) window.fetch = fetch;
      if (prototype.open === opened) prototype.open = open;
      restore = undefined;
    };
  };

  const awaitAnswer = (what, url) => {
    const address = addressOf(url);
    if (!address) return;
    if (!restore) patch();
    asked.set(address, what);
    setTimeout(() => asked.get(address) === what && take(address), ASKED_MS);
  };
  atEnd(() => {
    asked.clear();
    if (restore) restore();
  });

  // --- The next page ----------------------------------------------------------------

  const arrive = () => {
    const what = kept();
    if (!what) return;
    for (const meta of document.querySelectorAll('meta[name=fh-confirmed],meta[name=fh-failed]')) {
      if (meta.content !== what.name) continue;
      forget();
      tell(what, meta.name === 'fh-confirmed', propertiesOf(meta));
      return;
    }
  };
  arrive();
  if (document.readyState === 'loading') on('DOMContentLoaded', arrive);
  // By this the agent tells that nothing may be kept any more.
  on('storage', ({ key, newValue }) => key === '_fh' && !newValue && forget());

  // --- What begins it -----------------------------------------------------------------

  const begin = (element, event, url, leaves) => {
    const what = { name: element.getAttribute('data-fh-when'), failed: element.getAttribute('data-fh-failed'), properties: propertiesOf(element), at: Date.now() };
    awaitAnswer(what, element.getAttribute('data-fh-action') ?? url);
    if (!leaves) return;
    keep(what);
    // The page's script has it in hand.
    later(() => event.defaultPrevented && kept()?.at === what.at && forget());
  };
  on('submit', (event) => {
    const { target, submitter } = event;
    const element = [submitter, target].find((one) => one?.matches('[data-fh-when]'));
    if (element) begin(element, event, submitter?.getAttribute('formaction') ?? target.getAttribute('action') ?? '', true);
  });
  onClick('[data-fh-when]:not(form)', (element, event) => {
    if (element.form && element.type === 'submit') return; // is told by its form
    begin(element, event, element.href, element.href);
  });
});
