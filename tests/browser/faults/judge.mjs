// What a repeat is measured by: what its row expects, and nothing else.
//
// A row may say, beside `expect` in words:
//   liveExpected  'all' (left out), 'some', 'none', or a function of the result that
//     says so: what the page itself delivers
//   mayLose(result): missing events are measured, not asked for
//   holds(result): true, or a sentence of what is wrong
//   ends: its browser serves no further repeat
//   alone: no other row runs beside it
//   todo: known not to work; reported, not gating

/** Sentences: what this repeat falls short of. */
export function shortfalls(result, row) {
  const { valid, why, due, liveDue, missing, storeDouble } = result;
  if (!valid) return [why];
  const all = [];
  if (storeDouble) all.push(`${storeDouble} doubled in the store`);
  if (missing && !row.mayLose?.(result)) all.push(`${missing} of ${due} missing after the next visit`);
  const { liveExpected = 'all' } = row;
  const wanted = typeof liveExpected === 'function' ? liveExpected(result) : liveExpected;
  if (wanted === 'all' && liveDue < due) all.push(`${liveDue} of ${due} live`);
  const holds = row.holds?.({ notes: {}, ...result }) ?? true;
  if (holds !== true) all.push(holds);
  return all;
}

export const passed = (result, row) => shortfalls(result, row).length === 0;
