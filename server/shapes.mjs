// A visit in the shapes that the official server SDKs take. What nobody knows is left out,
// so that a shape can be spread into a call.

// Without the members that are undefined.
const given = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

const IGLU = 'iglu:com.snowplowanalytics.snowplow';
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/; // Snowplow's schema wants it lower

const sizeOf = ({ width, height } = {}) => (width && height ? `${width}x${height}` : undefined);

// As the agent's own events have it; the SDK puts its name into context.library.
const segmentContext = (visit, { ip, userAgent }) => {
  if (!visit) return given({ ip, userAgent });
  const { context = {}, consent, providers, pageViewId, sessionId, sessionUuid: id, sessionIndex: index } = visit;
  const { library, ...browser } = context;
  return given({
    ...browser, ip, userAgent, pageViewId, providers, sessionId,
    session: { id, index, start: sessionId },
    consent: consent && { categoryPreferences: consent },
  });
};

/**
 * @param visit a bundle; undefined where the event is to join no session
 * @param known { userId, ip, userAgent }, each may be undefined
 */
export const createShapes = (visit, known) => {
  const { userId, ip, userAgent } = known;
  const { context = {}, providers = {}, consent, anonymousId, sessionId, sessionUuid, sessionIndex, pageViewId } = visit ?? {};
  const { page = {}, locale, timezone, screen, campaign = {} } = context;
  const ga = providers.googleAnalytics4 ?? {};

  return {
    segment: () =>
      given({
        anonymousId, userId,
        context: segmentContext(visit, known),
        // Without it the session does not reach Amplitude.
        integrations: visit && { 'Actions Amplitude': { session_id: sessionId }, Amplitude: { session_id: sessionId } },
      }),

    rudderstack: () => given({ anonymousId, userId, context: segmentContext(visit, known) }),

    // -1: of no session.
    amplitude: () =>
      given({ device_id: anonymousId, user_id: userId, session_id: sessionId ?? -1, ip, user_agent: userAgent, language: locale }),

    snowplow: () => ({
      payload: given({
        duid: anonymousId, uid: userId, sid: sessionUuid, vid: sessionIndex === undefined ? undefined : String(sessionIndex), ip, ua: userAgent,
        url: page.url, page: page.title, refr: page.referrer || undefined, lang: locale, tz: timezone, res: sizeOf(screen),
      }),
      context: [
        pageViewId && { schema: `${IGLU}/web_page/jsonschema/1-0-0`, data: { id: pageViewId } },
        UUID.test(anonymousId) && {
          schema: `${IGLU}/client_session/jsonschema/1-0-2`,
          data: {
            userId: anonymousId, sessionId: sessionUuid, sessionIndex, storageMechanism: 'COOKIE_1',
            firstEventTimestamp: new Date(sessionId).toISOString(),
          },
        },
      ].filter(Boolean),
    }),

    posthog: (properties) =>
      given({
        distinctId: userId ?? anonymousId,
        properties: given({
          $session_id: sessionUuid, $device_id: anonymousId, $pageview_id: pageViewId, $user_id: userId,
          $current_url: page.url, $referrer: page.referrer || undefined, $ip: ip, $raw_user_agent: userAgent,
          ...Object.fromEntries(Object.entries(campaign).map(([name, value]) => [`utm_${name === 'name' ? 'campaign' : name}`, value])),
          // As the browser's: nobody known by name makes no person.
          ...(visit && { $process_person_profile: userId !== undefined }),
          ...properties,
        }),
      }),

    ga4: (events = []) => {
      const seconds = sessionId === undefined ? undefined : String(Math.floor(sessionId / 1000));
      const session = given({ session_id: ga.sessionID ?? seconds, engagement_time_msec: visit && 1 });
      const said = consent?.ads === undefined ? undefined : consent.ads ? 'GRANTED' : 'DENIED';
      return given({
        client_id: ga.clientID ?? anonymousId,
        user_id: userId,
        consent: said && { ad_user_data: said, ad_personalization: said },
        events: events.map((event) => ({ ...event, params: { ...session, ...event.params } })),
      });
    },
  };
};
