// The agent as a module. Importing it touches neither window nor document, so
// that a server may do it; init there gives a track that does nothing.
import { createTrack } from './agent.js';
import { createInert } from './inert.js';

export const init = (options) => (typeof document === 'undefined' ? createInert() : createTrack(options));
