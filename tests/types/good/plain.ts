// Without a map of events: any name, any properties, Segment's overloads.
import { init, type Firsthand } from 'firsthand';

const track: Firsthand = init({ key: 'WRITE_KEY', endpoint: '/v1/batch' });
const done = () => {};

track('Signed Up');
track('Signed Up', { plan: 'pro', seats: 3, tags: ['a'], nested: { deep: null } });
track('Signed Up', { plan: 'pro' }, { context: { ip: '0.0.0.0' }, integrations: { All: false, Amplitude: { session_id: 1 } } });
track('Signed Up', { plan: 'pro' }, { anonymousId: 'a', userId: 'u', timestamp: new Date(), messageId: 'm', traits: { a: 1 } });
track('Signed Up', { plan: 'pro' }, {}, done);
track('Signed Up', { plan: 'pro' }, done);
track('Signed Up', done);
track('Signed Up', null, null, done);
track({ type: 'track', event: 'Signed Up', properties: { plan: 'pro' } });
track({ type: 'track', event: 'Signed Up' }, { timestamp: '2026-01-01T00:00:00Z' }, done);
track.track('Signed Up', { plan: 'pro' });

track.page();
track.page(done);
track.page('Start');
track.page('Docs', 'Start');
track.page('Docs', 'Start', { section: 1 }, { context: {} }, done);
track.page('Docs', 'Start', { section: 1 }, done);
track.page('Docs', 'Start', done);
track.page('Start', { section: 1 });
track.page('Start', { section: 1 }, { integrations: {} }, done);
track.page({ section: 1 });
track.page({ section: 1 }, { context: {} }, done);
track.page({ section: 1 }, done);
track.screen('Start', { section: 1 });
track.screen('Docs', 'Start');

track.identify('u1');
track.identify(4711, { plan: 'pro' });
track.identify('u1', { plan: 'pro' }, { context: {} }, done);
track.identify('u1', done);
track.identify({ plan: 'pro' });
track.identify({ plan: 'pro' }, done);
track.identify({ plan: 'pro' }, { context: {} }, done);
track.identify(null, { plan: 'pro' });
track.identify();

track.group('acme');
track.group(1, { seats: 3 }, { context: {} }, done);
track.group('acme', done);
track.group({ seats: 3 });
track.alias('new');
track.alias('new', 'old');
track.alias(1, 2);
track.alias('new', 'old', { context: {} }, done);
track.alias('new', done);
