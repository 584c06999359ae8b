// A child process of test/mutate/run.mjs, in a copy of the work tree: puts a patch into a file, runs the tests of its room,
// takes the patch out again. One vitest serves all patches, so that only what was patched is loaded anew.

import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { createVitest } from 'vitest/node';

/** @typedef {import('./patches.mjs').Verdict} Verdict */
/** @typedef {{ file: string, text: string } | null} Change */

const vitest = await createVitest('test', {
  project: ['workerd'],
  watch: false,
  bail: 1,
  maxWorkers: 1,
  reporters: [{}],
  // it is shared with the real work tree, and may keep the code of a patch for the text without it
  fsModuleCache: false,
});

process.on('message', async (message) => {
  const { change, tests } = /** @type {{ change: Change, tests: string[] }} */ (message);
  process.send?.(await withChange(change, () => run(tests)));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

/**
 * @param {Change} change
 * @param {() => Promise<Verdict>} work
 * @returns {Promise<Verdict>}
 */
async function withChange(change, work) {
  if (change === null) return work();
  const path = resolve(change.file);
  const original = readFileSync(path, 'utf8');
  try {
    writeFileSync(path, change.text);
    vitest.invalidateFile(path);
    return await work();
  } finally {
    writeFileSync(path, original);
    vitest.invalidateFile(path);
  }
}

/** What says that the code did not run, or did not end, rather than that it answered something else. */
const BROKEN =
  /SyntaxError|ReferenceError|is not defined|is not a function|Test timed out|SQLITE_ERROR(?!: UNIQUE)/;

/**
 * A failed test counts only if every test file was loaded, and if the failure does not come from code that cannot run.
 * @param {string[]} words
 * @returns {Promise<Verdict>}
 */
async function run(words) {
  const specifications = await vitest.globTestSpecifications(words);
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
  // vitest remembers the files of earlier runs as well
  const ofRoom = new Set(specifications.map(({ moduleId }) => moduleId));
  const modules = testModules.filter(({ moduleId }) => ofRoom.has(moduleId));
  const [notLoaded] = [...modules.flatMap((module) => module.errors()), ...unhandledErrors];
  const failed = modules.flatMap((module) => [...module.children.allTests('failed')]);
  const failures = failed.flatMap((test) => test.result().errors ?? []).map(wordsOf);
  const fault =
    notLoaded === undefined ? failures.find((words) => BROKEN.test(words)) : wordsOf(notLoaded);
  if (fault !== undefined) return { is: 'broken', by: shortened(fault) };
  const [first] = failed;
  if (first !== undefined) {
    return { is: 'killed', by: `${first.module.relativeModuleId}: ${first.fullName}` };
  }
  const isFailed = modules.some((module) => module.state() === 'failed');
  return isFailed ? { is: 'broken', by: 'a hook failed' } : { is: 'survived', by: words.join(' ') };
}

/** @param {unknown} error */
function wordsOf(error) {
  const { name = '', message = String(error) } = /** @type {Partial<Error>} */ (error ?? {});
  return stripVTControlCharacters(`${name}: ${message}`);
}

/** @param {string} words */
function shortened(words) {
  return words.split('\n').slice(0, 3).join(' ').slice(0, 300);
}
