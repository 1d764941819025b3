import posthog from 'posthog-js';

const ready = new Promise((loaded) =>
  posthog.init('phc_test', {
    api_host: location.origin,
    loaded,
    // Everything but the events that the page tracks.
    autocapture: false,
    capture_pageview: false,
    capture_pageleave: false,
    disable_session_recording: true,
    disable_surveys: true,
    disable_external_dependency_loading: true,
    advanced_disable_flags: true,
    // It drops the events of what looks like a bot, and those beyond 10 a second.
    opt_out_useragent_filter: true,
    rate_limiting: { events_per_second: 1e6, events_burst_limit: 1e6 },
  }));

window.sdk = { ready, track: (name, properties) => posthog.capture(name, properties) };
