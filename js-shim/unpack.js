// The module that build.mjs puts behind a script, as text, becomes bytes again.

let module; // one for all cores of a page

// One character is a byte, for which the browser has functions of its own: a loop takes
// three times as long. Only NUL, which not every tool leaves in a text, is a character
// that hardly occurs otherwise, and that is one which does not. 2 % more than the
// bytes under brotli, where base64 costs 29 %.
const unpack = () => {
  const text = FH_MODULE.replaceAll('FH_RARE', '\0').replaceAll('FH_SPARE', 'FH_RARE');
  const { fromBase64 } = Uint8Array; // Chrome 140, Firefox 133, Safari 18.2
  return fromBase64 ? fromBase64(btoa(text)) : new Uint8Array(text.length).map((_, i) => text.charCodeAt(i));
};

/** Throws where WebAssembly is refused. */
export const compile = () => (module ||= new WebAssembly.Module(unpack()));

let coming;
const bring = async () => (module ||= await WebAssembly.compile(unpack()));

/** Does so beside the page, for later; rejects where `compile` would throw. */
export const prepare = () => (coming ||= bring());
