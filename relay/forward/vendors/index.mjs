// What is particular to each type of destination. A vendor is:
//
//   needs, takes   members of its configuration, besides those that all have
//   texts          of those that take one of a few words only, which
//   endpoint(own)  where it is reached unless the configuration says
//   mapping        file of the mapping that it begins with; false: it takes none
//   dialect        by whose rules the core judges answers (src/dialect.h)
//   silent         a 2xx says all that it ever says
//   single         a request is one event, whatever "batch" says
//   limits         {events, bytes} of one request, `concurrency` of them at once
//   rows(text, payload, own) → texts    what the vendor gets of one event
//   request(rows, own, sentAt) → {url, headers, body}
//   judge(answer) → {verdict, …}        where the core's judgement is to be changed
//   refused(answer) → Map               reasons by messageId, of events in a 2xx or 400
import { amplitude } from './amplitude.mjs';
import { ga4 } from './ga4.mjs';
import { meta } from './meta.mjs';
import { posthog } from './posthog.mjs';
import { segment } from './segment.mjs';
import { snowplow } from './snowplow.mjs';
import { webhook } from './webhook.mjs';

export const VENDORS = { amplitude, ga4, meta, posthog, segment, snowplow, webhook };
