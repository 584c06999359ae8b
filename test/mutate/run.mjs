// `npm run mutate`: takes one guard after the other out of the code, and fails if the tests of its room don't notice.
//
//   npm run mutate               all patches of test/mutate/patches
//   npm run mutate -- sessions   those with "sessions" in the name, the file or the name of the list
//   npm run mutate -- --jobs=1   one at a time; usually as many side by side as there are cores
//
// The work tree is not touched: each job works in a copy.

import { fork } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fail, install, ROOT } from '../../worker/dev/install.mjs';
import { TOOL_ENV } from '../check/tool.mjs';
import { apply, readPatches, testFiles } from './patches.mjs';

/** @typedef {import('./patches.mjs').Patch} Patch */
/** @typedef {import('./patches.mjs').Verdict} Verdict */
/** @typedef {(change: import('./room.mjs').Change, tests: string[]) => Promise<Verdict>} Room */

/** What a copy of the work tree needs not. */
const LEFT_OUT = ['node_modules', '.git', '.wrangler', 'dist'];

const node = install();
const { patches, jobs } = readArguments(process.argv.slice(2));
const changes = patches.map((patch) => ({ ...patch, text: patched(patch) }));
const copies = mkdtempSync(join(tmpdir(), 'latchkey-mutate-'));
process.on('exit', () => rmSync(copies, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
const started = performance.now();
const rooms = await Promise.all(Array.from({ length: jobs }, (_, index) => openRoom(index)));

await expectGreen();
let unexpected = 0;
await inRooms(changes, async ({ name, guard, file, text, tests, expects }, room) => {
  const began = performance.now();
  const { is, by } = await room({ file, text }, tests);
  const isExpected = is === expects;
  if (!isExpected) unexpected += 1;
  const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(5);
  console.log(`${(isExpected ? is : is.toUpperCase()).padEnd(8)} ${seconds} s  ${name} <- ${by}`);
  if (!isExpected) console.log(`\n  ${guard}\n  ${file}; it should be ${expects} by ${tests}\n`);
});
const minutes = ((performance.now() - started) / 60_000).toFixed(1);
console.log(
  `\nMutants: ${changes.length - unexpected} as expected, ${unexpected} not (${minutes} min)`,
);
process.exit(unexpected === 0 ? 0 : 1);

/** @param {string[]} args */
function readArguments(args) {
  const most = args.find((arg) => arg.startsWith('--jobs='))?.slice('--jobs='.length);
  const [word = ''] = args.filter((arg) => !arg.startsWith('--'));
  const chosen = readPatches().filter(
    ({ name, area, file, expects }) =>
      expects !== 'killed' || [name, area, file].some((text) => text.includes(word)),
  );
  if (chosen.every(({ expects }) => expects !== 'killed')) fail(`No patch has "${word}" in it.`);
  return { patches: chosen, jobs: Math.min(Number(most ?? availableParallelism()), chosen.length) };
}

/** @param {Patch} patch */
function patched(patch) {
  try {
    return apply(patch, readFileSync(join(ROOT, patch.file), 'utf8'));
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Makes a copy of the work tree and a process that runs tests in it.
 * @param {number} index
 * @returns {Promise<Room>}
 */
async function openRoom(index) {
  const copy = join(copies, String(index));
  cpSync(ROOT, copy, {
    recursive: true,
    filter: (path) => !LEFT_OUT.includes(relative(ROOT, path).split(sep)[0] ?? ''),
  });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction');
  const child = fork(join(copy, 'test', 'mutate', 'room.mjs'), {
    cwd: copy,
    execPath: node,
    env: TOOL_ENV,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  process.on('exit', () => child.kill());
  child.on('exit', (code) => fail(`The process that runs the tests ended (${code}).`));
  /** @returns {Promise<any>} */
  const answer = () => new Promise((resolve) => child.once('message', resolve));
  await answer();
  return (change, tests) => {
    child.send({ change, tests });
    return answer();
  };
}

/** Without a patch all rooms must be green: otherwise every patch would count as noticed. */
async function expectGreen() {
  const files = testFiles(changes.flatMap(({ tests }) => tests));
  console.log(`${changes.length} patches; first ${files.length} test files without a patch ...`);
  const shares = rooms.map((_, index) => files.filter((_path, at) => at % rooms.length === index));
  await inRooms(shares, async (share, room) => {
    const { is, by } = await room(null, share);
    if (is !== 'survived') fail(`Without any patch a test fails already (${is}): ${by}`);
  });
}

/**
 * Hands each item to the next room that is free.
 * @template Item
 * @param {Item[]} items
 * @param {(item: Item, room: Room) => Promise<void>} work
 */
async function inRooms(items, work) {
  const waiting = items.values();
  await Promise.all(
    rooms.map(async (room) => {
      for (const item of waiting) await work(item, room);
    }),
  );
}
