// Profiles for Firefox: quiet, and warm.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { makeProfile } from './profiles.mjs';

// Firefox's own errands would disturb timings and reach for the network.
const QUIET = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  'browser.newtabpage.enabled': false,
  'browser.region.network.url': '',
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.safebrowsing.update.enabled': false,
  'browser.search.update': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'browser.startup.page': 0,
  'browser.topsites.contile.enabled': false,
  'datareporting.healthreport.uploadEnabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.push.connection.enabled': false,
  'extensions.getAddons.cache.enabled': false,
  'extensions.systemAddon.update.enabled': false,
  'extensions.update.enabled': false,
  'media.gmp-manager.updateEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,nothing',
  'toolkit.telemetry.enabled': false,
  'toolkit.telemetry.server': '',
};

const PREFS = {
  ...QUIET,
  'marionette.port': 0, // any free one
  // A window closes without a question, and without a session to restore.
  'browser.sessionstore.resume_from_crash': false,
  'browser.tabs.warnOnClose': false,
  'browser.warnOnQuit': false,
  'toolkit.startup.max_resumed_crashes': -1, // no safe mode after kill()
  // Processes started in advance cost more here than they save.
  'dom.ipc.processPrelaunch.enabled': false,
};

/** Writes the preferences that this harness needs, and `extra` over them. */
export function writePrefs(profile, extra) {
  const lines = Object.entries({ ...PREFS, ...extra }).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  fs.writeFileSync(path.join(profile, 'user.js'), lines.join(''));
}

/**
 * Fills an empty profile with a copy of one that Firefox has used once, which
 * has its script caches: up in 1.1 s instead of 2.4 s.
 *
 * The warm one lies in the temporary directory, for the next test process too;
 * its name tells the binary and PREFS, so that a change makes a new one.
 *
 * @param {(profile: string) => Promise<void>} warmUp starts and ends a browser
 */
export async function fill(profile, binary, warmUp) {
  if (fs.readdirSync(profile).length > 0) return;
  const warm = path.join(os.tmpdir(), `firsthand-warm-firefox-${identity(binary)}`);
  if (!fs.existsSync(warm)) await makeWarm(warm, warmUp);
  fs.cpSync(warm, profile, { recursive: true });
}

async function makeWarm(warm, warmUp) {
  const profile = makeProfile('firefox');
  await warmUp(profile);
  try {
    fs.renameSync(profile, warm);
  } catch (error) {
    // Another test process was quicker: its profile is as good.
    if (!['ENOTEMPTY', 'EEXIST'].includes(error.code)) throw error;
  }
}

function identity(binary) {
  const file = fs.realpathSync(binary);
  const { size, mtimeMs } = fs.statSync(file);
  const facts = JSON.stringify([os.userInfo().uid, file, size, mtimeMs, PREFS]);
  return createHash('sha256').update(facts).digest('hex').slice(0, 16);
}
