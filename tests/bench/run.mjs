// Firsthand, peers and the floor, side by side in headless Chromium, into docs/BENCH.md.
//
//   node tests/bench/run.mjs                          what is lacking, ten repeats of each
//   node … --subject floor,firsthand --visit drain    these only, and no document
//   node … --minutes 20                               starts nothing after
//   node … --report                                   only writes the document
//
// Other work shares the machine: subjects take turns within each repeat, so that what
// disturbs falls on all alike, and ratios count. Results are lines of
// build/bench/results.jsonl, kept for as long as the script of the subject and the files
// that measure it are the same: a run that was cut goes on where it stopped.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { open } from '../browser/engines/index.mjs';
import { within } from '../browser/engines/until.mjs';
import { writeReport } from './report.mjs';
import { startSite } from './site.mjs';
import { loadSubjects } from './subjects.mjs';
import { PLAN, visit } from './visits.mjs';

const OUT = 'build/bench';
const RESULTS = `${OUT}/results.jsonl`;
const VISIT_MS = 300_000; // the longest
const VISITS_A_BROWSER = 60; // a fresh one now and then, so that none grows old

const { values } = parseArgs({
  options: {
    subject: { type: 'string' },
    visit: { type: 'string' },
    repeats: { type: 'string' },
    minutes: { type: 'string', default: 'Infinity' },
    report: { type: 'boolean' },
  },
});

const harness = ['visits', 'site'].map((file) => readFileSync(new URL(`${file}.mjs`, import.meta.url)));
const buildOf = ({ digest }) => [...harness, digest].reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex').slice(0, 12);
const subjects = await loadSubjects();
const kept = existsSync(RESULTS) ? readFileSync(RESULTS, 'utf8').split('\n').filter(Boolean) : [];
const results = kept.map((line) => JSON.parse(line)).filter(({ subject, build }) => subjects[subject] && buildOf(subjects[subject]) === build);

if (!values.report) await run();
if (!values.subject && !values.visit) writeReport('docs/BENCH.md', { subjects, results, plan: PLAN });

// A burst of 1,000 at a slow processor keeps some peers busy for minutes.
function isMeasured(id, { name }) {
  const { isOurs, package: isPeer } = subjects[id];
  return isOurs || !isPeer || name !== 'drain 4x';
}

/** Each repeat begins with another one, so that none is always behind the same other. */
function turned(ids, n) {
  return ids.map((_, i) => ids[(i + n) % ids.length]);
}

async function run() {
  mkdirSync(OUT, { recursive: true });
  const wanted = (option, known) => (option ? option.split(',').filter((one) => known.includes(one)) : known);
  const ids = wanted(values.subject, Object.keys(subjects));
  const visits = PLAN.filter(({ name }) => wanted(values.visit, PLAN.map((one) => one.name)).includes(name));
  const end = Date.now() + Number(values.minutes) * 60_000;
  const have = (id, name) => results.filter((result) => result.subject === id && result.visit === name).length;
  const jobs = [];
  for (let n = 1; n <= Number(values.repeats ?? 10); n++)
    for (const how of visits)
      for (const id of turned(ids, n)) if (have(id, how.name) < n && isMeasured(id, how)) jobs.push([id, how, n]);

  const site = await startSite(subjects);
  let browser = await open('chromium');
  try {
    for (let done = 0; done < jobs.length && Date.now() < end; done++) {
      const [id, how, n] = jobs[done];
      if (results.some((result) => result.subject === id && result.visit === how.name && result.failed)) continue; // not a minute again
      if (done % VISITS_A_BROWSER === VISITS_A_BROWSER - 1) {
        await browser.cleanup();
        browser = await open('chromium');
      }
      try {
        const figures = await within(visit(browser, site, subjects[id], how, `${process.pid}x${done}`), VISIT_MS, `${how.name} of ${id}`);
        const result = { subject: id, visit: how.name, build: buildOf(subjects[id]), at: new Date().toISOString(), ...figures };
        results.push(result);
        appendFileSync(RESULTS, `${JSON.stringify(result)}\n`);
        console.log(`${jobs.length - done} ${how.name} ${n}: ${id}`, brief(figures));
      } catch (error) {
        // A page that is stuck for a minute is a result. It goes on with a new browser.
        const result = { subject: id, visit: how.name, build: buildOf(subjects[id]), at: new Date().toISOString(), failed: error.message };
        results.push(result);
        appendFileSync(RESULTS, `${JSON.stringify(result)}\n`);
        console.error(`${how.name} of ${id}: ${error.message}`);
        await browser.cleanup();
        browser = await open('chromium');
      }
    }
  } finally {
    await browser.cleanup();
    site.close();
  }
}

function brief(figures) {
  return Object.entries(figures).filter(([, value]) => typeof value === 'number').map(([name, value]) => `${name} ${Math.round(value * 10) / 10}`).join(', ');
}
