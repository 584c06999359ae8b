// Reads the patches of test/mutate/patches: each takes one guard out of the code. `npm run mutate` shows that a test
// notices, `npm run check` that each still fits the code.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../worker/dev/install.mjs';

/**
 * @typedef {{ find: string, put: string }} Hunk
 * @typedef {object} Patch
 * @property {string} name
 * @property {string} area the name of its file of patches
 * @property {string} guard what no longer holds with the patch, in one sentence
 * @property {string} file
 * @property {string[]} tests words: the test files whose path contains one of them must notice
 * @property {Verdict['is']} expects `killed`, but for the patches that test the runner itself
 * @property {Hunk[]} hunks
 */

/** @typedef {{ is: 'killed' | 'survived' | 'broken', by: string }} Verdict `broken`: nobody knows, for the code did not run */

const FOLDER = join(ROOT, 'test', 'mutate', 'patches');

/** All patches, in the order of their files. @returns {Patch[]} */
export function readPatches() {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));
  return names.sort().flatMap((name) => {
    const area = name.replace('.txt', '');
    return parsePatches(readFileSync(join(FOLDER, name), 'utf8'), area);
  });
}

/**
 * Patches are separated by empty lines. A line that begins with `#` is a comment, one with `-` a line to find, one with
 * `+` a line to put in its place. The first line to find may be the end of a line, the last one the beginning.
 * @param {string} text
 * @param {string} area
 * @returns {Patch[]}
 */
export function parsePatches(text, area) {
  const blocks = text.replace(/^#.*\n/gm, '').split(/\n{2,}/);
  return blocks.filter((block) => block.trim() !== '').map((block) => parsePatch(block, area));
}

/** @param {string} block @param {string} area @returns {Patch} */
function parsePatch(block, area) {
  const lines = block.split('\n').filter((line) => line !== '');
  /** @param {string} key */
  const field = (key) => {
    const line = lines.find((each) => each.startsWith(`${key}: `));
    return line?.slice(key.length + 2).trim() ?? '';
  };
  return {
    name: field('patch'),
    area,
    guard: field('guard'),
    file: field('file'),
    tests: field('tests').match(/\S+/g) ?? [],
    expects: /** @type {Verdict['is']} */ (field('expects') || 'killed'),
    hunks: parseHunks(lines.filter((line) => /^[-+]/.test(line))),
  };
}

/** @param {string[]} lines @returns {Hunk[]} */
function parseHunks(lines) {
  /** @type {{ find: string[], put: string[] }[]} */
  const hunks = [];
  let before = '+';
  for (const line of lines) {
    if (line.startsWith('-') && before === '+') hunks.push({ find: [], put: [] });
    before = line.slice(0, 1);
    const hunk = hunks.at(-1);
    if (before === '-') hunk?.find.push(line.slice(1));
    else hunk?.put.push(line.slice(1));
  }
  return hunks.map(({ find, put }) => ({ find: find.join('\n'), put: put.join('\n') }));
}

/**
 * The text of a patch's file with the patch.
 * @param {Patch} patch
 * @param {string} text
 * @throws when a text to find is not there exactly once
 */
export function apply({ name, file, hunks }, text) {
  if (hunks.length === 0) throw new Error(`${name}: it changes nothing.`);
  return hunks.reduce((patched, { find, put }) => {
    const parts = patched.split(find);
    if (find !== '' && parts.length === 2) return parts.join(put);
    throw new Error(`${name}: found ${parts.length - 1} times in ${file}, not once:\n${find}`);
  }, text);
}

/** The test files of workerd whose path contains one of the words. @param {string[]} words */
export function testFiles(words) {
  return TEST_FILES.filter((path) => words.some((word) => path.includes(word)));
}

const TEST_FILES = ['test/unit', 'test/integration']
  .flatMap((folder) => {
    const paths = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
    return paths.map((path) => `${folder}/${path.replaceAll('\\', '/')}`);
  })
  .filter((path) => /\.test\.tsx?$/.test(path));
