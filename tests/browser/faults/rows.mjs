// The rows of the matrix, one a file of rows/.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';

/**
 * All rows, in the order of their importance, each with a `version`: what was
 * measured by another text of its file is no result of this one.
 */
export async function loadRows() {
  const dir = new URL('./rows/', import.meta.url);
  const all = await Promise.all(readdirSync(dir).sort().map(async (file) => {
    const { default: row } = await import(new URL(file, dir));
    const version = createHash('sha256').update(readFileSync(new URL(file, dir))).digest('hex').slice(0, 8);
    return { ...row, version };
  }));
  return all.sort((a, b) => (a.order ?? 99) - (b.order ?? 99) || a.number - b.number);
}

/** The results of a build by the rows as they are now. */
export function current(results, rows, build) {
  const versions = new Map(rows.map(({ number, version }) => [number, version]));
  return results.filter((result) => result.build === build && versions.get(result.row) === result.version);
}
