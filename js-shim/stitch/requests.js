// The header on the page's own requests, by fetch and XMLHttpRequest.
import { attempt } from './attempt.js';

export const HEADER = 'x-fh-context';

/**
 * Patches both. What the page does otherwise stays as it is: where anything of ours fails
 * the request goes without the header.
 * @param mayGo tells of an address whether it may have the bundle
 * @param value of the header; '' where there is no bundle
 * @returns takes the patch back. Who has patched over it meanwhile keeps his own: ours
 *   passes everything on then
 */
export const watchRequests = (mayGo, value) => {
  let isOn = true;
  const valueFor = (address) => isOn && mayGo(address) && value();

  const { fetch } = window;
  const fetching = function (input, init) {
    const added = attempt(() => {
      const isRequest = input instanceof Request;
      const header = valueFor(isRequest ? input.url : `${input}`);
      if (!header) return;
      const headers = new Headers((init && init.headers) || (isRequest ? input.headers : undefined));
      if (!headers.has(HEADER)) headers.set(HEADER, header);
      return { ...init, headers };
    });
    return added ? fetch.call(this, input, added) : fetch.apply(this, arguments);
  };
  window.fetch = fetching;

  const { prototype } = XMLHttpRequest;
  const { open, send } = prototype;
  const addresses = new WeakMap();
  const opening = function (method, address) {
    attempt(() => addresses.set(this, `${address}`));
    return open.apply(this, arguments);
  };
  const sending = function () {
    attempt(() => {
      const header = valueFor(addresses.get(this));
      if (header) this.setRequestHeader(HEADER, header);
    });
    return send.apply(this, arguments);
  };
  Object.assign(prototype, { open: opening, send: sending });

  return () => {
    isOn = false;
    if (window.fetch === fetching) window.fetch = fetch;
    if (prototype.open === opening) prototype.open = open;
    if (prototype.send === sending) prototype.send = send;
  };
};
