// Clicks again and again at one place, and clicks that nothing follows.
import { aboutElement, controlOf } from './element.js';
import { all, on } from './on.js';
import { onRoute } from './routes.js';

const RAGE = 3; // clicks, each so soon after and so near to the one before
const RAGE_MS = 1000;
const RAGE_PX = 30;
const DEAD_MS = 3000; // for anything to happen

export const frustration = (track) => {
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
  return all(
    calm,
    // Menus open at once, before the click.
    on('pointerdown', () => {
      calm();
      isQuiet = 1;
      changes.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    }),
    on('click', (event) => {
      const { isTrusted, detail, timeStamp, clientX, clientY, target } = event;
      const control = controlOf(event);
      // Of the keyboard's clicks detail is 0; fields are clicked into, and texts to select them.
      if (!isTrusted || !detail || control === null && target.closest('[data-fh-ignore]')) return;
      const isNear = Math.hypot(clientX - last.clientX, clientY - last.clientY) < RAGE_PX;
      count = isNear && timeStamp - last.timeStamp < RAGE_MS ? count + 1 : 1;
      last = { clientX, clientY, timeStamp };
      if (count === RAGE && getSelection().isCollapsed) track('Rage Clicked', { ...aboutElement(target), click_count: count });
      // Links lead elsewhere, and fields show themselves what they are told.
      if (isQuiet && control && !control.matches('input:not([type=button]),select,textarea,label,summary,a[href]'))
        timer = setTimeout(() => {
          calm();
          track('Dead Clicked', aboutElement(control));
        }, DEAD_MS);
    }),
    on('scroll submit input focus blur visibilitychange pagehide toggle play pause copy beforeprint fullscreenchange', calm),
    onRoute(calm),
  );
};
