// The agent as a module. Importing it touches neither window nor document, so
// that a server may do it.
export { createTrack as init } from './agent.js';
