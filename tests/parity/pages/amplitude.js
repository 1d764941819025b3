// The script as shipped: what it is made of need not be resolved again.
import * as amplitude from '@amplitude/analytics-browser/lib/scripts/amplitude-min.umd.js';

amplitude.init('test-key', {
  serverUrl: `${window.COLLECTOR}/2/httpapi`,
  remoteConfig: { fetchRemoteConfig: false },
  enableDiagnostics: false, // goes to its vendor, about itself
});

window.sdk = {
  page() {}, // sends it by itself
  track: (name, properties) => amplitude.track(name, properties),
  identify(id, traits) {
    amplitude.setUserId(id);
    const identity = new amplitude.Identify();
    for (const [name, value] of Object.entries(traits)) identity.set(name, value);
    amplitude.identify(identity);
  },
};
