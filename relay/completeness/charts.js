// Two kinds of charts, in SVG: columns by day, whose parts stand on each other, and
// bars that lie. Drawn for the width they have, so that letters keep their size.
import { el, svg } from './dom.js';

const HEIGHT = 190;
const TOP = 8;
const BOTTOM = 22;
const SHORTEST = 2; // px of a part that is not 0: a single loss is to be seen

const whole = new Intl.NumberFormat('en');
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** A round number that is `value` or a little more, so that halves of it are round too. */
export function niceTop(value) {
  if (value <= 2) return 2;
  const unit = 10 ** Math.floor(Math.log10(value));
  return [1, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].map((times) => times * unit).find((top) => top >= value);
}

/** Draws again whenever the width changes. */
function drawn(node, draw) {
  node.observer?.disconnect();
  const again = () => node.clientWidth > 0 && node.replaceChildren(...draw(node.clientWidth));
  let width = 0;
  node.observer = new ResizeObserver(() => {
    if (node.clientWidth === width) return;
    width = node.clientWidth;
    again();
  });
  node.observer.observe(node);
}

/**
 * @param {Element} node
 * @param {object} chart
 * @param {{label: string, title: string, values: number[]}[]} chart.columns
 * @param {{name: string, kind: string}[]} chart.series what the values are; `kind`: class
 * @param {string} chart.name what it shows, for who does not see
 * @param {string} [chart.picked] the label of a column
 * @param {(label: string) => void} [chart.pick] is told of a chosen one
 */
export function columns(node, { columns: all, series, name, picked, pick }) {
  const sums = all.map(({ values }) => values.reduce((a, b) => a + b, 0));
  const top = niceTop(Math.max(...sums));

  drawn(node, (width) => {
    const left = 8 + 7 * short.format(top).length;
    const high = HEIGHT - TOP - BOTTOM;
    const step = (width - left) / all.length;
    const y = (value) => TOP + high * (1 - value / top);
    const lines = [0, top / 2, top].map((value) => svg('g', {},
      svg('line', { class: 'grid', x1: left, x2: width, y1: y(value), y2: y(value) }),
      svg('text', { x: left - 6, y: y(value) + 4, 'text-anchor': 'end' }, short.format(value))));

    const columnOf = ({ label, title, values }, i) => {
      let bottom = TOP + high;
      const parts = values.map((value, at) => {
        const size = value > 0 ? Math.max(SHORTEST, high * value / top) : 0;
        bottom -= size;
        return size && svg('rect', {
          class: series[at].kind, x: left + step * i + step * 0.14, width: step * 0.72, y: bottom, height: size, rx: Math.min(2, size / 2),
        });
      });
      const chosen = pick && (() => pick(label));
      const hit = svg('rect', {
        class: 'hit', x: left + step * i, width: step, y: TOP, height: high + BOTTOM,
        ...(pick && {
          role: 'button', tabindex: 0, 'aria-label': title, 'aria-pressed': label === picked, click: chosen,
          keydown: (event) => /^(Enter| )$/.test(event.key) && (event.preventDefault(), chosen()),
        }),
      }, svg('title', {}, title));
      return [...parts.filter(Boolean), hit];
    };

    const every = Math.max(1, Math.ceil(64 / step));
    const labels = all.map(({ label }, i) => (all.length - 1 - i) % every === 0 && svg('text',
      { x: Math.min(width - 20, left + step * (i + 0.5)), y: HEIGHT - 5, 'text-anchor': 'middle' }, dayName(label)));
    return [
      svg('svg', { height: HEIGHT, role: pick ? 'group' : 'img', 'aria-label': name }, ...lines, ...labels.filter(Boolean), ...all.flatMap(columnOf)),
      legend(series, all),
    ];
  });
}

const dayName = (day) => new Date(day).toLocaleDateString('en', { day: 'numeric', month: 'short', timeZone: 'UTC' });

function legend(series, all) {
  const sumOf = (at) => all.reduce((sum, { values }) => sum + values[at], 0);
  return el('ul', { class: 'legend' }, ...series.map(({ name, kind }, at) =>
    el('li', {}, el('i', { class: kind }), `${name} ${whole.format(sumOf(at))}`)));
}

/**
 * @param {Element} node
 * @param {{label: string, value: number, kind: string}[]} rows
 * @param {string} name
 */
export function bars(node, rows, name) {
  const most = Math.max(1, ...rows.map(({ value }) => value));
  const sum = rows.reduce((all, { value }) => all + value, 0) || 1;
  const line = 24;
  drawn(node, (width) => {
    const left = 92;
    const right = 112;
    return [svg('svg', { height: line * rows.length, role: 'img', 'aria-label': name }, ...rows.flatMap(({ label, value, kind }, i) => {
      const size = value > 0 ? Math.max(SHORTEST, (width - left - right) * value / most) : 0;
      const y = line * i;
      return [
        svg('text', { x: left - 8, y: y + 16, 'text-anchor': 'end' }, label),
        ...(size ? [svg('rect', { class: kind, x: left, y: y + 3, width: size, height: line - 7, rx: 2 })] : []),
        svg('text', { x: left + size + 7, y: y + 16 }, value > 0 ? `${share(value / sum)} · ${short.format(value)}` : '0'),
      ];
    }))];
  });
}

/** A part of one, in per cent; never said to be all or nothing when it is not. */
export function share(part) {
  if (part === 0 || part === 1) return `${100 * part} %`;
  const text = part > 0.9 || part < 0.01 ? (100 * part).toFixed(2) : (100 * part).toFixed(1);
  if (text === '100.00') return '> 99.99 %';
  return text === '0.00' ? '< 0.01 %' : `${text} %`;
}
