// Types of id sync's module build, dist/firsthand.sync.mjs. Kept by hand. What is synced
// is the option `sync` of 'firsthand'; what it does: docs/SYNC.md.
import type { Plugin } from './firsthand.js';

/** Id sync as a plugin: `track.use(sync)`. Never throws. */
export declare const sync: Plugin;
