// What happens, on the console: a line each, which opens.
import { callText, refusedText, titleOf } from './words.js';

// A name of the page's own may have a % in it, so texts are never the format.
const FORMAT = '%cfirsthand%c  %s';
const STYLES = ['color: #388a75; font-weight: 600', 'font-weight: 400'];

// What the page has decided, and is no mistake of the call.
const MEANT = /^(no_consent|sampled_out|middleware)$/;

const say = (text, how = 'info') => console[how](FORMAT, ...STYLES, text);

export const log = {
  say,

  event(event, number) {
    console.groupCollapsed(FORMAT, ...STYLES, `${event.type}  ${titleOf(event)}  queued${number === undefined ? '' : ` #${number}`}`);
    console.log(event);
    console.groupEnd();
  },

  /** A warning has the stack with it: where the call was made. */
  dropped({ reason, type, args, event }, global) {
    const call = args ? ` Call: ${callText(type, args, global)}` : ` ${type || ''}`;
    console[MEANT.test(reason) ? 'info' : 'warn'](FORMAT, ...STYLES, refusedText(reason) + call.trimEnd(), ...(args || (event ? [event] : [])));
  },

  answered: ({ done, text }) => say(text, done ? 'info' : 'warn'),
};
