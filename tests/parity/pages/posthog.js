import posthog from 'posthog-js';

posthog.init('phc_test', {
  api_host: window.COLLECTOR,
  disable_external_dependency_loading: true, // more scripts, of its vendor
});

window.sdk = {
  page() {}, // sends it by itself
  track: (name, properties) => posthog.capture(name, properties),
  identify: (id, traits) => posthog.identify(id, traits),
};
