import { enableActivityTracking, newTracker, setUserId, trackPageView, trackStructEvent } from '@snowplow/browser-tracker';

newTracker('sp', window.COLLECTOR, { appId: 'shop', ...window.OPTIONS });
// A ping each second instead of each ten, so that one is seen.
enableActivityTracking({ minimumVisitLength: 1, heartbeatDelay: 1 });

window.sdk = {
  page: () => trackPageView(),
  track: (name, properties) => trackStructEvent({ category: 'shop', action: name, property: properties.sku, value: properties.price }),
  identify: (id) => setUserId(id),
};
