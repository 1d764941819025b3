// @ts-check
// What the shop sells. Prices are whole pence, so that a total is exact.

/**
 * @typedef {object} Product
 * @property {string} id
 * @property {string} sku
 * @property {string} name
 * @property {string} category
 * @property {number} pence
 * @property {string} variant   the size that is sold
 * @property {string} line      one line, for the grid
 * @property {string} about
 * @property {Record<string, string>} facts
 * @property {Record<string, number>} [taste]  out of five; teaware has none
 * @property {{ motif: string, colour: string, ground: string }} art
 */

export const brand = 'Tern & Kettle';
export const currency = 'GBP';

/** What delivery costs, in pence. */
export const deliveries = [350, 690];

/** The tea club: a tin each month, of which the first is free. */
export const club = { id: 'tea-club', name: 'Tea Club', price: 9, currency };

/** @type {Product[]} */
export const products = [
  {
    id: '1001',
    sku: 'TK-101',
    name: 'Harbour Breakfast',
    category: 'Black tea',
    pence: 850,
    variant: '100 g',
    line: 'Malt, toast and a little orange peel',
    about:
      'The pot the shop opens with. Second-flush Assam for strength, a bright ' +
      'Kenyan for the edges; it takes milk without going quiet.',
    facts: {
      Origin: 'Assam and Kericho',
      Brew: '3 g, 95 °C, 4 minutes',
      Keeps: '18 months, lid on',
    },
    taste: { Body: 5, Sweetness: 2, Fragrance: 2, Smoke: 0 },
    art: { motif: 'waves', colour: '#2f5566', ground: '#dbe4e6' },
  },
  {
    id: '1002',
    sku: 'TK-102',
    name: 'Smokehouse No. 4',
    category: 'Black tea',
    pence: 975,
    variant: '100 g',
    line: 'Pine smoke, prune and dark honey',
    about:
      'Souchong dried over pine, then rested for a season so that the fire ' +
      'steps back and the fruit comes through. Good with cheese, better ' +
      'outdoors.',
    facts: {
      Origin: 'Wuyi, Fujian',
      Brew: '3 g, 95 °C, 3 minutes',
      Keeps: '24 months, lid on',
    },
    taste: { Body: 4, Sweetness: 2, Fragrance: 3, Smoke: 5 },
    art: { motif: 'smoke', colour: '#4a3f3c', ground: '#e6dfda' },
  },
  {
    id: '1003',
    sku: 'TK-103',
    name: 'Bergamot Grey',
    category: 'Black tea',
    pence: 900,
    variant: '100 g',
    line: 'Cold-pressed bergamot, cornflower',
    about:
      'An Earl Grey with nothing added but the peel. The oil is pressed cold ' +
      'in Calabria and stirred in by hand, a small drum at a time.',
    facts: {
      Origin: 'Uva and Calabria',
      Brew: '3 g, 95 °C, 3 minutes',
      Keeps: '12 months, lid on',
    },
    taste: { Body: 3, Sweetness: 2, Fragrance: 5, Smoke: 0 },
    art: { motif: 'citrus', colour: '#b98a1d', ground: '#f0e6c8' },
  },
  {
    id: '1004',
    sku: 'TK-201',
    name: 'First Sencha',
    category: 'Green tea',
    pence: 1150,
    variant: '80 g',
    line: 'Cut grass, sweet pea, sea air',
    about:
      'Picked in the first week of May and on our shelf by the end of June. ' +
      'Steamed deep, so it pours a cloudy green and needs only a minute.',
    facts: {
      Origin: 'Kakegawa, Shizuoka',
      Brew: '4 g, 70 °C, 1 minute',
      Keeps: '6 months, cool',
    },
    taste: { Body: 3, Sweetness: 4, Fragrance: 3, Smoke: 0 },
    art: { motif: 'leaf', colour: '#4d7a3a', ground: '#dfe9d3' },
  },
  {
    id: '1005',
    sku: 'TK-202',
    name: 'Jasmine Pearl',
    category: 'Green tea',
    pence: 1300,
    variant: '80 g',
    line: 'Rolled by hand, scented five nights',
    about:
      'Two leaves and a bud, rolled to a pearl and laid between fresh jasmine ' +
      'for five nights. They open in the glass; do not hurry them.',
    facts: {
      Origin: 'Fuding, Fujian',
      Brew: '3 g, 80 °C, 3 minutes',
      Keeps: '12 months, lid on',
    },
    taste: { Body: 2, Sweetness: 4, Fragrance: 5, Smoke: 0 },
    art: { motif: 'flower', colour: '#6d5a86', ground: '#e9e4ee' },
  },
  {
    id: '1006',
    sku: 'TK-301',
    name: 'Amber Oolong',
    category: 'Oolong',
    pence: 1250,
    variant: '90 g',
    line: 'Roasted chestnut, stewed plum',
    about:
      'Half oxidised, then roasted twice over charcoal with a month between. ' +
      'Six short infusions, and the fourth is the best one.',
    facts: {
      Origin: 'Dong Ding, Nantou',
      Brew: '5 g, 95 °C, 40 seconds',
      Keeps: '24 months, lid on',
    },
    taste: { Body: 4, Sweetness: 3, Fragrance: 4, Smoke: 1 },
    art: { motif: 'hills', colour: '#a5562a', ground: '#f1dfcd' },
  },
  {
    id: '1007',
    sku: 'TK-401',
    name: 'Camomile Field',
    category: 'Herbal',
    pence: 725,
    variant: '50 g',
    line: 'Whole flowers, apple and hay',
    about:
      'Whole heads, dried slowly on racks so that they stay whole. No ' +
      'caffeine, no bag, no dust at the bottom of the cup.',
    facts: {
      Origin: 'Vale of York',
      Brew: '2 g, 100 °C, 6 minutes',
      Keeps: '12 months, lid on',
    },
    taste: { Body: 2, Sweetness: 4, Fragrance: 4, Smoke: 0 },
    art: { motif: 'daisy', colour: '#c9992b', ground: '#f3ecd2' },
  },
  {
    id: '1008',
    sku: 'TK-402',
    name: 'Hedgerow',
    category: 'Herbal',
    pence: 750,
    variant: '70 g',
    line: 'Elderberry, rosehip, bramble leaf',
    about:
      'What the lane behind the shop gives in September, plus hibiscus for the ' +
      'colour. Good cold, with a slice of apple in it.',
    facts: {
      Origin: 'North Yorkshire',
      Brew: '4 g, 100 °C, 7 minutes',
      Keeps: '12 months, lid on',
    },
    taste: { Body: 3, Sweetness: 3, Fragrance: 3, Smoke: 0 },
    art: { motif: 'berries', colour: '#8d3149', ground: '#efdde0' },
  },
  {
    id: '2001',
    sku: 'TK-501',
    name: 'Stoneware Teapot',
    category: 'Teaware',
    pence: 4200,
    variant: '0.6 litre',
    line: 'Thrown in the village, pours clean',
    about:
      'Thrown two streets away by someone who drinks a lot of tea: the spout ' +
      'stops when you stop. Comes with a steel basket for loose leaf.',
    facts: {
      'Made in': 'Robin Hood’s Bay',
      Holds: '0.6 litre, three cups',
      Care: 'Dishwasher safe',
    },
    art: { motif: 'teapot', colour: '#33655a', ground: '#d9e3df' },
  },
  {
    id: '2002',
    sku: 'TK-502',
    name: 'Tasting Cups',
    category: 'Teaware',
    pence: 2400,
    variant: 'a pair',
    line: 'No handle: too hot to hold is too hot to drink',
    about:
      'White inside, so that you see what you brewed. The foot is left ' +
      'unglazed and the wall is thin where it meets the lip.',
    facts: {
      'Made in': 'Robin Hood’s Bay',
      Holds: '0.15 litre each',
      Care: 'Dishwasher safe',
    },
    art: { motif: 'cups', colour: '#7c8f87', ground: '#e8e2d6' },
  },
];

/** @param {string | null} sku */
export const find = (sku) => products.find((product) => product.sku === sku);

const pounds = new Intl.NumberFormat('en-GB', { style: 'currency', currency });

/** @param {number} pence */
export const money = (pence) => pounds.format(pence / 100);
