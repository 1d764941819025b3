import mixpanel from 'mixpanel-browser';

const ready = new Promise((loaded) =>
  mixpanel.init('0123456789abcdef0123456789abcdef', { api_host: window.COLLECTOR, loaded }));

window.sdk = { ready, track: (i) => mixpanel.track('Fault', { i }) };
