// Events as they stand in the relay's log: Segment's commerce spec
// (segment.com/docs/connections/spec/ecommerce/v2), a page view, an identify.

const context = {
  ip: '203.0.113.9',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
  locale: 'en-GB', timezone: 'Europe/Berlin',
  library: { name: 'firsthand', version: '0.1.0' },
  page: { url: 'https://shop.example/thanks?a=b', path: '/thanks', title: 'Thank you', referrer: 'https://search.example/', search: '?a=b' },
  campaign: { source: 'mail', medium: 'email', name: 'spring', term: 't', content: 'c' },
  screen: { width: 1280, height: 720, density: 2 },
  sessionId: 1767225600010,
  session: { id: '019b76da-a80a-7000-8000-000000000001', index: 3, start: 1767225600010, eventIndex: 2 },
  traits: {
    email: ' Élodie.Martin@Example.COM ', phone: '+44 (0)20 7946 0018', firstName: 'Élodie', lastName: ' Martin ',
    birthday: '19800101', address: { city: 'San Francisco', state: 'California', postalCode: '94 105', country: 'us' },
  },
  providers: {
    googleAnalytics4: { clientID: '123.456' },
    facebookTag: { _fbp: 'fb.1.1767225600010.1', _fbc: 'fb.1.1767225600010.AbC' },
  },
};

let number = 0;
const call = (more) => ({
  messageId: `m-${++number}`, anonymousId: '68b01daf-1db2-4489-9aa0-4afc53c44d61', userId: 'User 4711',
  timestamp: '2026-01-01T00:00:00.010Z', originalTimestamp: '2026-01-01T00:00:00.010Z',
  receivedAt: '2026-01-01T00:00:01.000Z',
  integrations: { 'Actions Amplitude': { session_id: 1767225600010 } },
  context, ...more,
});

const product = { product_id: 'P-1', sku: 'S-1', name: 'Größe', brand: 'B', category: 'Games', variant: 'blue', price: 18.99, quantity: 2, coupon: 'C', position: 1 };
const products = [product, { product_id: 'P-2', name: 'Uno', price: 3, quantity: 1, position: 2 }];
const order = { order_id: 'O-1', affiliation: 'Web', total: 47.98, revenue: 40.98, shipping: 3, tax: 4, discount: 2.5, coupon: 'SPRING', currency: 'EUR', products };

const track = (event, properties) => call({ type: 'track', event, properties });

export const EVENTS = [
  call({ type: 'page', name: 'Thanks', properties: { ...context.page, name: 'Thanks' } }),
  call({ type: 'identify', traits: { ...context.traits, plan: 'pro', logins: 5 } }),
  track('Products Searched', { query: 'board games' }),
  track('Product List Viewed', { list_id: 'L-1', category: 'Deals', products }),
  track('Product Clicked', product),
  track('Product Viewed', { ...product, currency: 'EUR', value: 18.99 }),
  track('Product Added', { ...product, currency: 'EUR', value: 37.98, cart_id: 'K-1' }),
  track('Product Removed', { ...product, currency: 'EUR', value: 18.99 }),
  track('Product Added to Wishlist', { ...product, currency: 'EUR', value: 18.99 }),
  track('Cart Viewed', { cart_id: 'K-1', currency: 'EUR', value: 40.98, products }),
  track('Checkout Started', { ...order, value: 47.98 }),
  track('Payment Info Entered', { checkout_id: 'X', currency: 'EUR', value: 47.98, coupon: 'SPRING', payment_method: 'Visa', products }),
  track('Order Completed', order),
  track('Order Refunded', { order_id: 'O-1', total: 47.98, currency: 'EUR', products }),
  track('Promotion Viewed', { ...product, promotion_id: 'PR-1', creative: 'top', name: 'Sale', position: 'banner' }),
  track('Promotion Clicked', { ...product, promotion_id: 'PR-1', creative: 'top', name: 'Sale' }),
  track('Signed Up', { type: 'invited', context: 'app' }),
  track('Signed In', {}),
  track('Article Bookmarked', { title: 'Snow Fall', value: 0.30000000000000004, list: [1, { deep: null }] }),
  call({ type: 'track', event: 'Anonymous Thing', userId: undefined, context: { ...context, traits: undefined, campaign: undefined } }),
];
