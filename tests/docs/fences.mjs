// Reading Markdown as far as the tests of the documents need it.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export const read = (file) => readFileSync(ROOT + file, 'utf8');

/** The fenced blocks of a document: { language, code, heading }, in order. */
export const fences = (markdown) => {
  const blocks = [];
  let heading;
  let block;
  for (const line of markdown.split('\n')) {
    const [, language] = /^ *```(\w*)$/.exec(line) ?? [];
    if (block && language === '') block = undefined;
    else if (block) block.code += `${line}\n`;
    else if (language !== undefined) blocks.push((block = { language, code: '', heading }));
    else heading = /^#+ (.*)/.exec(line)?.[1] ?? heading;
  }
  return blocks;
};

const markdownIn = (folder) => readdirSync(ROOT + folder).filter((name) => name.endsWith('.md')).map((name) => folder + name);

/** Every document of the project. */
export const DOCUMENTS = ['', 'docs/', 'wasm/', 'site-demo/', 'site-demo/examples/', 'tests/cases/'].flatMap(markdownIn);
