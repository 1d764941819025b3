// The agent in two files: the script, and the module beside it, compiled while it comes
// (firsthand.wasm). Until then the snippet's stub keeps the calls.
import { before } from './before.js';
import '../snippet.js';
import { begin } from '../tag.js';
import { keep } from './streamed.js';

const { currentScript } = document;
const { src, dataset, nonce } = currentScript;
const { global: name = 'track' } = dataset;
if (name !== 'track' && !before) {
  self[name] ||= self.track;
  delete self.track;
}

const whole = async (answer) => WebAssembly.compile(await answer.arrayBuffer());
const bring = async () => {
  const answer = await fetch(src.replace(/firsthand\.split(\.min)?\.js.*/, 'firsthand.wasm'));
  // A server that does not know the type application/wasm.
  return WebAssembly.compileStreaming(answer.clone()).catch(() => whole(answer));
};
// Where it does not come there is the twin.
bring().then(keep, () => {}).then(() => begin({ dataset, nonce, src: src.replace('.split', '') }));
