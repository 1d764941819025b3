import mixpanel from 'mixpanel-browser';

const ready = new Promise((loaded) =>
  mixpanel.init('0123456789abcdef0123456789abcdef', {
    api_host: location.origin,
    persistence: window.STORE ?? 'cookie',
    loaded,
  }));

window.sdk = {
  ready,
  ids: () => ({ anonymousId: mixpanel.get_property('$device_id'), userId: mixpanel.get_property('$user_id') }),
  identify: (id) => mixpanel.identify(id),
  reset: () => mixpanel.reset(),
};
