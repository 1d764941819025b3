// What is played of <video> and <audio>.
import { on } from './on.js';

const MARKS = [25, 50, 75];

export const media = (track) => {
  const states = new WeakMap(); // by element: its source, and the marks it has reached
  return on('play pause timeupdate ended', ({ type, target }) => {
    const { localName, currentSrc, currentTime, duration, loop, muted, ended, title, id } = target;
    // One that is there for the looks of the page is not watched.
    if (loop && muted) return;
    let state = states.get(target);
    if (!state || state.source !== currentSrc) {
      if (type !== 'play') return;
      states.set(target, (state = { source: currentSrc, mark: 0 }));
    }
    const tell = (what, percent) =>
      track(`${localName === 'audio' ? 'Audio' : 'Video'} ${what}`, {
        position: Math.round(currentTime),
        total_length: Math.round(duration) || undefined,
        percent,
        title: title || target.getAttribute('aria-label') || undefined,
        content_asset_id: id || undefined,
        url: currentSrc.split(/[?#]/)[0],
      });
    const percent = (currentTime / duration) * 100;
    if (type === 'play') {
      tell(state.isPaused ? 'Playback Resumed' : 'Playback Started');
      state.isPaused = 0;
    } else if (type === 'ended') {
      tell('Playback Completed', 100);
      states.delete(target);
    } else if (type === 'pause') {
      if (ended || state.isPaused) return;
      state.isPaused = 1;
      tell('Playback Paused');
    } else
      for (const mark of MARKS)
        if (mark > state.mark && percent >= mark) {
          state.mark = mark;
          tell('Content Playing', mark);
        }
  });
};
