// The package as npm would publish it, and installed as an application would have
// it. Both in build/packages, where the bundlers, TypeScript and the frameworks
// of the tests are (tests/packages.mk) and are found from below.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PLACE = join(ROOT, 'build/packages');

if (!existsSync(join(PLACE, 'node_modules/.package-lock.json')))
  throw new Error('first: make build/packages/node_modules/.package-lock.json (make test does)');

const run = (command, args, options) => execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options });

/** Runs a program of build/packages; returns what it says. Throws where it fails, with that. */
export const bin = (name, args, options) => {
  try {
    return run(join(PLACE, 'node_modules/.bin', name), args, options);
  } catch ({ stdout, stderr }) {
    throw new Error(`${name} ${args.join(' ')}\n${stdout}${stderr}`);
  }
};

/**
 * Packs and installs into a folder of the caller's own.
 * @returns `tarball`, `files` (what is in it), `dir` (an application that has it),
 *   `app(name, from)` (a folder there for one more, a copy of `from` if given)
 */
export const install = (name) => {
  const dir = join(PLACE, name);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir);
  const [{ filename, files }] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', dir], { cwd: ROOT }));
  writeFileSync(join(dir, 'package.json'), '{ "private": true }\n');
  const flags = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  run('npm', ['install', ...flags, `./${filename}`], { cwd: dir });
  return {
    tarball: join(dir, filename),
    files: files.map(({ path }) => path),
    dir,
    app: (app, from) => {
      const folder = join(dir, app);
      mkdirSync(folder);
      if (from) cpSync(join(ROOT, from), folder, { recursive: true });
      return folder;
    },
  };
};
