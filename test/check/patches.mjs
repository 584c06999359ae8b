import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { ROOT } from '../../worker/dev/install.mjs';
import { apply, parsePatches, readPatches, testFiles } from '../mutate/patches.mjs';

/** @typedef {import('../mutate/patches.mjs').Patch} Patch */

/** Every patch of `npm run mutate` still fits the code: otherwise its guard would be held by nothing but habit. */
export function checkPatches() {
  const patches = readPatches();
  const names = patches.map(({ name }) => name);
  const doubles = names.filter((name, index) => names.indexOf(name) !== index);
  const faults = [
    ...patches.flatMap(faultsOf),
    ...doubles.map((name) => `${name}: two patches have this name.`),
    ...missed(),
  ];
  return { ok: faults.length === 0, output: faults.join('\n'), note: `${patches.length} patches` };
}

/** @param {Patch} patch @returns {string[]} */
function faultsOf(patch) {
  const { name, guard, file, tests, expects } = patch;
  const faults = tests
    .filter((word) => testFiles([word]).length === 0)
    .map((word) => `${name}: no test file has ${word} in its path.`);
  if (name === '' || guard === '') faults.push(`${name}: name and guard must be there.`);
  if (tests.length === 0) faults.push(`${name}: it names no tests.`);
  if (!existsSync(join(ROOT, file))) return [...faults, `${name}: ${file} is not there.`];
  try {
    const text = apply(patch, readFileSync(join(ROOT, file), 'utf8'));
    if (expects !== 'broken') transformSync(text, { loader: 'tsx', logLevel: 'silent' });
  } catch (error) {
    faults.push(error instanceof Error ? `${name}: ${error.message}` : String(error));
  }
  return faults;
}

/** Patches that are wrong, for the check to notice. */
const WRONG = `
patch: text-not-there
guard: -
file: package.json
tests: unit/slug
-no file has this text
+nor this

patch: text-there-twice
guard: -
file: package.json
tests: unit/slug
-node test/
+node

patch: tests-not-there
guard: -
file: package.json
tests: unit/nothing-of-this-name
-"name": "latchkey"
+"name": "keylatch"

patch: does-not-parse
guard: -
file: worker/values/duration.ts
tests: unit/slug
-export function seconds
+export function 1seconds
`;

/** The check of the check. @returns {string[]} */
function missed() {
  return parsePatches(WRONG, 'wrong')
    .filter((patch) => faultsOf(patch).length === 0)
    .map(({ name }) => `The check of patches misses the one that is wrong: ${name}.`);
}
