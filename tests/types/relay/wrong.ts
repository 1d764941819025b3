// What the relay's types refuse.
import { createRelay } from 'firsthand-relay';

// @ts-expect-error a list
createRelay({ renew: 'shop.example' });
// @ts-expect-error none of the three
createRelay({ ip: 'some' });
// @ts-expect-error a name of no option
createRelay({ databse: 'events.db' });
// @ts-expect-error a text
createRelay({ viewToken: 7 });
// @ts-expect-error it has to be waited for
createRelay().listen().length;
// @ts-expect-error there is no such type of event
createRelay({ inspect: ({ type }) => (type === 'click' ? { reason: '', message: '' } : undefined) });
