// What the types of id sync refuse.
import { init } from 'firsthand';

// @ts-expect-error a method that there is none of
init({ key: 'k', endpoint: '/e', sync: [{ provider: 'a', key: 'b', method: 'guess', source: '/x' }] });
// @ts-expect-error days, not a text
init({ key: 'k', endpoint: '/e', sync: [{ provider: 'a', key: 'b', method: 'fetch', source: '/x', ttl: '30' }] });
