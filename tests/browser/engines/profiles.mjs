// Temporary browser profiles: made under os.tmpdir(), removed at the latest
// when the test process ends.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { killOwned } from './processes.mjs';

const made = new Set();
let guarded = false;

/** A new empty directory. */
export function makeProfile(engine) {
  if (!guarded) process.once('exit', removeAll);
  guarded = true;
  const prefix = path.join(os.tmpdir(), `firsthand-${engine}-`);
  const profile = fs.mkdtempSync(prefix);
  made.add(profile);
  return profile;
}

/**
 * The environment in which a browser keeps to its profile: each of the three
 * writes caches and settings to its user's home besides.
 */
export function confined(profile) {
  return {
    HOME: profile,
    XDG_CACHE_HOME: `${profile}/.cache`, // Mesa wouldn't look at HOME
    XDG_CONFIG_HOME: `${profile}/.config`,
    XDG_DATA_HOME: `${profile}/.local/share`,
  };
}

/** Removes a profile, whoever made it. */
export function removeProfile(profile) {
  // Retries: the kernel may still be closing the files of a killed browser.
  fs.rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
  made.delete(profile);
}

function removeAll() {
  killOwned();
  for (const profile of made) removeProfile(profile);
}
