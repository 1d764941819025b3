// docs/PARITY.md, of the kept recordings and of our own visit.
import { check, oursAlone, placesOf } from './check.mjs';
import { FACTS } from './fields.mjs';
import { kept } from './recorded.mjs';
import { PEERS, SDKS, TOLD } from './sdks.mjs';
import { CLICKS } from './site.mjs';

const ABOUT = `What each agent sends about the page and the visitor **by default**, field by field. The same visit with each, in a fresh profile
of Chromium: from a search engine by a click to a page of a shop (every \`utm_*\`, ${CLICKS.length} click ids, a canonical link elsewhere, a
part behind \`#\`, cookies of Google, Meta, LinkedIn and others), there a page view, a track call, an identify and one more track; a
link to a second page, there a page view and a track; the tab is closed. Options are those of each one's quick start: key,
address, and what keeps it from waiting for its vendor's servers. All that its scripts send is recorded: bodies (JSON, form,
gzip, base64), queries, headers of its own.

Each field is matched by hand with what Firsthand sends (\`tests/parity/fields.mjs\`), and the match is checked by value: with
Firsthand's own visit, made anew by \`make test\`, each recorded value must be the one that our field gives. Of ids and times,
which differ in each visit, it is checked that they change where ours change. A field that nobody has matched fails the test.
Screen, window, time zone, language and client hints are set by the recorder. In a field's name \`<utm>\`, \`<click>\` and
\`<any>\` stand for any \`utm_*\`, click id, or name.
`;

const ROWS = `**no**: peers send it, Firsthand does not. *Follows from*: not sent as such, but all that it is made of is.
Peers' fields are written without \`properties.\` and \`event_properties.\`, which their events have around them.
`;

const ON_REQUEST = `Snowplow with \`contexts: { session: true, browser: true }\`: what it adds.
`;

const ALONE = `In the same visit, without an option. Peers send some of it when told to.
`;

const NOT_ABOUT = `Fields that say nothing of the page or the visitor, and so have no counterpart to look for.
`;

/** @param {object[]} ours messages of decode.mjs */
export function page(ours) {
  const of = (id) => ({ id, name: SDKS[id].name, recording: kept(id), ...check(id, kept(id), ours) });
  const peers = PEERS.map(of);
  const told = TOLD.map(of);
  const browsers = [...new Set(peers.map(({ recording }) => recording.browser))].join(', ');
  const versions = peers.map(({ name, recording }) => `${name} ${recording.version}`).join(', ');
  const gaps = gapsOf(peers);
  return [
    '# Parity\n\nWritten by `make parity`; do not edit.\n',
    `${versions}; recorded in Chromium ${browsers}.\n`,
    ABOUT,
    '## Peers send, Firsthand does not\n',
    gaps.length ? table(['fact', 'where it would be', 'who', 'for example'], gaps.map(gapRow)) : 'Nothing.\n',
    '## Facts\n', ROWS,
    ...groups().map(({ group, facts }) => `### ${group}\n\n${factTable(facts, peers)}`),
    '### When it is told to\n', ON_REQUEST, ...told.map(toldTable),
    '## Counted\n', table(['', 'fields', 'about page, visitor or event', 'of these not with us', 'about something else'], peers.map(countRow)),
    '## Firsthand sends, and no peer by default\n', ALONE, `${oursAlone(ours).map(code).join(', ') || 'Nothing'}.\n`,
    '## Not about the page or the visitor\n', NOT_ABOUT,
    table(['', 'what', 'fields'], peers.flatMap(notRows)),
  ].join('\n').trimEnd() + '\n';
}

/** Facts that some peer sends and we do not: { fact, from: [{ name, missing }] }. */
export function gapsOf(peers) {
  const missingOf = (fact, { facts }) => facts.find((one) => one.fact === fact)?.missing ?? [];
  return FACTS
    .map((fact) => ({ fact, from: peers.map((peer) => ({ name: peer.name, missing: missingOf(fact, peer) })).filter(({ missing }) => missing.length) }))
    .filter(({ from }) => from.length);
}

function gapRow({ fact, from }) {
  const { theirs } = from[0].missing[0];
  const who = from.map(({ name, missing: { length } }) => (length > 1 ? `${name} (${length} fields)` : name)).join(', ');
  return [fact.fact, places(fact), who, code(short(theirs))];
}

function factTable(facts, peers) {
  const rows = facts.map((fact) => ({ fact, all: peers.map(({ facts: found }) => found.find((one) => one.fact === fact)) }))
    .filter(({ all }) => all.some(Boolean))
    .map(({ fact, all }) => [fact.fact, mine(fact, all.flatMap((one) => one?.missing ?? [])), ...all.map((one) => fields(one?.fields ?? []))]);
  return table(['fact', 'Firsthand', ...peers.map(({ name }) => name)], rows);
}

/** Only what is not in the same agent's default. */
function toldTable({ id, name, facts }) {
  const own = ({ peers }) => (peers[id] ?? []).map((field) => [field].flat()[0]);
  const rows = facts.filter(({ fact }) => own(fact).length)
    .map(({ fact, missing }) => [fact.fact, mine(fact, missing.filter(({ path }) => own(fact).includes(path))), fields(own(fact))]);
  return table(['fact', 'Firsthand', name], rows);
}

const mine = (fact, missing) => (missing.length ? '**no**' : `${fact.from ? '*follows from* ' : ''}${places(fact)}`);
const fields = (paths) => [...paths].map((path) => code(plain(path))).join(' ');

function countRow({ name, recording, facts, not }) {
  const sum = (count) => facts.reduce((all, one) => all + count(one), 0);
  const fields = Object.keys(recording.fields).length;
  const about = sum(({ paths }) => paths.length);
  return [name, fields, about, sum(({ missing }) => missing.length), fields - about];
}

function notRows({ name, not }) {
  return Object.entries(not).map(([reason, paths]) => [name, reason, [...paths].map(code).join(', ')]);
}

function groups() {
  const all = [];
  for (const one of FACTS) {
    if (one.group) all.push({ group: one.group, facts: [] });
    else all.at(-1).facts.push(one);
  }
  return all;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return `${[line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')}\n`;
}

const code = (text) => `\`${text}\``;
const places = (fact) => placesOf(fact).map(code).join(', ');
const plain = (path) => path.replace(/^(event_)?properties\./, '');
const short = (value) => (String(value).length > 60 ? `${String(value).slice(0, 40)}…${String(value).slice(-16)}` : String(value));
