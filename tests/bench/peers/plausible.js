import { init, track } from '@plausible-analytics/tracker';

init({ domain: 'shop.example', endpoint: `${location.origin}/api/event`, autoCapturePageviews: false, captureOnLocalhost: true, logging: false });

window.sdk = { track: (name, props) => track(name, { props }) };
