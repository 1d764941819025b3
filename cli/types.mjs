// firsthand types: the plan as TypeScript, so that a call that is not in it does not
// compile, nor one that belongs to the server.

const NAMES = { integer: 'number', array: 'unknown[]', object: 'Record<string, unknown>' };

const key = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

const comment = (lines, indent) => {
  const text = lines.filter(Boolean).map((line) => line.replace(/\*\//g, '*\u200b/').replace(/\s*\n\s*/g, ' '));
  if (!text.length) return '';
  if (text.length === 1) return `${indent}/** ${text[0]} */\n`;
  return `${indent}/**\n${text.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`;
};

// What lies around a rule holds for what it does not say of others, as in the core.
const bag = (properties, open, indent, isOptional = () => false) => {
  const names = Object.keys(properties);
  if (!names.length) return open ? 'Record<string, unknown>' : 'Record<string, never>';
  const inner = `${indent}  `;
  const lines = names.map((name) => {
    const rule = properties[name];
    const optional = rule.required && !isOptional(name) ? '' : '?';
    return `${comment([rule.description], inner)}${inner}${key(name)}${optional}: ${typeOf(rule, open, inner)};\n`;
  });
  return `{\n${lines.join('')}${open ? `${inner}[other: string]: unknown;\n` : ''}${indent}}`;
};

function typeOf(rule, open, indent) {
  const isOpen = rule.additionalProperties ?? open;
  if (rule.enum) return rule.enum.map((value) => JSON.stringify(value)).join(' | ');
  const implied = (rule.properties && 'object') ?? (rule.items && 'array') ?? ('minimum' in rule || 'maximum' in rule ? 'number' : undefined);
  const types = [].concat(rule.type ?? implied ?? []);
  const one = (type) => {
    if (type === 'object' && rule.properties) return bag(rule.properties, isOpen, indent);
    if (type === 'array' && rule.items) return `Array<${typeOf(rule.items, isOpen, indent)}>`;
    return NAMES[type] ?? type;
  };
  return types.length ? [...new Set(types.map(one))].join(' | ') : 'unknown';
}

const eventLines = (plan, sides) =>
  Object.entries(plan.events).filter(([, { side = 'both' }]) => sides.includes(side)).map(([name, event]) => {
    const common = plan.properties ?? {};
    const own = event.properties ?? {};
    // What registered properties bring need not be in the call.
    const isCommon = (property) => !Object.hasOwn(own, property);
    const open = event.additionalProperties ?? plan.additionalProperties ?? false;
    const about = comment([event.description, event.owner && `Owner: ${event.owner}`, event.consent && `Needs consent to ${event.consent}`], '  ');
    return `${about}  ${key(name)}: ${bag({ ...common, ...own }, open, '  ', isCommon)};\n`;
  });

const map = (about, name, lines, isOpen) =>
  `/** ${about} */\nexport interface ${name} {\n${lines.join('')}${isOpen ? '  [event: string]: Record<string, any>;\n' : ''}}\n`;

/**
 * @param plan that has been checked
 * @param {{ file: string, global?: string }} options
 */
export const typesOf = (plan, { file, global }) => {
  const { additionalEvents: isOpen = false } = plan;
  const parts = [
    `// Written by \`firsthand types ${file}\`${plan.version === undefined ? '' : `, version ${plan.version} of the plan`}. Do not edit.\nimport type { Firsthand } from 'firsthand';\n`,
    map('What a page tells.', 'Events', eventLines(plan, ['client', 'both']), isOpen),
    map('What a server tells.', 'ServerEvents', eventLines(plan, ['server', 'both']), isOpen),
    '/** The agent of a page by this plan: an event that belongs to the server is none of its calls. */\nexport type Track = Firsthand<Events>;\n',
  ];
  if (global) parts.push(`declare global {\n  var ${global}: Track;\n}\n`);
  return parts.join('\n');
};
