// What a map of events refuses.
import { init, type Firsthand } from 'firsthand';

type Shop = {
  'Order Completed': { order_id: string; total: number; currency?: 'USD' | 'EUR' };
  Searched: { query?: string };
};

const track = init<Shop>({ key: 'WRITE_KEY', endpoint: '/v1/batch' });

// @ts-expect-error: misspelt
track('Order Complete', { order_id: '1', total: 1 });
// @ts-expect-error: properties are missing
track('Order Completed');
// @ts-expect-error: a callback is none
track('Order Completed', () => {});
// @ts-expect-error: one property is missing
track('Order Completed', { order_id: '1' });
// @ts-expect-error: a number
track('Order Completed', { order_id: '1', total: '1' });
// @ts-expect-error: no such currency
track('Order Completed', { order_id: '1', total: 1, currency: 'GBP' });
// @ts-expect-error: a property that is not in the map
track('Order Completed', { order_id: '1', total: 1, coupon: 'x' });
// @ts-expect-error: nor of an event that needs none
track('Searched', { term: 'tea' });
// @ts-expect-error: in one object, too
track({ event: 'Order Completed' });
// @ts-expect-error: in one object, too
track({ event: 'Order Completed', properties: { order_id: 1, total: 1 } });
// @ts-expect-error: the other name of the same
track.track('Order Complete', { order_id: '1', total: 1 });
// @ts-expect-error: no such event
track.time('Ordered');
// @ts-expect-error: no such event
track.when(fetch('/'), 'Ordered');
// @ts-expect-error: properties are missing
track.when(fetch('/'), 'Order Completed');
// @ts-expect-error: what is made of the answer are not its properties
track.when(fetch('/'), 'Order Completed', ({ status }) => ({ order_id: status, total: 1 }));
// @ts-expect-error: no such event
track.when(fetch('/'), 'Searched', {}, { failed: 'Failed' });
// @ts-expect-error: no such event
track.link(document.links, 'Clicked');
// @ts-expect-error: links are no forms
track.form(document.links, 'Searched');
// @ts-expect-error: properties are an object
export type Bad = Firsthand<{ Searched: string }>;
