// What the two packages consist of besides our own code: the source of docs/LICENCES.md
// and of the bills of materials.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const text = (file) => readFileSync(ROOT + file, 'utf8');
export const json = (file) => JSON.parse(text(file));

/** The packages of a lock file, by the folder that each is installed in. */
export const locked = (file) =>
  Object.entries(json(file).packages).filter(([path, { link }]) => path.includes('node_modules/') && !link);

/** 'node_modules/a/node_modules/@b/c' → '@b/c' */
export const nameIn = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** The first comment of cJSON's source: its licence. Of the very file that is compiled. */
const cjsonLicence = () =>
  /^\/\*(.*?)\*\//s.exec(text('build/cjson/cJSON.c'))[1].replace(/^ {2}/gm, '').trim();

/** What the modules on servers have of the toolchain's C library; the agent has nothing of it. */
export const MUSL = ['memchr', 'strchr', '__strchrnul', 'strcspn', 'strstr'];

// The words of the MIT licence are the same in ours.
const muslLicence = () => `Copyright © 2005-2020 Rich Felker, et al.\n\n${/^Permission.*/ms.exec(text('LICENSE'))[0].trim()}`;

/**
 * What is copied into our files, so that its licence has to go with them.
 *
 * @returns {{name: string, version?: string, license: string, where: string, text: string, ref: string, integrity?: string}[]}
 */
export function copied() {
  // The sources are the same in each of the pinned packages but for Debian's patches;
  // which one it was, the header says.
  const header = text('build/cjson/cJSON.h');
  const version = ['MAJOR', 'MINOR', 'PATCH'].map((part) => new RegExp(`#define CJSON_VERSION_${part} (\\d+)`).exec(header)[1]).join('.');
  const [, vitals] = locked('package-lock.json').find(([path]) => path === 'node_modules/web-vitals');
  return [
    {
      name: 'cJSON', version, license: 'MIT', ref: `pkg:generic/cJSON@${version}`, text: cjsonLicence(),
      where: 'every module of ours (`*.wasm`), and the scripts that hold one',
    },
    {
      name: 'musl', license: 'MIT', ref: 'pkg:generic/musl', text: muslLicence(),
      where: 'five functions for texts, in `firsthand.server.wasm` only; of the Emscripten that built it',
    },
    {
      name: 'web-vitals', version: vitals.version, license: vitals.license, ref: `pkg:npm/web-vitals@${vitals.version}`,
      integrity: vitals.integrity, text: text('node_modules/web-vitals/LICENSE').trim(), where: '`dist/firsthand.vitals.js`',
    },
  ];
}

/** Of that, what the relay's package has: its module's. */
export const copiedIntoRelay = () => copied().filter(({ name }) => name === 'cJSON' || name === 'musl');

/** What npm installs with the relay: of each package its place, version, licence. */
export const installed = () =>
  locked('package-lock.json').filter(([, { dev, devOptional }]) => !dev && !devOptional)
    .map(([path, { version, license, optional = false }]) => ({ path, name: nameIn(path), version, license, optional }));

// Licences that ask for no more than that they are passed on.
const PERMISSIVE = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'Unlicense'];

/** Whether a licence, an SPDX expression without nesting, may be among what is shipped. */
export const isPermissive = (license = '') =>
  license.replace(/^\(|\)$/g, '').split(' OR ').some((one) => one.split(' AND ').every((name) => PERMISSIVE.includes(name)));
