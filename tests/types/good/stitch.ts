// The bundle in the page, and what the server makes of it.
import { init, type Bundle, type NoBundle } from 'firsthand';
import { HEADER, stitch as read, type NoVisit, type Visit } from 'firsthand/server';
import { stitch } from 'firsthand/stitch';

const track = init({ key: 'k', endpoint: '/e', stitch: 'on', stitchHeaders: true, stitchHosts: 'api.shop.example' });
track.use(stitch);

export const order = async (): Promise<string> => {
  const bundle: Bundle | NoBundle = await track.stitch();
  if (!bundle.ok) return bundle.reason;
  const metadata: { [name: string]: string } = bundle.flat('pay');
  const undo = track.stitch.requests?.();
  undo?.();
  await fetch('/order', { method: 'POST', headers: { [HEADER]: bundle.header() }, body: JSON.stringify({ stitch: bundle, metadata }) });
  return bundle.sessionUuid;
};

export const handle = (request: Request, form: FormData, metadata: Record<string, string>) => {
  const visit: Visit | NoVisit = read(request, { userId: null, maxAge: Infinity, ip: undefined });
  const message: string = visit.ok ? visit.bundle.anonymousId : `${visit.reason}: ${visit.message}`;
  const call: { userId: string; anonymousId: string; event: string } = { ...visit.segment(), event: 'Order Completed' };
  const session: number = visit.amplitude().session_id;
  const { payload, context } = visit.snowplow();
  const { distinctId } = visit.posthog({ plan: 'pro' });
  const body = visit.ga4([{ name: 'purchase' }]);
  const renewal = read(metadata, { present: false, secret: 's' });
  const signed: { [name: string]: string } = read(form).flat({ secret: 's' });
  return [message, call, session, payload, context, distinctId, body, renewal.sessionId, signed, read('1.a'), read(null), read({ headers: { cookie: '_fh=0' } })];
};
