/** The debugger as a plugin: `track.use(debug)` shows console lines and the panel. */
export const debug: {
  name: 'debug';
  load(track: any, agent?: any): void;
};
