// Why a field of a vendor's own SDK is another with us, or is not there, and what we send besides
// (visit.mjs). A reason for each; * stands for any characters. What is not named here is the same.

const CLICKS = ['gclsrc', 'gad_source', 'igshid', 'mc_cid', 'epik', 'irclid', 'qclid', '_kx', 'btid', 'urid', 'sccid', 'oppref', 'bfcid'];
const CAMPAIGN = ['utm_source_platform', 'utm_creative_format', 'utm_marketing_tactic', 'utm_brand'];
const behind = (prefixes, names) => prefixes.flatMap((prefix) => names.map((name) => prefix + name));

export const RULES = {
  amplitude: {
    own: {
      'ids, times and counters are each agent\'s own': [
        'body.client_upload_time', 'device_id', 'event_id', 'insert_id', 'session_id', 'time', 'event_properties.[Amplitude] Page View ID', 'library',
      ],
    },
    differs: {
      'decoded: the SDK leaves + for a space': ['*utm_term'],
      'of the own site\'s page before the browser tells no hash': ['event_properties.[Amplitude] Previous Page Location'],
    },
    not: {},
    more: {
      'lets ids of fewer than five characters in': ['body.options.min_id_length'],
      'every campaign parameter and click id that we know': behind(
        ['user_properties.$set.', 'user_properties.$setOnce.initial_', 'event_properties.'],
        [...CLICKS, ...CAMPAIGN],
      ),
    },
  },
  snowplow: {
    own: {
      'ids, times and counters are each agent\'s own': [
        'dtm', 'stm', 'duid', 'eid', 'sid', 'co.client_session.sessionId', 'co.client_session.userId', 'co.client_session.eventIndex',
        'co.client_session.firstEventTimestamp', 'co.web_page.id', 'tna', 'tv', 'aid',
      ],
    },
    differs: {
      'our calls are self-describing events, the page of the recording makes structured ones': ['e'],
    },
    not: {
      'of structured events: a self-describing one has all properties': ['se_*'],
      'an entity that the SDK adds where it is told to; what is in it is in our res, vp, ds, cd, lang and ua as far as those have it': ['co.browser_context.*'],
      'optional: the session is known by its id and time': ['co.client_session.firstEventId'],
      'left out where there is none': ['co.client_session.previousSessionId'],
    },
    more: {
      'said in the body too, for collectors behind a proxy': ['ua'],
      'the event, self-describing': ['ue_pr.*'],
    },
  },
  posthog: {
    own: {
      'ids, times and counters are each agent\'s own': [
        'body.sent_at', 'body.api_key', 'timestamp', 'uuid', 'properties.$insert_id', 'properties.$device_id', 'properties.$session_id', 'properties.$window_id',
        'properties.$pageview_id', 'properties.$anon_distinct_id', 'properties.$lib', 'properties.$lib_version',
      ],
    },
    differs: {
      'without the hash: an attribution is remembered without it': ['$set_once.$initial_current_url', 'properties.$session_entry_url'],
      'what Meta\'s own cookie has, if it has one': ['$set.$fbc'],
    },
    not: {
      'once, with $identify; the SDK sends it again with the next page view': ['$set_once.$initial_*'],
      'sent as $initial_…, which is what PostHog makes of these': ['$set_once.*'],
      'sent once, with $identify': ['$set.$fb*'],
      'beside the properties, as the batch API has it': ['properties.distinct_id', 'properties.token', 'properties.$time'],
      'a request for feature flags, of which we have none': ['body.person_properties.*', 'body.$anon_distinct_id', 'body.$device_id', 'body.distinct_id', 'body.timezone', 'body.token', 'query.v'],
      'about the SDK itself': [
        'properties.$autocapture_disabled_server_side', 'properties.$dead_clicks_enabled_server_side', 'properties.$exception_capture_enabled_server_side',
        'properties.$web_vitals_enabled_server_side', 'properties.$config_defaults', 'properties.$configured_session_timeout_ms', 'properties.$initialization_time',
        'properties.$lib_custom_api_host', 'properties.$lib_rate_limit_remaining_tokens', 'properties.$recording_status', 'properties.$sdk_d*',
      ],
      'follows from $raw_user_agent, which a transformation of PostHog\'s takes apart': ['properties.$browser', 'properties.$browser_version', 'properties.$device_type'],
      'follows from $browser_language': ['properties.$browser_language_prefix'],
      'search engines have not told what was searched for since 2013; the engine is in $referring_domain': ['properties.ph_keyword', 'properties.$search_engine', 'properties.$session_entry_ph_keyword', 'properties.$session_entry_search_engine'],
      'campaign and click ids are in the events of the session, of which PostHog takes the first': ['properties.$session_entry_*'],
    },
    more: {
      'where the batch API wants it': ['distinct_id'],
      'every campaign parameter and click id that we know': [
        ...behind(['properties.', '$set_once.$initial_'], [...CAMPAIGN, 'ko_click_id', 'btid', 'urid', 'utm_id']),
      ],
    },
  },
};
