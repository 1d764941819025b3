// What happens, on the console: a line each, which opens.
import { attempt } from './attempt.js';
import { callText, refusedText, some, titleOf } from './words.js';

// A name of the page's own may have a % in it, so texts are never the format.
const FORMAT = '%cfirsthand%c  %s';
const STYLES = ['color: #388a75; font-weight: 600', 'font-weight: 400'];

// What the page has decided, and is no mistake of the call.
const MEANT = /^(no_consent|sampled_out|middleware)$/;

// Lines a second. More nobody reads; and a page that tracks what its console is
// told would never come to an end. By a timer, not by the clock: such a page leaves
// no task to others.
const MOST = 200;
let lines = 0;

const renew = () => {
  const left = lines - MOST;
  lines = 0;
  if (left > 0) print('info', `${some(left, 'line')} left out`);
};

const print = (how, text, ...details) => {
  if (!lines) setTimeout(() => attempt(renew), 1000);
  if (++lines > MOST) return;
  console[how](FORMAT, ...STYLES, text, ...details);
  return true;
};

export const log = {
  say: (text) => print('info', text),

  event(event, number) {
    if (!print('groupCollapsed', `${event.type}  ${titleOf(event)}  queued${number === undefined ? '' : ` #${number}`}`)) return;
    console.log(event);
    console.groupEnd();
  },

  /** A warning has the stack with it: where the call was made. */
  dropped({ reason, type, args, event }, global) {
    const call = args ? ` Call: ${callText(type, args, global)}` : ` ${type || ''}`;
    print(MEANT.test(reason) ? 'info' : 'warn', refusedText(reason) + call.trimEnd(), ...(args || (event ? [event] : [])));
  },

  answered: ({ done, text }) => print(done ? 'info' : 'warn', text),
};
