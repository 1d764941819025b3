#!/usr/bin/env node
// The command line: reads what is asked for, says what came of it.
//   0  done, and all is right
//   1  something is wrong with the plan or the events
//   2  it could not be done: no such command, no such file
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { advise } from './advise.mjs';
import { check } from './check.mjs';
import { Misuse, readPlan } from './read.mjs';
import { typesOf } from './types.mjs';

const HELP = `firsthand: tracking plans (docs/PLAN.md)

  firsthand plan check PLAN [EVENTS]   is it a plan, and are the events as it says?
      EVENTS      JSON (an event, a list, a batch) or a JSON event a line; - is
                  standard input
      --side S    client or server: who has sent them, where they do not tell
      --json      findings as JSON

  firsthand plan advise PLAN           where each event belongs, and why

  firsthand types PLAN                 a typed track, as TypeScript
      -o FILE     where to; else to standard output
      --global N  what the script tag's function is called on the pages: declares it

  firsthand --help, --version

Ends with 0 where all is right, with 1 where something is wrong with the plan or the
events, with 2 where it could not be done.`;

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  side: { type: 'string' },
  json: { type: 'boolean' },
  output: { type: 'string', short: 'o' },
  global: { type: 'string' },
};

// By command: the options that it knows, and how many files it wants.
const COMMANDS = {
  'plan check': { options: ['side', 'json'], files: [1, 2], run: check },
  'plan advise': { options: [], files: [1, 1], run: (options, file) => ({ text: advise(readPlan(file)) }) },
  types: {
    options: ['output', 'global'],
    files: [1, 1],
    run({ output, global }, file) {
      const text = typesOf(readPlan(file), { file, global });
      if (!output) return { text: text.trimEnd() };
      writeFileSync(output, text);
      return { text: `${output} is written.` };
    },
  },
};

const nameOf = (words) => (words[0] === 'plan' ? words.slice(0, 2) : words.slice(0, 1)).join(' ');

const main = (args) => {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  if (values.version) return { text: JSON.parse(readFileSync(new URL('../package.json', import.meta.url))).version };
  if (values.help || !args.length) return { text: HELP, failed: !values.help && 2 };
  const name = nameOf(positionals);
  const command = Object.hasOwn(COMMANDS, name) && COMMANDS[name];
  if (!command) throw new Misuse(`there is no command "${positionals.join(' ')}": ${Object.keys(COMMANDS).join(', ')}`);
  const files = positionals.slice(name.split(' ').length);
  const [least, most] = command.files;
  if (files.length < least) throw new Misuse(`"${name}" needs the file of the plan`);
  if (files.length > most) throw new Misuse(`"${name}" takes ${most === 1 ? 'one file' : `${most} files at most`}, these are ${files.length}`);
  for (const option in values) if (!command.options.includes(option)) throw new Misuse(`--${option} is no option of "${name}"`);
  return command.run(values, ...files);
};

try {
  const { text, failed } = main(process.argv.slice(2));
  console.log(text);
  process.exitCode = Number(failed ?? 0);
} catch (error) {
  const isOurs = error instanceof Misuse || /^ERR_PARSE_ARGS/.test(error.code) || error.syscall;
  console.error(`firsthand: ${error.message}${isOurs && !error.exitCode ? '\nTry --help.' : ''}`);
  process.exitCode = error.exitCode ?? 2;
}
