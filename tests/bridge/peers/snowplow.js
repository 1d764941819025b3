import { newTracker, setUserId, trackPageView } from '@snowplow/browser-tracker';

const tracker = newTracker('sp', location.origin, {
  appId: 'test',
  stateStorageStrategy: window.STORE ?? 'cookieAndLocalStorage',
  synchronousCookieWrite: true,
});
trackPageView();

window.sdk = {
  ready: Promise.resolve(),
  // Its user id lives as long as the page.
  ids: () => ({ anonymousId: tracker.getDomainUserId() }),
  identify: (id) => {
    setUserId(id);
    trackPageView();
  },
};
