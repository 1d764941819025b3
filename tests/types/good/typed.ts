// With a map of events: their names and properties, in each call that takes them.
import { init, type Callback, type Firsthand, type Track } from 'firsthand';

interface Product {
  sku: string;
  price?: number;
}

type Shop = {
  'Order Completed': { order_id: string; total: number; currency?: 'USD' | 'EUR'; products?: Product[] };
  'Product Viewed': Product;
  Searched: { query?: string };
  'Signed Out': {};
  Closed: Record<string, never>;
};

// An interface will do as well as a type.
interface Small {
  Pinged: { at: number };
}

const track = init<Shop>({ key: 'WRITE_KEY', endpoint: '/v1/batch' });
const small: Firsthand<Small> = init<Small>({ key: 'WRITE_KEY', endpoint: '/v1/batch' });
const order = { order_id: '1001', total: 49.99 };
const done: Callback = ({ status, event }) => console.log(status, event.messageId);

track('Order Completed', order);
track('Order Completed', { ...order, currency: 'EUR', products: [{ sku: 'a' }] }, { timestamp: Date.now() }, done);
track('Order Completed', order, done);
track('Searched');
track('Searched', { query: 'tea' });
track('Searched', done);
track('Signed Out');
track('Signed Out', {}, { context: {} });
track('Closed');
track({ event: 'Order Completed', properties: order });
track({ type: 'track', event: 'Searched' }, { messageId: 'm' });
track.track('Product Viewed', { sku: 'a' });
small('Pinged', { at: 1 });

// Names that are known only at run time, of a few.
const either = Math.random() < 0.5 ? 'Searched' : 'Signed Out';
track(either);

track.time('Order Completed').page('Start');
track.when(fetch('/order'), 'Order Completed', order, { failed: 'Searched' });
track.when(
  fetch('/order').then((answer) => answer.json() as Promise<{ id: string }>),
  'Order Completed',
  ({ id }) => ({ order_id: id, total: 1 }),
);
track.when(Promise.resolve(), 'Signed Out');
track.link(document.querySelectorAll('a'), 'Product Viewed', (link) => ({ sku: link.hash }));
track.link(document.querySelector('a'), 'Signed Out');
track.link(document.links, (link) => (link.nodeName === 'A' ? 'Signed Out' : 'Searched'));
track.form(document.forms, 'Searched', (form) => ({ query: form.action }));
track.form(document.querySelector('form'), 'Searched');
track.trackLink([document.body], 'Signed Out');

// What is checked here is a Track to code that does not care.
const log = (anything: Firsthand<any>) => anything('Whatever', { a: 1 });
log(track);
export const plain: Track = init({ key: 'WRITE_KEY', endpoint: '/v1/batch' });
