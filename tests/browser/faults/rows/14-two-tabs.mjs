export default {
  number: 14,
  order: 31,
  name: 'Two tabs track at once, collector up',
  expect: 'all live',
  run: async ({ visit, track }) => {
    const tabs = [await visit(), await visit()];
    await Promise.all([0, 1, 2, 3].flatMap(() => tabs.map((tab) => track(tab, 25))));
  },
};
