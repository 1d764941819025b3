// web-vitals has no way to end it. The build binds the globals that it listens by
// to these, which remember what there is to undo; the library itself is as it came.
const undos = [];
let isOver; // what the library has put off begins nothing more
const { PerformanceObserver: Observer } = globalThis;

const listen = (type, listener, options) => {
  if (isOver) return;
  window.addEventListener(type, listener, options);
  undos.push(() => window.removeEventListener(type, listener, options));
};

const Remembered = Observer && class extends Observer {
  observe(options) {
    if (isOver) return;
    super.observe(options);
    undos.push(() => this.disconnect());
  }
};

export { listen as addEventListener, Remembered as PerformanceObserver };

/** Ends all that was begun, for this document's life. */
export const release = () => {
  isOver = true;
  for (const undo of undos.splice(0)) undo();
};
