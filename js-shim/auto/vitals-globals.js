// web-vitals has no way to end it. The build binds the globals that it listens by
// to these, which remember what there is to undo; the library itself is as it came.
const undos = [];
const { PerformanceObserver: Observer } = globalThis;

const listen = (type, listener, options) => {
  window.addEventListener(type, listener, options);
  undos.push(() => window.removeEventListener(type, listener, options));
};

const Remembered = Observer && class extends Observer {
  constructor(callback) {
    super(callback);
    undos.push(() => this.disconnect());
  }
};

export { listen as addEventListener, Remembered as PerformanceObserver };

/** Ends all that was begun. */
export const release = () => {
  for (const undo of undos.splice(0)) undo();
};
