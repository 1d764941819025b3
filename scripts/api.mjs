// docs/API.md, from the types: their prose and their signatures. scripts/docs.mjs
// writes it; tests/types holds it against what TypeScript reads in the same files.
import { existsSync, readFileSync } from 'node:fs';

const MODULES = [
  ['firsthand', 'js-shim/firsthand.d.ts'],
  ['firsthand/bridge', 'js-shim/bridge/firsthand.bridge.d.ts'],
  ['firsthand/plan', 'js-shim/plan/firsthand.plan.d.ts'],
  ['firsthand/testing', 'testing/index.d.ts'],
  ['firsthand/server', 'server/index.d.ts'],
];

const url = (file) => new URL(`../${file}`, import.meta.url);

// --- Reading a .d.ts ---------------------------------------------------------

const hasBody = (code) => /^(?:export |declare |default )*(?:interface|class)\b/.test(code);

/** Where the `{` of an interface's body is: not one of its type parameters'. */
const bodyAt = (text, from = 0) => {
  let angles = 0;
  for (let i = from; ; i++) {
    if (text[i] === '<') angles++;
    else if (text[i] === '>' && text[i - 1] !== '=') angles--;
    else if (text[i] === '{' && angles === 0) return i;
  }
};

/** Where the declaration that begins at `from` ends: behind its `;`, or the `}` of a body. */
const endOf = (text, from) => {
  const isBlock = hasBody(text.slice(from, from + 40));
  let depth = 0;
  for (let i = isBlock ? bodyAt(text, from) : from; i < text.length; i++) {
    const char = text[i];
    if (text.startsWith('/*', i)) i = text.indexOf('*/', i) + 1;
    else if (text.startsWith('//', i)) i = text.indexOf('\n', i);
    else if (/['"`]/.test(char)) i = text.indexOf(char, i + 1);
    else if ('({['.includes(char)) depth++;
    else if (')}]'.includes(char)) {
      depth--;
      if (isBlock && depth === 0) return i + 1;
    } else if (char === ';' && depth === 0) return i + 1;
  }
  throw new Error(`no end: ${text.slice(from, from + 60)}`);
};

const prose = (comment) =>
  comment.slice(3, -2).split('\n').map((line) => line.replace(/^\s*\* ?/, '').trimEnd()).join('\n').trim();

/**
 * What stands in a text one after the other: [{ doc, codes }]. What has no comment of
 * its own shares the one above it: overloads, and pairs such as register and unregister.
 */
export const declarations = (text) => {
  const found = [];
  let doc;
  for (let i = 0; i < text.length; ) {
    if (/\s/.test(text[i])) i++;
    else if (text.startsWith('//', i)) i = text.indexOf('\n', i) + 1 || text.length;
    else if (text.startsWith('/*', i)) {
      const end = text.indexOf('*/', i) + 2;
      if (text.startsWith('/**', i)) doc = prose(text.slice(i, end));
      i = end;
    } else {
      const end = endOf(text, i);
      const code = text.slice(i, end);
      if (doc === undefined && found.length) found.at(-1).codes.push(code);
      else found.push({ doc: doc ?? '', codes: [code] });
      doc = undefined;
      i = end;
    }
  }
  return found;
};

/** What a declaration is called; of a call signature nothing. */
export const nameOf = (code) =>
  /^(?:(?:export|declare|default|readonly|get|set|const|function|interface|class|type) )*([\w$]*|\[[^\]]*\])/.exec(code)[1];

/** What an interface is made of. */
export const membersOf = (code) => declarations(code.slice(bodyAt(code) + 1, code.lastIndexOf('}')));

// --- Writing Markdown ----------------------------------------------------------

const dedent = (code) => {
  const [, ...rest] = code.split('\n');
  const indent = Math.min(...rest.filter(Boolean).map((line) => /^ */.exec(line)[0].length));
  return Number.isFinite(indent) ? code.replaceAll(`\n${' '.repeat(indent)}`, '\n') : code;
};

const fence = (codes) => `\`\`\`ts\n${codes.map(dedent).join('\n')}\n\`\`\``;

/** Prose with its @param lines as a list. */
const described = (doc) => {
  const [text, ...tags] = doc.split(/^(?=@)/m);
  const list = tags.map((tag) => tag.trim().replace(/\s*\n\s*/g, ' ').replace(/^@param (\S+)/, '* `$1`:').replace(/^@(?:returns|return)/, '* returns'));
  return [text.trim(), list.join('\n')].filter(Boolean).join('\n\n');
};

const cell = (text) => text.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');

const PROPERTY = /^(?:readonly )?([\w$]+\??|\[[^\]]*\]\??):\s*([^]*?);$/;

const row = ({ doc, codes }) => {
  const parts = codes.map((code) => PROPERTY.exec(code));
  const names = parts.map(([, name]) => `\`${name}\``);
  const types = [...new Set(parts.map(([, , type]) => `\`${cell(type)}\``))];
  return `| ${names.join(', ')} | ${types.join(', ')} | ${cell(described(doc))} |`;
};

const headed = (owner, { codes }) => `#### ${[...new Set(codes.map(nameOf))].map((name) => `\`${name || owner}\``).join(', ')}`;

/** Overloads with prose of their own stand below one heading. */
const member = (owner) => (each, i, all) => {
  const heading = headed(owner, each);
  return [i && headed(owner, all[i - 1]) === heading ? '' : heading, fence(each.codes), described(each.doc)].filter(Boolean).join('\n\n');
};

const members = (code, owner) => {
  // Those that share a row of the table have a type in common, or their prose.
  const typesOf = (codes) => new Set(codes.map((one) => PROPERTY.exec(one)[2]));
  const split = ({ doc, codes }) =>
    doc && typesOf(codes).size < 3 ? [{ doc, codes }] : codes.map((one, i) => ({ doc: i ? '' : doc, codes: [one] }));
  const all = membersOf(code);
  if (all.every(({ codes }) => codes.every((one) => PROPERTY.test(one))))
    return all.length ? `| member | type | |\n|---|---|---|\n${all.flatMap(split).map(row).join('\n')}` : '';
  return all.map(member(owner)).join('\n\n');
};

const section = ({ doc, codes }) => {
  const [code] = codes;
  const name = nameOf(code);
  return [
    `### ${name}`,
    hasBody(code) ? fence([`${code.slice(0, bodyAt(code)).trim()} { … }`]) : fence(codes),
    described(doc),
    hasBody(code) ? members(code, name) : '',
  ].filter(Boolean).join('\n\n');
};

/** docs/API.md as it ought to be. */
export const apiPage = () => {
  const modules = MODULES.filter(([, file]) => existsSync(url(file))).map(([name, file]) => {
    // Each has a section of its own, also without prose.
    const all = declarations(readFileSync(url(file), 'utf8')).flatMap(({ doc, codes }) => codes.map((code, i) => ({ doc: i ? '' : doc, codes: [code] })));
    const isExported = ({ codes: [code] }) => code.startsWith('export ');
    const own = all.filter((one) => !isExported(one)).map(({ codes: [code] }) => code);
    return [
      `## ${name}`,
      `[${file}](../${file})`,
      ...all.filter((one) => isExported(one) && nameOf(one.codes[0])).map(section),
      ...(own.length ? [`### Short for\n\nNot exported, but named above.\n\n${fence(own)}`] : []),
    ].join('\n\n');
  });
  return `# API

Written by \`scripts/docs.mjs\` from the types of the package. [README.md](../README.md) has the calls in a table;
this is all of them.

${modules.join('\n\n')}
`;
};
