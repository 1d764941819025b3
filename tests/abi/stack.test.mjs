// How deep the module's stack can get, of the shipped bytes: each function's frame is in
// its prologue, who calls whom in its calls (there is no table, so no other), and
// recursion goes no deeper than FH_MAX_DEPTH. So no input reaches the end of the stack.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const read = (file) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
// Beyond the root of a tree, and what is asked for behind its last level.
const DEEPEST = Number(read('src/limits.h').match(/#define FH_MAX_DEPTH (\d+)/)[1]) + 2;
const FRAME = /\(global\.set \$global\$0\s+\(local\.tee \$\d+\s+\(i32\.sub\s+\(global\.get \$global\$0\)\s+\(i32\.const (\d+)\)/;

const path = (file) => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const modules = ['dist/firsthand.wasm', 'build/dialects/amplitude+snowplow+posthog+relatives/firsthand.wasm'];

for (const module of modules.filter((file) => existsSync(path(file)))) {
  const text = execFileSync('wasm-dis', [path(module)], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const stack = Number(text.match(/\(global \$global\$0 \(mut i32\) \(i32\.const (\d+)\)\)/)[1]);
  const functions = new Map(
    text.split(/^ \(func /m).slice(1).map((body) => [
      body.match(/^\$(\S+?)[\s)]/)[1],
      { frame: Number(body.match(FRAME)?.[1] ?? 0), usesStack: body.includes('(global.set $global$0'), calls: [...new Set([...body.matchAll(/\(call \$(\S+?)[\s)]/g)].map(([, to]) => to))] },
    ]),
  );

  // Strongly connected components (Tarjan), callees first.
  const components = () => {
    const found = [];
    const index = new Map();
    const low = new Map();
    const open = [];
    const visit = (name) => {
      index.set(name, index.size);
      low.set(name, index.get(name));
      open.push(name);
      for (const to of functions.get(name).calls) {
        if (!index.has(to)) visit(to);
        if (open.includes(to)) low.set(name, Math.min(low.get(name), low.get(to)));
      }
      if (low.get(name) === index.get(name)) found.push(open.splice(open.indexOf(name)));
    };
    for (const name of functions.keys()) if (!index.has(name)) visit(name);
    return found;
  };

  const depths = () => {
    const depth = new Map();
    const cycles = [];
    for (const members of components()) {
      const isCycle = members.length > 1 || functions.get(members[0]).calls.includes(members[0]);
      const frames = members.reduce((sum, name) => sum + functions.get(name).frame, 0);
      const below = Math.max(0, ...members.flatMap((name) => functions.get(name).calls).map((to) => depth.get(to) ?? 0));
      if (isCycle) cycles.push({ members, frames });
      for (const name of members) depth.set(name, frames * (isCycle ? DEEPEST : 1) + below);
    }
    return { most: Math.max(...depth.values()), cycles };
  };

  test(`${module}: every frame is known`, () => {
    assert.doesNotMatch(text, /call_indirect|\(table /);
    for (const [name, { frame, usesStack }] of functions) assert.equal(frame > 0, usesStack, name);
  });

  test(`${module}: the deepest chain of calls leaves an eighth of the stack, with any nesting that is let in`, (t) => {
    const { most, cycles } = depths();
    t.diagnostic(`${most} of ${stack} bytes at most; ${cycles.map(({ members, frames }) => `${members.length} functions of ${frames} bytes recur`).join(', ')}`);
    assert.ok(most <= (stack * 7) / 8, `${most} of ${stack}`);
  });
}
