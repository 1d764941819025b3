// A 200 with a page in it, as a hotel's network gives.
export default {
  number: 30,
  order: 7,
  name: 'Captive portal answers 200 with HTML',
  expect: 'not taken for an acknowledgement: all live once the portal is gone',
  liveMs: 30_000,
  run: async ({ site, visit, track, until, proof }) => {
    site.mode('portal');
    const page = await visit();
    await track(page);
    await until(() => site.posts.some(({ status }) => status === 200), { what: 'an answer of the portal' });
    proof(site.stored().length === 0, 'it went past the portal');
    site.mode('ok');
  },
};
