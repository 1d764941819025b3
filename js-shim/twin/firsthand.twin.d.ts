// Types of firsthand/twin.
import type { Plugin } from './firsthand.js';

/**
 * The core as JavaScript, for pages that refuse WebAssembly. The script tag's agent
 * loads it by itself; who bundles the agent says `track.use(twin)` before the first call.
 * Where WebAssembly runs, it is not used.
 */
export declare const twin: Plugin;
