// Records the peers, and writes docs/PARITY.md.
//
//   node tests/parity/run.mjs                      all peers, into tests/parity/recorded
//   node … --peer posthog,jitsu                    only these
//   node … --report                                none: the document only
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { writeFileSync } from 'node:fs';
import { record } from './record.mjs';
import { keep } from './recorded.mjs';
import { page } from './report.mjs';
import { ours, peer, PEERS, TOLD } from './sdks.mjs';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/lib/chromium/chromium';
const AT_ONCE = 2; // nearly all of a recording is waiting
const { values } = parseArgs({ options: { peer: { type: 'string' }, report: { type: 'boolean' } } });

if (!values.report) {
  const browser = execFileSync(CHROMIUM, ['--version'], { encoding: 'utf8' }).match(/[\d.]+/)[0];
  const ids = values.peer?.split(',') ?? [...PEERS, ...TOLD];
  const work = async () => {
    for (let id; (id = ids.shift()); ) {
      const sdk = await peer(id);
      const messages = await record(sdk);
      keep(id, { version: sdk.version, browser, messages });
      console.log(`${sdk.name} ${sdk.version}: ${messages.length} messages`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
writeFileSync('docs/PARITY.md', page(await record(ours(), { quietMs: 0 })));
