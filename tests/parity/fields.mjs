// What peers send, fact by fact: where the fact is in our event, and in which
// fields each of them has it. check.mjs holds every line of this against what was
// recorded, value by value; report.mjs prints it.
//
// A fact: { fact, ours, peers }, or `from` in place of `ours` where it follows
// from fields that we do send, and so need not be sent. `ours` is a path in our
// event, with * for what stands for <utm> or <click> in the peer's field.
// A field: its path, or [path, how]. How is the rule by which its value is made
// of ours: a function (ours, { event, theirs, visit }) => value, where visit is all our
// events; left out, it is ours.
// `<utm>` in a path is any utm_…, `<click>` a click id, `<any>` any one name.
import { CLICKS } from './site.mjs';

// --- Rules -----------------------------------------------------------------------

const address = (text) => new URL(text);
const host = (text) => text && address(text).host;
const part = (name) => (text) => text && address(text)[name];
const bare = (text) => text?.replace(/[?#].*/, '');
const unhashed = (text) => text?.replace(/#.*/, '');
const encoded = (text) => text?.replaceAll(' ', '+');
const upTo = (separator) => (text) => text?.split(separator)[0];

/** The address bar: page.url is the canonical link's where there is one. */
const tab = ({ context: { page } }) => {
  const url = page.tab_url ?? page.url;
  return url.includes('#') ? url : url + (page.hash ?? '');
};
const first = ({ context }) => context.attribution?.first ?? {};
const last = ({ context }) => context.attribution?.last ?? {};
const entry = ({ context }) => context.session?.entry ?? {};
/** A referrer is a text on the page, an object in a touch. */
const referrer = (touch) => touch.referrer?.url ?? touch.referrer;
const inAddress = (touch, name) => touch.url && address(touch.url).searchParams.get(name);
const campaign = (touch, name) => touch.campaign?.[name === 'utm_campaign' ? 'name' : name.slice(4)] ?? inAddress(touch, name);
/** gad_source and mc_cid are click ids to some, and campaign to others. */
const click = (touch, name) => touch.clickIds?.[name] ?? touch.campaign?.[name] ?? inAddress(touch, name);
/** The part behind # of the address where something began is with the event that began it. */
const begun = (url, { theirs, visit }) => (url && url === unhashed(theirs) && visit.map(tab).find((there) => there === theirs)) || url;
/** A search engine by its host: google of www.google.ch. */
const engine = (url) => host(url)?.match(/google|bing|yahoo|duckduckgo/)?.[0];
const words = (url) => url && address(url).searchParams.get('q');

// UserAgent → what some parse of it, for the browser of the recordings.
const browser = (text) => (/Chrome\/\d/.test(text) ? 'Chrome' : undefined);
const browserVersion = (text) => text?.match(/Chrome\/(\d+)/)?.[1];
const system = (text) => text?.match(/Linux|Windows|Mac OS X/)?.[0];
const device = (text) => (/Mobi|Android/.test(text) ? 'Mobile' : 'Desktop');

/** Minutes as GMT-0330; in JavaScript they count westwards. */
const gmt = (minutes) => {
  const two = (n) => String(Math.trunc(n)).padStart(2, '0');
  return `GMT${minutes > 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}${two(Math.abs(minutes) % 60)}`;
};
const width = (box) => box?.width;
const height = (box) => box?.height;
const size = (box) => box?.width && `${box.width}x${box.height}`;

// --- Facts -----------------------------------------------------------------------

// Of ids and times no value is the same in two visits, so what is checked is that
// they change together: `kind` id: theirs is another where ours is, and nowhere
// else; count: theirs rises where ours does; time: each is a time of its visit.
export const FACTS = [
  { group: 'The page' },
  {
    fact: 'address, the canonical link\'s where there is one',
    ours: 'context.page.url',
    peers: { segment: ['context.page.url', 'properties.url'], rudderstack: ['context.page.url', 'properties.url'] },
  },
  {
    fact: 'path of that',
    ours: 'context.page.path',
    peers: { segment: ['context.page.path', 'properties.path'], rudderstack: ['context.page.path', 'properties.path'] },
  },
  {
    fact: 'query',
    ours: 'context.page.search',
    peers: {
      segment: ['context.page.search', 'properties.search'],
      rudderstack: ['context.page.search', 'properties.search'],
      jitsu: ['context.page.search', 'properties.search'],
    },
  },
  {
    fact: 'address in the address bar',
    ours: tab,
    at: ['context.page.tab_url', 'context.page.hash'],
    peers: {
      rudderstack: ['context.page.tab_url', 'properties.tab_url'],
      amplitude: ['event_properties.[Amplitude] Page Location'],
      snowplow: ['url'],
      posthog: ['properties.$current_url'],
      jitsu: [['context.page.url', (url, { theirs }) => (theirs.includes('#') ? url : unhashed(url))], ['properties.url', unhashed]],
    },
  },
  {
    fact: 'its host, path, and itself without the rest',
    from: ['context.page.tab_url', 'context.page.url'],
    ours: tab,
    peers: {
      amplitude: [
        ['event_properties.[Amplitude] Page Domain', host],
        ['event_properties.[Amplitude] Page Path', part('pathname')],
        ['event_properties.[Amplitude] Page URL', bare],
      ],
      posthog: [['properties.$host', host], ['properties.$pathname', part('pathname')]],
      jitsu: [['context.page.host', host], ['context.page.path', part('pathname')], ['properties.path', part('pathname')]],
    },
  },
  { fact: 'part behind #', ours: 'context.page.hash', peers: { jitsu: ['properties.hash'] } },
  {
    fact: 'title',
    ours: 'context.page.title',
    peers: {
      segment: ['context.page.title', 'properties.title'],
      rudderstack: ['context.page.title', 'properties.title'],
      amplitude: ['event_properties.[Amplitude] Page Title'],
      snowplow: ['page'],
      posthog: ['properties.title'],
      jitsu: ['context.page.title', 'properties.title'],
    },
  },
  { fact: 'encoding', ours: 'context.document.encoding', peers: { snowplow: ['cs'], jitsu: ['context.page.encoding'] } },
  {
    fact: 'size of the document',
    ours: 'context.document',
    at: ['context.document.width', 'context.document.height'],
    peers: { snowplow: [['ds', size]], 'snowplow-contexts': [['co.browser_context.documentSize', size]] },
  },

  { group: 'Where the visitor came from' },
  {
    fact: 'referrer',
    ours: 'context.page.referrer',
    peers: {
      segment: ['context.page.referrer', 'properties.referrer'],
      rudderstack: ['context.page.referrer', 'properties.referrer'],
      amplitude: ['event_properties.referrer'],
      snowplow: ['refr'],
      jitsu: ['context.page.referrer', 'properties.referrer'],
    },
  },
  {
    fact: 'its host',
    from: ['context.page.referrer'],
    ours: ({ context }) => host(context.page.referrer),
    peers: {
      rudderstack: ['context.page.referring_domain', 'properties.referring_domain'],
      amplitude: ['event_properties.referring_domain'],
      jitsu: ['context.page.referring_domain'],
    },
  },
  {
    fact: 'page before, with its part behind #',
    from: ['context.page.referrer', 'context.page.tab_url of the event before'],
    ours: ({ context }) => context.page.referrer,
    peers: {
      amplitude: [[
        'event_properties.[Amplitude] Previous Page Location',
        (url, { theirs, visit }) => visit.map(tab).find((there) => there === theirs) ?? url,
      ]],
    },
  },
  {
    fact: 'is that the same site?',
    from: ['context.page.referrer', 'context.page.url'],
    ours: ({ context: { page } }) => (host(page.referrer) === host(page.url) ? 'internal' : 'external'),
    peers: { amplitude: ['event_properties.[Amplitude] Previous Page Type'] },
  },
  {
    fact: 'campaign, every utm_*',
    ours: 'context.campaign.*',
    peers: {
      segment: ['context.campaign.<any>'],
      rudderstack: ['context.campaign.<any>'],
      amplitude: [['event_properties.<utm>', encoded]],
      jitsu: [['context.campaign.<any>', encoded]],
    },
  },
  {
    fact: 'click ids',
    ours: (event, name) => click(event.context, name),
    at: ['context.clickIds.*'],
    peers: { amplitude: ['event_properties.<click>'] },
  },
  {
    fact: 'campaign, last touch (pages later too)',
    ours: (event, name) => campaign(last(event), name),
    at: ['context.attribution.last.campaign.*'],
    peers: { amplitude: [['user_properties.$set.<utm>', encoded]], posthog: ['properties.<utm>'] },
  },
  {
    fact: 'click ids, last touch',
    ours: (event, name) => click(last(event), name),
    at: ['context.attribution.last.clickIds.*'],
    peers: {
      segment: [['context.referrer.id', (_, { event }) => click(last(event), 'btid')]],
      amplitude: ['user_properties.$set.<click>'],
      posthog: ['properties.<click>'],
    },
  },
  {
    fact: 'whose ad that is',
    from: ['context.attribution.last.clickIds.btid', 'context.attribution.last.clickIds.urid'],
    ours: (event) => (click(last(event), 'btid') ? 'dataxu' : click(last(event), 'urid') && 'millennial-media'),
    peers: { segment: ['context.referrer.type'] },
  },
  {
    fact: 'referrer, last touch',
    ours: (event) => referrer(last(event)),
    at: ['context.attribution.last.referrer'],
    peers: {
      amplitude: ['user_properties.$set.referrer', ['user_properties.$set.referring_domain', host]],
      posthog: ['properties.$referrer', ['properties.$referring_domain', host], ['properties.$search_engine', engine], ['properties.ph_keyword', words]],
    },
  },
  {
    fact: 'campaign, first touch',
    ours: (event, name) => campaign(first(event), name),
    at: ['context.attribution.first.campaign.*'],
    peers: {
      amplitude: [['user_properties.$setOnce.initial_<utm>', encoded]],
      posthog: ['$set_once.$initial_<utm>', '$set_once.<utm>', 'body.person_properties.$initial_<utm>'],
    },
  },
  {
    fact: 'click ids, first touch',
    ours: (event, name) => click(first(event), name),
    at: ['context.attribution.first.clickIds.*'],
    peers: {
      amplitude: ['user_properties.$setOnce.initial_<click>'],
      posthog: ['$set_once.$initial_<click>', '$set_once.<click>', 'body.person_properties.$initial_<click>'],
    },
  },
  {
    fact: 'referrer, first touch',
    ours: (event) => referrer(first(event)),
    at: ['context.attribution.first.referrer'],
    peers: {
      rudderstack: [
        'context.page.initial_referrer', ['context.page.initial_referring_domain', host],
        'properties.initial_referrer', ['properties.initial_referring_domain', host],
      ],
      amplitude: ['user_properties.$setOnce.initial_referrer', ['user_properties.$setOnce.initial_referring_domain', host]],
      posthog: [
        '$set_once.$initial_referrer', '$set_once.$referrer', 'body.person_properties.$initial_referrer',
        ['$set_once.$initial_referring_domain', host], ['$set_once.$referring_domain', host], ['body.person_properties.$initial_referring_domain', host],
        ['$set_once.$initial_search_engine', engine], ['$set_once.$search_engine', engine], ['body.person_properties.$initial_search_engine', engine],
        ['$set_once.$initial_ph_keyword', words], ['$set_once.ph_keyword', words], ['body.person_properties.$initial_ph_keyword', words],
      ],
    },
  },
  {
    fact: 'address of the first visit (what is behind #: in its first event)',
    ours: (event) => first(event).url,
    at: ['context.attribution.first.url', 'context.page.hash'],
    peers: {
      posthog: [
        ['$set_once.$initial_current_url', begun], ['$set_once.$current_url', begun], ['body.person_properties.$initial_current_url', begun],
        ['$set_once.$initial_host', host], ['$set_once.$host', host], ['body.person_properties.$initial_host', host],
        ['$set_once.$initial_pathname', part('pathname')], ['$set_once.$pathname', part('pathname')],
        ['body.person_properties.$initial_pathname', part('pathname')],
      ],
    },
  },
  {
    fact: 'address that the session began with (what is behind #: in its first event)',
    ours: (event) => entry(event).url,
    at: ['context.session.entry.url', 'context.page.hash'],
    peers: {
      posthog: [['properties.$session_entry_url', begun], ['properties.$session_entry_host', host], ['properties.$session_entry_pathname', part('pathname')]],
    },
  },
  {
    fact: 'its campaign',
    ours: (event, name) => campaign(entry(event), name),
    at: ['context.session.entry.url'],
    peers: { posthog: ['properties.$session_entry_<utm>'] },
  },
  {
    fact: 'its click ids',
    ours: (event, name) => click(entry(event), name),
    at: ['context.session.entry.url'],
    peers: { posthog: ['properties.$session_entry_<click>'] },
  },
  {
    fact: 'its referrer',
    ours: (event) => referrer(entry(event)),
    at: ['context.session.entry.referrer'],
    peers: {
      posthog: [
        'properties.$session_entry_referrer', ['properties.$session_entry_referring_domain', host],
        ['properties.$session_entry_search_engine', engine], ['properties.$session_entry_ph_keyword', words],
      ],
    },
  },
  {
    fact: 'Meta\'s browser id (cookie)',
    ours: 'context.providers.facebookTag._fbp',
    peers: { posthog: ['$set.$fbp', 'body.person_properties.$fbp'], jitsu: ['context.clientIds.fbp'] },
  },
  {
    fact: 'Meta\'s click id (cookie)',
    ours: 'context.providers.facebookTag._fbc',
    peers: { jitsu: ['context.clientIds.fbc'] },
  },
  {
    fact: 'the same, made anew of fbclid and its time',
    from: ['context.attribution.last.clickIds.fbclid', 'context.attribution.last.at'],
    ours: (event) => click(last(event), 'fbclid'),
    peers: {
      posthog: [
        ['$set.$fbc', (id, { theirs }) => `fb.1.${theirs.split('.')[2]}.${id}`],
        ['body.person_properties.$fbc', (id, { theirs }) => `fb.1.${theirs.split('.')[2]}.${id}`],
      ],
    },
  },
  {
    fact: 'Google Analytics\' client id (cookie)',
    ours: 'context.providers.googleAnalytics4.clientID',
    peers: { jitsu: ['context.clientIds.ga4.clientId'] },
  },
  {
    fact: 'Google Analytics\' session id (cookie)',
    ours: 'context.providers.googleAnalytics4.sessionID',
    peers: { jitsu: ['context.clientIds.ga4.sessionIds.<any>'] },
  },
  {
    fact: 'its number among the visitor\'s sessions there (cookie)',
    ours: 'context.providers.googleAnalytics4.sessionCount',
    peers: {},
  },

  { group: 'The visitor' },
  {
    fact: 'anonymous id',
    ours: 'anonymousId',
    kind: 'id',
    peers: {
      segment: ['anonymousId'],
      rudderstack: ['anonymousId', 'header.anonymousid'],
      amplitude: ['device_id'],
      snowplow: ['duid'],
      'snowplow-contexts': ['co.client_session.userId'],
      posthog: ['properties.$device_id', 'properties.$anon_distinct_id', 'body.$device_id', 'body.$anon_distinct_id'],
      jitsu: ['anonymousId'],
    },
  },
  {
    fact: 'user id, else anonymous id',
    from: ['userId', 'anonymousId'],
    ours: ({ userId, anonymousId }) => userId ?? anonymousId,
    kind: 'id',
    peers: { posthog: ['properties.distinct_id', 'body.distinct_id'] },
  },
  {
    fact: 'user id',
    ours: 'userId',
    peers: {
      segment: ['userId'],
      rudderstack: ['userId'],
      amplitude: ['user_id'],
      snowplow: ['uid'],
      posthog: ['properties.$user_id'],
      jitsu: ['userId'],
    },
  },
  {
    fact: 'is there a user id?',
    from: ['userId'],
    ours: ({ userId }) => userId !== undefined,
    peers: { posthog: ['properties.$is_identified'] },
  },
  {
    fact: 'traits, on identify',
    ours: 'traits.*',
    peers: {
      segment: ['traits.<any>'],
      amplitude: ['user_properties.$set.<any>'],
      posthog: ['$set.<any>', 'body.person_properties.<any>'],
      jitsu: ['traits.<any>'],
    },
  },
  {
    fact: 'traits, on each event',
    ours: 'context.traits.*',
    peers: { rudderstack: ['context.traits.<any>'], jitsu: ['context.traits.<any>'] },
  },

  { group: 'The session' },
  {
    fact: 'id of the session',
    ours: 'context.session.id',
    kind: 'id',
    peers: { snowplow: ['sid'], 'snowplow-contexts': ['co.client_session.sessionId'], posthog: ['properties.$session_id'] },
  },
  {
    fact: 'its start',
    ours: 'context.sessionId',
    kind: 'time',
    peers: { rudderstack: ['context.sessionId'], amplitude: ['session_id'], 'snowplow-contexts': ['co.client_session.firstEventTimestamp'] },
  },
  {
    fact: 'which of the visitor\'s it is',
    ours: 'context.session.index',
    peers: { snowplow: ['vid'], 'snowplow-contexts': ['co.client_session.sessionIndex'] },
  },
  {
    fact: 'number of the event in it',
    ours: 'context.session.eventIndex',
    kind: 'count',
    peers: { amplitude: ['event_id'], 'snowplow-contexts': ['co.client_session.eventIndex'] },
  },
  {
    fact: 'is it the session\'s first?',
    from: ['context.session.eventIndex'],
    ours: ({ context }) => context.session?.eventIndex <= 1,
    peers: { rudderstack: ['context.sessionStart'] },
  },
  {
    fact: 'its first event',
    from: ['context.session.id', 'context.session.eventIndex'],
    ours: ({ context }) => context.session?.id,
    kind: 'id',
    peers: { 'snowplow-contexts': ['co.client_session.firstEventId'] },
  },
  {
    fact: 'the session before',
    ours: 'context.session.previousId',
    kind: 'id',
    peers: { 'snowplow-contexts': ['co.client_session.previousSessionId'] },
  },
  {
    fact: 'page views in it so far',
    ours: 'context.session.pageIndex',
    kind: 'count',
    peers: { amplitude: ['event_properties.[Amplitude] Page Counter'] },
  },
  {
    fact: 'id of the page view',
    ours: 'context.pageViewId',
    kind: 'id',
    peers: { amplitude: ['event_properties.[Amplitude] Page View ID'], snowplow: ['co.web_page.id'], posthog: ['properties.$pageview_id'] },
  },
  {
    fact: 'id of the tab',
    ours: 'context.tabId',
    kind: 'id',
    peers: { posthog: ['properties.$window_id'], 'snowplow-contexts': ['co.browser_context.tabId'] },
  },

  { group: 'The browser' },
  {
    fact: 'user agent',
    ours: 'context.userAgent',
    peers: {
      segment: ['context.userAgent'],
      rudderstack: ['context.userAgent'],
      amplitude: ['user_agent'],
      posthog: ['properties.$raw_user_agent'],
      jitsu: ['context.userAgent'],
    },
  },
  {
    fact: 'browser, system and kind of device',
    from: ['context.userAgent'],
    ours: ({ context }) => context.userAgent,
    peers: {
      posthog: [
        ['properties.$browser', browser], ['properties.$browser_version', browserVersion],
        ['properties.$os', system], ['properties.$device_type', device],
      ],
    },
  },
  {
    fact: 'client hints that need not be asked for',
    ours: 'context.userAgentData',
    peers: {
      segment: [
        ['context.userAgentData.mobile', (hints) => hints?.mobile],
        ['context.userAgentData.platform', (hints) => hints?.platform],
        ['context.userAgentData.brands[].brand', (hints) => hints?.brands.map(({ brand }) => brand)],
        ['context.userAgentData.brands[].version', (hints) => hints?.brands.map(({ version }) => version)],
      ],
    },
  },
  {
    fact: 'language',
    ours: 'context.locale',
    peers: {
      segment: ['context.locale'],
      rudderstack: ['context.locale'],
      amplitude: ['language'],
      snowplow: ['lang'],
      'snowplow-contexts': ['co.browser_context.browserLanguage'],
      posthog: ['properties.$browser_language', ['properties.$browser_language_prefix', upTo('-')]],
      jitsu: ['context.locale'],
    },
  },
  {
    fact: 'time zone',
    ours: 'context.timezone',
    peers: { segment: ['context.timezone'], snowplow: ['tz'], posthog: ['properties.$timezone', 'body.timezone'] },
  },
  {
    fact: 'its distance from UTC',
    ours: 'context.timezoneOffset',
    peers: { rudderstack: [['context.timezone', (minutes) => minutes && gmt(minutes)]], posthog: ['properties.$timezone_offset'] },
  },
  {
    fact: 'screen',
    ours: 'context.screen',
    at: ['context.screen.width', 'context.screen.height'],
    peers: {
      rudderstack: [['context.screen.width', width], ['context.screen.height', height]],
      snowplow: [['res', size]],
      'snowplow-contexts': [['co.browser_context.resolution', size]],
      posthog: [['properties.$screen_width', width], ['properties.$screen_height', height]],
      jitsu: [['context.screen.width', width], ['context.screen.height', height]],
    },
  },
  {
    fact: 'pixels of the device to one of the page',
    ours: 'context.screen.density',
    peers: {
      rudderstack: ['context.screen.density'],
      'snowplow-contexts': ['co.browser_context.devicePixelRatio'],
      jitsu: [['context.screen.density', Math.floor]],
    },
  },
  { fact: 'bits of a colour', ours: 'context.screen.colorDepth', peers: { snowplow: ['cd'], 'snowplow-contexts': ['co.browser_context.colorDepth'] } },
  {
    fact: 'viewport',
    ours: 'context.viewport',
    peers: {
      rudderstack: [['context.screen.innerWidth', width], ['context.screen.innerHeight', height]],
      snowplow: [['vp', size]],
      'snowplow-contexts': [['co.browser_context.viewport', size]],
      posthog: [['properties.$viewport_width', width], ['properties.$viewport_height', height]],
      jitsu: [
        ['context.screen.innerWidth', width], ['context.screen.innerHeight', height],
        ['properties.width', width], ['properties.height', height],
      ],
    },
  },
  {
    fact: 'are cookies allowed?',
    ours: 'context.cookieEnabled',
    peers: { snowplow: [['cookie', (yes) => yes && Number(yes)]], 'snowplow-contexts': ['co.browser_context.cookiesEnabled'] },
  },
  { fact: 'language of the document', ours: 'context.document.language', peers: { 'snowplow-contexts': ['co.browser_context.documentLanguage'] } },
  { fact: 'gigabytes of memory', ours: 'context.device.memory', peers: { 'snowplow-contexts': ['co.browser_context.deviceMemory'] } },
  { fact: 'processors', ours: 'context.device.cores', peers: { 'snowplow-contexts': ['co.browser_context.hardwareConcurrency'] } },
  { fact: 'is there a network?', ours: 'context.network.online', peers: { 'snowplow-contexts': ['co.browser_context.online'] } },
  {
    fact: 'is the browser driven by a program?',
    ours: ({ context }) => context.webdriver ?? false, // said where it is so
    at: ['context.webdriver'],
    peers: { 'snowplow-contexts': ['co.browser_context.webdriver'] },
  },

  { group: 'The event' },
  {
    fact: 'name, of track',
    ours: 'event',
    peers: {
      segment: ['event'],
      rudderstack: ['event'],
      amplitude: [['event_type', (name, { theirs, event }) => (event.type === 'track' ? name : theirs)]],
      snowplow: ['se_ac'],
      posthog: [['event', (name, { theirs, event }) => (event.type === 'track' ? name : theirs)]],
      jitsu: ['event'],
    },
  },
  {
    fact: 'type',
    ours: 'type',
    peers: {
      segment: ['type'],
      rudderstack: ['type'],
      snowplow: [['e', (type, { theirs }) => ({ page: 'pv', track: 'se' })[type] ?? theirs]],
      jitsu: ['type'],
    },
  },
  {
    fact: 'properties, as the page gave them',
    ours: 'properties.*',
    peers: {
      segment: ['properties.<any>'],
      rudderstack: ['properties.<any>'],
      amplitude: ['event_properties.sku', 'event_properties.price'],
      snowplow: [['se_pr', (_, { event }) => event.properties.sku], ['se_va', (_, { event }) => event.properties.price]],
      posthog: ['properties.sku', 'properties.price'],
      jitsu: ['properties.<any>'],
    },
  },
  {
    fact: 'id',
    ours: 'messageId',
    kind: 'id',
    peers: {
      segment: ['messageId'],
      rudderstack: ['messageId'],
      amplitude: ['insert_id'],
      snowplow: ['eid'],
      posthog: ['uuid', 'properties.$insert_id'],
      jitsu: ['messageId'],
    },
  },
  {
    fact: 'time',
    ours: 'timestamp',
    kind: 'time',
    peers: {
      segment: ['timestamp'],
      rudderstack: ['originalTimestamp'],
      amplitude: ['time'],
      snowplow: ['dtm'],
      posthog: ['timestamp', 'properties.$time'],
      jitsu: ['timestamp'],
    },
  },
  {
    fact: 'time of sending',
    ours: 'sentAt',
    kind: 'time',
    peers: {
      segment: ['sentAt'],
      rudderstack: ['sentAt', 'header.sentat'],
      amplitude: ['body.client_upload_time'],
      snowplow: ['stm'],
      posthog: ['body.sent_at'],
      jitsu: ['sentAt'],
    },
  },
];

// --- What is not about the page or the visitor -------------------------------------

const AGENT = 'the agent itself: name, version, how it was built or loaded';
const PROJECT = 'whose project it is, or a setting of the project';
const TRANSPORT = 'how it is sent';
const STATE = 'the state of the agent\'s own machinery';
const FEATURES = 'feature flags, recording, experiments: whether the vendor\'s other products are on';
const CAPTURE = 'what the visitor did on the page, by an automatic capture (clicks, scrolling, leaving): no context, an event of its own';

export const NOT = {
  firsthand: {
    [AGENT]: ['context.library.<any>'],
    [PROJECT]: ['writeKey'],
    [TRANSPORT]: ['firsthand.<any>'],
  },
  segment: {
    [AGENT]: ['context.library.name', 'context.library.version', '_metadata.bundled[]'],
    [PROJECT]: ['writeKey', 'header.authorization'],
  },
  rudderstack: {
    [AGENT]: ['context.app.<any>', 'context.library.<any>', 'channel'],
    [PROJECT]: ['header.authorization', 'integrations.All'],
    'always empty in a browser': ['context.os.name', 'context.os.version'],
  },
  amplitude: {
    [AGENT]: ['library', 'platform'],
    [PROJECT]: ['body.api_key'],
    [TRANSPORT]: ['ip'],
  },
  snowplow: {
    [AGENT]: ['tv', 'p'],
    [PROJECT]: ['aid', 'tna'],
    [TRANSPORT]: ['body.schema'],
    [CAPTURE]: ['pp_<any>'],
    'a constant that the page gave': ['se_ca'],
  },
  'snowplow-contexts': {
    [STATE]: ['co.client_session.storageMechanism'],
  },
  posthog: {
    [AGENT]: [
      'properties.$lib', 'properties.$lib_version', 'properties.$sdk_dist_channel',
      'body.person_properties.$lib', 'body.person_properties.$lib_version',
    ],
    [PROJECT]: [
      'body.api_key', 'body.token', 'properties.token', 'properties.$lib_custom_api_host', 'properties.$config_defaults',
      'properties.$configured_session_timeout_ms', 'properties.$process_person_profile', 'properties.$autocapture_disabled_server_side',
      'properties.$web_vitals_enabled_server_side', 'properties.$exception_capture_enabled_server_side', 'properties.$dead_clicks_enabled_server_side',
    ],
    [TRANSPORT]: ['query.v'],
    [STATE]: ['properties.$initialization_time', 'properties.$sdk_debug_<any>', 'properties.$lib_rate_limit_remaining_tokens'],
    [FEATURES]: ['properties.$recording_status'],
    [CAPTURE]: [
      'properties.$prev_pageview_<any>', 'properties.$event_type', 'properties.$ce_version', 'properties.$elements_chain', 'properties.$el_text',
      'properties.$heatmap_data.<url>[].<any>',
    ],
  },
  jitsu: {
    [AGENT]: ['context.library.<any>'],
    [PROJECT]: ['header.x-write-key', 'writeKey'],
  },
};

/** A field's path as a test, whose first group is what <…> stands for. */
export function pattern(path) {
  const classes = { '<utm>': '(utm_\\w+)', '<click>': `(${CLICKS.join('|')})`, '<any>': '([^.]+)' };
  return new RegExp(`^${path.replace(/[$.*+?^()[\]{}|\\]/g, '\\$&').replace(/<(?:utm|click|any)>/, (name) => classes[name])}$`);
}
