// Writes docs/LICENCES.md, and relay/NOTICES.md, which is of it what the relay's package has.
//   node scripts/licences.mjs
// tests/supply/licences.test.mjs tells when they are no longer what this would write.
import { writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { copied, copiedIntoRelay, installed, ROOT } from './supply.mjs';

const row = (...cells) => `| ${cells.join(' | ')} |`;
const quoted = ({ name, text }) => `## The licence of ${name}\n\n\`\`\`text\n${text}\n\`\`\`\n`;

/** docs/LICENCES.md. */
export const licencesPage = () => `# Licences of what is shipped

Written by \`make licences\`. Firsthand itself is under the MIT licence ([LICENSE](../LICENSE)).

## What is copied into our files

| what | licence | where it is |
|---|---|---|
${copied().map(({ name, license, where }) => row(name, license, where)).join('\n')}

Nothing else is linked into a module: \`make sbom\` looks for strangers among the functions of each.

## What npm installs with the relay

The agent's package depends on nothing. The relay's (\`firsthand-relay\`) brings these, each with its own licence file; the optional ones only serve
the shared logs, NATS and Kafka.

| package | version | licence | optional |
|---|---|---|---|
${installed().map(({ name, version, license, optional }) => row(name, version, license, optional ? 'yes' : '')).join('\n')}

What builds and tests Firsthand is not shipped. \`make sbom\` lists it (\`dist/sbom/dev.cdx.json\`).

${copied().map(quoted).join('\n')}`;

/** relay/NOTICES.md. */
export const relayNotices = () => {
  const inRelay = copiedIntoRelay();
  return `# What is copied into this package

Written by \`make licences\`. \`firsthand.server.wasm\` holds ${inRelay.map(({ name }) => name).join(' and ')}.

${inRelay.map(quoted).join('\n')}`;
};

if (argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(`${ROOT}docs/LICENCES.md`, licencesPage());
  writeFileSync(`${ROOT}relay/NOTICES.md`, relayNotices());
}
