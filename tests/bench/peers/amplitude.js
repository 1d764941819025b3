// The script as shipped: what it is made of need not be resolved again.
import * as amplitude from '@amplitude/analytics-browser/lib/scripts/amplitude-min.umd.js';

const { promise } = amplitude.init('test-key', {
  serverUrl: `${location.origin}/2/httpapi`,
  autocapture: false,
  remoteConfig: { fetchRemoteConfig: false },
  enableDiagnostics: false,
});

window.sdk = { ready: promise, track: (name, properties) => amplitude.track(name, properties) };
