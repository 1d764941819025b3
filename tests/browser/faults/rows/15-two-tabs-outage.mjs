// Two tabs in an outage, one of them is closed, then the collector is back.
export default {
  number: 15,
  order: 5,
  name: 'Two tabs in an outage, one closed, then up',
  expect: 'all live: the tab that stays delivers for both',
  realTime: 'until the open tab looks for orphans: up to 60 s',
  liveMs: 100_000,
  run: async ({ site, visit, track, until, durable, gone, proof }) => {
    site.mode('reset');
    const [stays, goes] = [await visit(), await visit()];
    await track(stays, 10);
    await track(goes, 10);
    await track(stays, 1);
    await durable(stays);
    await until(() => site.posts.length >= 2, { what: 'a post of each tab' });
    await goes.close();
    proof(await gone(goes), 'the tab still answers');
    proof(site.stored().length === 0, 'there was no outage');
    site.mode('ok');
  },
};
