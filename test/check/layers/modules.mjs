// Reads the imports and exports of a file from its text, because TypeScript 7 has no API for tools.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { dirname, normalize } from 'node:path/posix';

/**
 * @typedef {object} Import
 * @property {string} name as it is written; '' when it is no plain string
 * @property {string | null} target the imported file, relative to the root; null for a package
 * @property {number} line
 */
/** @typedef {{ name: string, line: number }} Export */
/** @typedef {{ table: string, line: number }} Write `table` as its constant or in SQL, which are the same for one word */
/**
 * @typedef {object} Module
 * @property {string} path relative to the root
 * @property {Import[]} imports
 * @property {Export[]} exports
 * @property {Write[]} writes
 */

/** It also matches comments and strings, so that no import inside of them matches. Group 2 is the imported name. */
const IMPORT = new RegExp(
  [
    /\/\/.*|(?<![^\s({[,])\/\*[\s\S]*?\*\//, // the `/*` of a regular expression opens no comment
    /\b(?:import|export)\b(?:[\w$*\s{},]*?\bfrom\b|\s*\(|)\s*(['"])([^'"\n]+)\1|\bimport\s*\(/,
    /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);
const EXPORT =
  /^export (?:(?:declare|abstract|async) )*(?:function\*?|const|let|class|type|interface|enum) (\w+)/gm;

/** Statements that write a table, by drizzle or in SQL. */
const WRITE =
  /\.(?:insert|update|delete)\(\s*(\w+)\s*\)|\b(?:INSERT INTO|UPDATE|DELETE FROM) (?:\$\{)?(\w+)/g;

/**
 * The modules below a folder without declarations (`.d.ts`); [] if there is no such folder.
 * @param {string} root
 * @param {string} folder
 * @returns {Module[]}
 */
export function readModules(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.split(sep).join('/')}`)
    .filter((path) => /(?<!\.d)\.(?:[jt]sx?|mjs)$/.test(path))
    .map((path) => readModule(path, readFileSync(join(root, path), 'utf8')));
}

/**
 * @param {string} path
 * @param {string} text
 * @returns {Module}
 */
function readModule(path, text) {
  /** @param {number} index */
  const lineAt = (index) => text.slice(0, index).split('\n').length;
  const imports = [...text.matchAll(IMPORT)]
    .filter(([all]) => /^(?:im|ex)port/.test(all))
    .map((match) => {
      const name = match[2] ?? '';
      const target = name.startsWith('.') ? normalize(`${dirname(path)}/${name}`) : null;
      return { name, target, line: lineAt(match.index + match[0].length) };
    });
  const exports = [...text.matchAll(EXPORT)].map((match) => ({
    name: match[1] ?? '',
    line: lineAt(match.index),
  }));
  const writes = [...text.matchAll(WRITE)].map((match) => ({
    table: match[1] ?? match[2] ?? '',
    line: lineAt(match.index),
  }));
  return { path, imports, exports, writes };
}
