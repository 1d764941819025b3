// A tab is closed a moment after the last calls; other tabs stay open.
export default {
  number: 1,
  order: 1,
  name: 'Tab closed 30 ms after the calls',
  expect: 'all live: what is not yet sent goes by a beacon',
  repeats: 20,
  run: async ({ visit, track, pause, gone, proof }) => {
    await visit('/other');
    const page = await visit();
    await track(page);
    await pause(30);
    await page.close();
    proof(await gone(page), 'the tab still answers');
  },
};
