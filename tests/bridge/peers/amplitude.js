// The script as shipped: what it is made of need not be resolved again.
import * as amplitude from '@amplitude/analytics-browser/lib/scripts/amplitude-min.umd.js';

const { promise } = amplitude.init('0123456789abcdef0123456789abcdef', {
  serverUrl: `${location.origin}/2/httpapi`,
  identityStorage: window.STORE ?? 'cookie',
  autocapture: false,
  remoteConfig: { fetchRemoteConfig: false },
  enableDiagnostics: false,
});

window.sdk = {
  ready: promise,
  ids: () => ({ anonymousId: amplitude.getDeviceId(), userId: amplitude.getUserId() }),
  identify: (id) => amplitude.setUserId(id),
  reset: () => amplitude.reset(),
};
