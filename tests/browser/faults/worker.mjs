// A worker of pool.mjs: makes one repeat after another, each as it is asked for
// by { row, kase, engine, copy } and answered by its result. A browser serves
// every repeat of its kind, up to an age.
import { runOnce } from './repeat.mjs';
import { loadRows } from './rows.mjs';

const AGE = 25; // repeats

const rows = await loadRows();
let kept = {};
let kind;
let age = 0;

// The exit handlers end the browsers and remove their profiles.
process.on('disconnect', () => process.exit(1));
// A page or a browser that dies under a call must not take the worker along.
process.on('unhandledRejection', (error) => console.error(`(${error?.message})`));

async function letGo() {
  await kept.browser?.cleanup().catch(() => {});
  kept = {};
}

process.on('message', async ({ row: number, kase, engine, copy }) => {
  const row = rows.find((one) => one.number === number);
  const wanted = row.launch ? `${engine} ${number} ${kase}` : engine;
  if (wanted !== kind || age >= AGE) {
    await letGo();
    age = 0;
  }
  kind = wanted;
  age++;
  const result = await runOnce(row, { engine, kase, copy, kept }).catch(async (error) => {
    await letGo();
    return { row: number, case: kase, engine, valid: false, why: error.message.slice(0, 300) };
  });
  process.send(result);
});
