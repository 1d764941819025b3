// The captures: by the agent's options, and one by itself.
import { init } from 'firsthand';
import { auto, captures, start, type AutoOptions, type CaptureName } from 'firsthand/auto';

interface Events {
  'Order Completed': { order_id: string };
}

const options: AutoOptions = { auto: 'pageviews links', autoPath: 'hash', autoIdle: 20 };
const track = init<Events>({ key: 'k', endpoint: '/v1/batch' });
track.use(auto);

const name: CaptureName = 'forms';
const stops = [captures[name](track), captures.links(track, { domains: 'other.example' }), start(track, options)];
for (const stop of stops) stop();
