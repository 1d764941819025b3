// What the types of stitching refuse.
import { init } from 'firsthand';
import { stitch } from 'firsthand/server';

const track = init({ key: 'k', endpoint: '/e' });

export const wrong = async () => {
  const bundle = await track.stitch();
  // @ts-expect-error there may be none
  bundle.flat();
  // @ts-expect-error the file may not be there yet
  track.stitch.flat();
  // @ts-expect-error a name of no option
  stitch('', { presnt: false });
  // @ts-expect-error true or false
  stitch('', { present: 'no' });
  // @ts-expect-error of a refusal there is no bundle
  return stitch('').bundle.anonymousId;
};
