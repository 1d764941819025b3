import posthog from 'posthog-js';

const ready = new Promise((loaded) =>
  posthog.init('phc_test', {
    api_host: location.origin,
    persistence: window.STORE ?? 'localStorage+cookie',
    loaded,
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

let anonymousId;

window.sdk = {
  ready,
  // Once it knows a user it tells no anonymous id: that is the one from before.
  ids: () => {
    const id = posthog.get_distinct_id();
    const isUser = posthog.get_property('$user_state') === 'identified';
    anonymousId = isUser ? anonymousId : id;
    return { anonymousId, userId: isUser ? id : undefined };
  },
  identify: (id) => posthog.identify(id),
  reset: () => posthog.reset(),
};
