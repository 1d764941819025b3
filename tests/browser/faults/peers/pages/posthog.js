import posthog from 'posthog-js';

const ready = new Promise((loaded) =>
  posthog.init('phc_test', {
    api_host: window.COLLECTOR,
    loaded,
    // Everything but the events that the test tracks.
    autocapture: false,
    capture_pageview: false,
    capture_pageleave: false,
    disable_session_recording: true,
    disable_surveys: true,
    disable_external_dependency_loading: true,
    advanced_disable_flags: true,
    // It drops the events of what looks like a bot.
    opt_out_useragent_filter: true,
  }));

window.sdk = { ready, track: (i) => posthog.capture('Fault', { i }) };
