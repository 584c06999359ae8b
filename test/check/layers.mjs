// Checks the import rules: layers and packages (layers/table.mjs), no circles, no name that two files export, and one
// writer of a table that has one.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { basename } from 'node:path/posix';
import { ROOT } from '../../worker/dev/install.mjs';
import { readModules } from './layers/modules.mjs';
import { allowance, mayImport, mayUse, PLACES, roomOf } from './layers/rooms.mjs';
import { WRITERS } from './layers/table.mjs';

/** @typedef {import('./layers/modules.mjs').Module} Module */
/** @typedef {import('./layers/modules.mjs').Import} Import */
/** @typedef {import('./layers/rooms.mjs').Room} Room */
/** @typedef {{ path: string, line: number, rule: string, message: string }} Breach `path` is relative to the root */

const TABLE = 'a table of db/schema.ts, and routes or a guard that never import db';
/** Names that more than one file of the worker may export, each with the reason. */
const REPEATED = new Map([
  ['activity', TABLE],
  ['contacts', TABLE],
  ['members', TABLE],
  ['workspaces', TABLE],
]);

/** Checks that no file breaks a rule, and that every place of the table exists. */
export function checkLayers() {
  const gone = [...PLACES, ...WRITERS.values()].filter((place) => !existsSync(join(ROOT, place)));
  const breaches = findBreaches(ROOT);
  const faults = [
    ...gone.map((place) => `test/check/layers/table.mjs names ${place}, which does not exist`),
    ...breaches.map(({ path, line, rule, message }) => `${path}:${line} ${rule}: ${message}`),
  ];
  return { ok: faults.length === 0, output: faults.join('\n') };
}

/**
 * Finds all breaches below a folder that contains worker/, ui/ and test/.
 * @param {string} root
 * @returns {Breach[]}
 */
export function findBreaches(root) {
  const worker = readModules(root, 'worker');
  const ui = readModules(root, 'ui');
  const tests = readModules(root, 'test').filter(({ path }) => !path.includes('/fixture/'));
  return [
    ...[...worker, ...ui].flatMap(findRefused),
    ...worker.flatMap(findForeignWrites),
    ...findCircles([...worker, ...ui, ...tests]),
    ...findRepeated(worker.filter(({ path }) => !path.startsWith('worker/dev/'))),
  ];
}

/**
 * The imports of a file that a rule refuses.
 * @param {Module} module
 * @returns {Breach[]}
 */
function findRefused({ path, imports }) {
  const room = roomOf(path);
  if (room === undefined) {
    return [{ path, line: 1, rule: 'room', message: 'in no room of test/check/layers/table.mjs' }];
  }
  return imports.flatMap((found) => {
    const fault = faultOf(path, room, found);
    return fault === null ? [] : [{ path, line: found.line, ...fault }];
  });
}

/**
 * @param {string} path
 * @param {Room} room
 * @param {Import} found
 */
function faultOf(path, room, { name, target }) {
  const message = `${name} is refused: ${allowance(room)}`;
  if (name === '') return { rule: 'path', message: 'write the path as a plain string' };
  if (target === null) return mayUse(room, name) ? null : { rule: 'package', message };
  if (!mayImport(room, target)) return { rule: 'layer', message };
  if (!isNamesake(path, target)) return null;
  return { rule: 'namesake', message: `${target} has the same name: rename one of the two` };
}

/**
 * Whether an import connects two files of one name in two rooms of the worker. Routes may have the name of their
 * concept.
 * @param {string} path
 * @param {string} target
 */
function isNamesake(path, target) {
  if (/^(?:worker\/routes|ui)\//.test(path) || roomOf(path) === roomOf(target)) return false;
  return basename(path).split('.')[0] === basename(target).split('.')[0];
}

/**
 * Statements that write a table whose writer is another file.
 * @param {Module} module
 * @returns {Breach[]}
 */
function findForeignWrites({ path, writes }) {
  return writes.flatMap(({ table, line }) => {
    const writer = WRITERS.get(table);
    if (writer === undefined || writer === path) return [];
    return [{ path, line, rule: 'writer', message: `only ${writer} writes ${table}` }];
  });
}

/**
 * Imports that lead back to their own file. Imports of types count.
 * @param {Module[]} modules
 * @returns {Breach[]}
 */
function findCircles(modules) {
  const targets = new Map(
    modules.map(({ path, imports }) => [path, imports.flatMap(({ target }) => target ?? [])]),
  );
  return modules.flatMap(({ path, imports }) =>
    imports.flatMap(({ target, line }) => {
      const steps = target === null ? null : findPath(targets, target, path);
      return steps === null
        ? []
        : [{ path, line, rule: 'circle', message: [path, ...steps].join(' -> ') }];
    }),
  );
}

/**
 * The shortest path of imports from a file to another one; null if there is none.
 * @param {Map<string, string[]>} targets
 * @param {string} from
 * @param {string} to
 */
function findPath(targets, from, to) {
  const paths = [[from]];
  const visited = new Set([from]);
  for (const steps of paths) {
    const last = steps.at(-1) ?? '';
    if (last === to) return steps;
    for (const next of (targets.get(last) ?? []).filter((path) => !visited.has(path))) {
      visited.add(next);
      paths.push([...steps, next]);
    }
  }
  return null;
}

/**
 * Names that more than one file exports.
 * @param {Module[]} modules
 * @returns {Breach[]}
 */
function findRepeated(modules) {
  const all = modules.flatMap(({ path, exports }) => exports.map((found) => ({ path, ...found })));
  return all.flatMap(({ path, line, name }) => {
    const others = all.filter((other) => other.name === name && other.path !== path);
    if (others.length === 0 || REPEATED.has(name)) return [];
    const places = others.map((other) => `${other.path}:${other.line}`).join(', ');
    return [{ path, line, rule: 'repeated', message: `${name} also means ${places}: rename one` }];
  });
}
