// Runs before any package is installed, on Node 20 and newer, so it imports only Node's own modules.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A path in node_modules. @param {string[]} parts */
const inModules = (...parts) => join(ROOT, 'node_modules', ...parts);

/**
 * Installs the packages of package-lock.json, unless they are installed already.
 * @returns {string} the path of a Node that is new enough for wrangler and vitest
 */
export function install() {
  if (major(process.version) < 20) {
    fail(`Latchkey needs Node 20 or newer; this is ${process.version}. See https://nodejs.org.`);
  }
  if (!isInstalled()) {
    console.log('Installing packages (npm ci) ...');
    // Level "error" hides the warnings about engines. They do not matter, because tools run on the Node of node_modules.
    const { status } = npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
    if (status !== 0) fail('npm ci failed; its message is above.');
  }
  const pinned = inModules('node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(pinned)) return pinned;
  // Where npm runs no install scripts (ignore-scripts), node_modules has no Node.
  if (major(process.version) >= 24) return process.execPath;
  return fail('npm ran no install scripts, so Node 24 is missing: allow them, or use Node 24.');
}

/**
 * @param {string} message
 * @returns {never}
 */
export function fail(message) {
  console.error(`\n${message}`);
  process.exit(1);
}

/** Whether node_modules has the packages of the lockfile, by the copy of it that npm writes there. */
function isInstalled() {
  const hidden = inModules('.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = packagesOf(hidden);
  return Object.entries(packagesOf(join(ROOT, 'package-lock.json'))).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed[path];
    // most optional packages are for other platforms
    if (found === undefined) return wanted.optional === true;
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

/**
 * The packages of a lockfile, by their paths.
 * @param {string} path
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean }>}
 */
function packagesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages ?? {};
}

/** Runs npm. @param {string[]} args */
function npm(args) {
  const cli = process.env.npm_execpath;
  // If npm started this process, its script is known. That also works where `npm` is a .cmd file.
  if (cli?.endsWith('.js')) {
    return spawnSync(process.execPath, [cli, ...args], { cwd: ROOT, stdio: 'inherit' });
  }
  return spawnSync('npm', args, {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}

/** @param {string} version */
function major(version) {
  return Number(version.replace('v', '').split('.')[0]);
}
