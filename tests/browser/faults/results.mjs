// What was measured, one line a repeat, and the build that it was measured of.
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync } from 'node:fs';

const OUT = 'build/faults';
const RESULTS = `${OUT}/results.jsonl`;

/** All lines; one that a killed run has cut short is none. */
export function readResults() {
  if (!existsSync(RESULTS)) return [];
  return readFileSync(RESULTS, 'utf8').split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

export function writeResult(result) {
  mkdirSync(OUT, { recursive: true });
  appendFileSync(RESULTS, `${JSON.stringify(result)}\n`);
}

/**
 * The build under test, agent and relay, copied: one made meanwhile changes
 * nothing. `--build` goes on with an earlier copy.
 */
export function snapshot(build = digest()) {
  const copy = `${OUT}/${build}`;
  for (const dir of ['dist', 'relay']) {
    if (existsSync(`${copy}/${dir}`)) continue;
    // Whole or not at all: a run that is killed here must not leave half of it.
    cpSync(dir, `${copy}.part/${dir}`, { recursive: true });
    mkdirSync(copy, { recursive: true });
    renameSync(`${copy}.part/${dir}`, `${copy}/${dir}`);
  }
  return { build, copy };
}

/** By the first digits of the sha256 of agent, snippet and relay. */
function digest() {
  const inRelay = readdirSync('relay', { recursive: true }).sort().map((file) => `relay/${file}`);
  const files = ['dist/firsthand.js', 'dist/snippet.html', ...inRelay.filter((file) => statSync(file).isFile())];
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}
