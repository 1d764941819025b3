// What is played of <video> and <audio>.
import { capture, on } from './capture.js';
import { attributeOf } from './element.js';

const MARKS = [75, 50, 25];

export const media = capture((track) => {
  const states = new WeakMap(); // by element: its source, and the last mark it has reached
  on('play pause timeupdate ended', ({ type, target }) => {
    const { localName, currentSrc, currentTime, duration } = target;
    // One that is there for the looks of the page is not watched.
    if (target.loop && target.muted) return;
    let state = states.get(target);
    const tell = (what, percent) =>
      track(`${localName === 'audio' ? 'Audio' : 'Video'} ${what}`, {
        position: Math.round(currentTime),
        total_length: Math.round(duration),
        percent,
        title: attributeOf(target, 'title') || attributeOf(target, 'aria-label'),
        content_asset_id: attributeOf(target, 'id'),
        url: currentSrc.split(/[?#]/)[0],
      });
    if (type === 'play') {
      const isNew = state?.source !== currentSrc;
      if (isNew) states.set(target, { source: currentSrc, mark: 0 });
      tell(isNew ? 'Playback Started' : 'Playback Resumed');
    } else if (type === 'ended') {
      states.delete(target);
      tell('Playback Completed', 100);
    } else if (type === 'pause') {
      if (!target.ended) tell('Playback Paused');
    } else {
      const mark = MARKS.find((each) => currentTime >= (duration * each) / 100);
      if (mark > state?.mark) tell('Content Playing', (state.mark = mark));
    }
  });
});
