// Clicks again and again at one place, and clicks that nothing follows.
import { atEnd, capture, on } from './capture.js';
import { aboutElement, onClick } from './element.js';
import { onRoute } from './routes.js';

const RAGE = 3; // clicks, each so soon after and so near to the one before
const RAGE_MS = 1000;
const RAGE_PX = 30;
const DEAD_MS = 3000; // for anything to happen

// What does nothing by itself: links lead elsewhere, fields show what they are told.
const BUTTONS = 'button,[type=button],a:not([href]),[role=button],[onclick]';

export const frustration = capture((track) => {
  let last = {};
  let count;
  let isQuiet; // nothing has happened since the button went down
  let timer;
  const calm = () => {
    isQuiet = 0;
    clearTimeout(timer);
    changes.disconnect();
  };
  const changes = new MutationObserver(calm);
  atEnd(calm);

  on('scroll submit input visibilitychange toggle play pause copy fullscreenchange', calm);
  onRoute(calm);
  // The button itself takes the focus, from another, before the click.
  on('focus blur', () => clearTimeout(timer));
  // Menus open at once, before the click.
  on('pointerdown', () => {
    calm();
    isQuiet = 1;
    changes.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  onClick(BUTTONS, (button) => {
    if (!isQuiet) return;
    const about = aboutElement(button);
    timer = setTimeout(() => {
      calm();
      track('Dead Clicked', about);
    }, DEAD_MS);
  });
  // Fields are clicked into; of the keyboard's clicks detail is 0.
  onClick(':not(input,select,textarea)', (element, event) => {
    const { detail, timeStamp, clientX, clientY } = event;
    const isNear = Math.hypot(clientX - last.clientX, clientY - last.clientY) < RAGE_PX;
    count = isNear && timeStamp - last.timeStamp < RAGE_MS ? count + 1 : 1;
    last = event;
    // Three clicks on a text select it.
    if (count === RAGE && detail && getSelection().isCollapsed) track('Rage Clicked', { ...aboutElement(element), click_count: count });
  });
});
