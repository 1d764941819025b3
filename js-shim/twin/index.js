// The core for pages that refuse WebAssembly: a policy without 'wasm-unsafe-eval', or a
// browser in a mode of greater safety. The same module, made JavaScript by wasm2js; of
// the same calls come the same bytes. A plugin, and the agent loads it by itself.
import { instantiate } from '../../build/wasm/twin.mjs';

export const twin = { name: 'twin', load: (_, agent) => agent.start() || agent.start(undefined, instantiate) };
