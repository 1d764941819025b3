// The table of call shapes, tests/cases/calls: tests/cases/README.md tells what a
// shape is.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const HERE = 'tests/cases/calls';

/** @returns {object[]} all shapes, each with its `id`: file and name */
export const shapes = () => tables().flatMap(({ area, shapes: list }) => list.map((shape) => ({ ...shape, id: `${area}: ${shape.name}` })));

/** @returns {{ area, about, shapes }[]} */
export const tables = () => readdirSync(HERE).sort().map((file) => ({
  area: file.replace('.json', ''),
  ...JSON.parse(readFileSync(`${HERE}/${file}`, 'utf8')),
}));

export const text = (area) => readFileSync(`${HERE}/${area}.json`, 'utf8');

/** A call a line, and a member of an event a line, so that a difference is readable. */
export const printed = ({ about, shapes: list }) => `{
  "about": ${JSON.stringify(about)},
  "shapes": [
${list.map(shapeText).join(',\n')}
  ]
}
`;

export const keep = (table) => writeFileSync(`${HERE}/${table.area}.json`, printed(table));

function shapeText({ id, segment, ...shape }) {
  const lines = Object.entries(shape).map(([name, value]) => {
    if (!['calls', 'before', 'outcome'].includes(name)) return `      "${name}": ${line(value)}`;
    return `      "${name}": [\n${value.map((one) => `        ${JSON.stringify(one)}`).join(',\n')}\n      ]`;
  });
  if (segment) lines.push(segment.length ? `      "segment": [\n${segment.map(eventText).join(',\n')}\n      ]` : '      "segment": []');
  return `    {\n${lines.join(',\n')}\n    }`;
}

const eventText = (event) => `        {\n${Object.entries(event).map(([name, value]) => `          "${name}": ${line(value)}`).join(',\n')}\n        }`;

/** JSON in one line, with air. */
function line(value) {
  if (Array.isArray(value)) return `[${value.map(line).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${line(member)}`);
  return members.length ? `{ ${members.join(', ')} }` : '{}';
}
