// @ts-check
// The shop's pictures, drawn: a tin with a motif on its label, a teapot, two
// cups. `currentColor` is the product's own colour.

import { el } from './dom.js';

/** @param {number} count @param {string} shape drawn upwards from 0,0 */
const around = (count, shape) =>
  Array.from(
    { length: count },
    (_, i) => `<g transform="rotate(${(360 / count) * i})">${shape}</g>`,
  ).join('');

const stroke = 'fill="none" stroke-width="4" stroke-linecap="round"';
const leaf = '<path d="M0 0C-15 -9 -13 -28 0 -38C13 -28 15 -9 0 0Z"/>';

/** About 0,0 and some 50 units across, for the cream label.
 * @type {Record<string, string>} */
const motifs = {
  waves: `<path ${stroke} stroke="currentColor"
    d="M-30 -14q7.5 -9 15 0t15 0t15 0t15 0M-30 0q7.5 -9 15 0t15 0t15 0t15 0
    M-30 14q7.5 -9 15 0t15 0t15 0t15 0"/>`,
  smoke: `<path ${stroke} stroke="currentColor"
    d="M-16 24q-10 -12 0 -24t0 -24M0 24q-10 -12 0 -24t0 -24
    M16 24q-10 -12 0 -24t0 -24"/>`,
  citrus: `<circle r="25"/><circle class="cream" r="21"/>
    ${around(8, '<path d="M0 -3L-5.5 -15Q0 -19.5 5.5 -15Z"/>')}`,
  leaf: `<g transform="translate(0 20)">${leaf}
    <g transform="rotate(-48)">${leaf}</g>
    <g transform="rotate(48)">${leaf}</g></g>`,
  flower: `${around(5, '<ellipse cy="-14" rx="8.5" ry="13"/>')}
    <circle class="cream" r="5.5"/>`,
  hills: `<circle cx="13" cy="-13" r="8"/>
    <path d="M-32 22L-9 -16L6 8L13 -1L32 22Z"/>`,
  daisy: `${around(12, '<ellipse cy="-18" rx="3.8" ry="9"/>')}
    <circle r="7.5"/>`,
  berries: `<circle cx="-11" cy="9" r="10"/><circle cx="11" cy="9" r="10"/>
    <circle cy="-7" r="10"/>
    <g transform="translate(3 -15) rotate(68) scale(.62)">${leaf}</g>`,
};

/** @param {number} width */
const shadow = (width) =>
  `<ellipse class="shade" cx="120" cy="205" rx="${width}" ry="9"/>`;

/** @param {string} motif */
const tin = (motif) => `
  ${shadow(68)}
  <rect x="66" y="74" width="108" height="131" rx="7"/>
  <rect class="cream" x="66" y="104" width="108" height="78"/>
  <g transform="translate(120 143)">${motifs[motif]}</g>
  <rect x="61" y="48" width="118" height="34" rx="7"/>
  <rect class="shade" x="61" y="74" width="118" height="8" rx="4"/>
  <rect class="shine" x="150" y="48" width="16" height="157"/>`;

const teapot = `
  ${shadow(78)}
  <path fill="none" stroke="currentColor" stroke-width="13"
    stroke-linecap="round" d="M172 118C214 104 216 172 168 172"/>
  <path d="M82 160C52 152 50 116 30 104L47 96C70 104 66 122 88 128Z"/>
  <path d="M72 150C72 108 92 92 124 92S178 108 178 150S160 205 124 205
    S72 190 72 150Z"/>
  <path d="M90 96C90 82 106 74 124 74S158 82 158 96Z"/>
  <rect class="shade" x="86" y="95" width="76" height="4" rx="2"/>
  <circle cx="124" cy="67" r="9"/>
  <path class="shine"
    d="M88 148C88 122 100 108 116 104C106 114 97 128 96 148Z"/>`;

const cup = `
  <path d="M-44 -92H44C44 -36 30 -8 22 -4V0H-22V-4C-30 -8 -44 -36 -44 -92Z"/>
  <rect class="shade" x="-22" y="-4" width="44" height="4"/>
  <ellipse class="cream" cy="-92" rx="44" ry="11"/>
  <ellipse fill="#b5702f" cy="-89" rx="37" ry="7.5"/>
  <path class="shine"
    d="M-33 -72C-31 -46 -25 -28 -17 -18C-20 -34 -25 -50 -26 -70Z"/>`;

const cups = `
  ${shadow(86)}
  <g transform="translate(74 205) scale(.78)">${cup}</g>
  <g transform="translate(138 205)">${cup}</g>`;

/** @type {Record<string, string>} */
const things = { teapot, cups };

/** @param {string} drawing one of ours: it is read as markup */
const parsed = (drawing) =>
  new DOMParser().parseFromString(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240"
      fill="currentColor" aria-hidden="true">${drawing}</svg>`,
    'image/svg+xml',
  ).documentElement;

/** A picture says nothing that its name beside it does not: readers skip it.
 * @param {import('./products.js').Product} product */
export const picture = ({ art: { motif, colour, ground } }) => {
  const tile = el('span.picture', parsed(things[motif] ?? tin(motif)));
  tile.style.setProperty('--ground', ground);
  tile.style.setProperty('--colour', colour);
  return tile;
};
