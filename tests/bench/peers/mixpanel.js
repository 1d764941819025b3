// Without its recorder, which is a file of its own to its script, too.
import mixpanel from 'mixpanel-browser/src/loaders/loader-module-core';

const ready = new Promise((loaded) =>
  mixpanel.init('0123456789abcdef0123456789abcdef', { api_host: location.origin, loaded }));

window.sdk = { ready, track: (name, properties) => mixpanel.track(name, properties) };
