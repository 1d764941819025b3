// Types of stitching's module build, dist/firsthand.stitch.mjs. Kept by hand. What it
// gives is `Track.stitch` of 'firsthand'; what it reads and does: docs/HYBRID.md.

/** Stitching as a plugin: `track.use(stitch)`. Never throws. */
export const stitch: {
  name: 'stitch';
  load(track: any, agent: any): void;
};
