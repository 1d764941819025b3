// The drivers that the kit is tested with, on the browsers that this machine has.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { installed } from '../browser/engines/index.mjs';

const require = createRequire(new URL('../../build/drivers/package.json', import.meta.url));
const load = async (name) => (await import(pathToFileURL(require.resolve(name)).href)).default;

export const CHROMIUM = {
  executablePath: process.env.CHROMIUM ?? '/usr/lib/chromium/chromium',
  args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
};
const FIREFOX = { ...CHROMIUM, browser: 'firefox', executablePath: process.env.FIREFOX ?? '/usr/lib/firefox-esr/firefox-esr', args: [] };

const playwright = async () => (await load('playwright-core')).chromium;

const withPuppeteer = async (options) => {
  const browser = await (await load('puppeteer-core')).launch(options);
  return {
    page: async ({ bypassCSP = false } = {}) => {
      const page = await browser.newPage();
      if (bypassCSP) await page.setBypassCSP(true);
      return { page, target: page, close: async () => void (page.isClosed() || (await page.close())) };
    },
    close: () => browser.close(),
  };
};

// page({ bypassCSP }) resolves with { page, target, close }; target is what capture() is given.
const DRIVERS = {
  'Playwright, Chromium': {
    engine: 'chromium',
    popups: true, // are captured from their first document on
    open: async (...args) => {
      const browser = await (await playwright()).launch({ ...CHROMIUM, args: [...CHROMIUM.args, ...args] });
      return {
        page: async (options) => {
          const target = await browser.newContext(options);
          return { page: await target.newPage(), target, close: () => target.close() };
        },
        close: () => browser.close(),
      };
    },
  },
  'Puppeteer, Chromium': { engine: 'chromium', open: () => withPuppeteer(CHROMIUM) },
  'Puppeteer, Firefox': { engine: 'firefox', open: () => withPuppeteer(FIREFOX) },
};

const skipped = (engine) => {
  if (!existsSync(new URL('../../build/drivers/node_modules', import.meta.url))) return 'make test installs the drivers';
  return installed(engine) ? false : `${engine} is not installed`;
};

/** [name, { engine, open, popups, skip }] of each; ENGINES=chromium,firefox says which browsers. */
export const drivers = Object.entries(DRIVERS)
  .filter(([, { engine }]) => (process.env.ENGINES ?? 'chromium,firefox').split(',').includes(engine))
  .map(([name, driver]) => [name, { ...driver, skip: skipped(driver.engine) }]);
