// Runs before anything is installed, on any Node from 20 on: nothing but Node's own modules in here.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** @param {string[]} parts */
const inModules = (...parts) => join(ROOT, 'node_modules', ...parts);

/**
 * Installs the packages of package-lock.json, unless they are there already.
 * @returns {string} the path of a Node that is new enough for wrangler and vitest
 */
export function install() {
  if (major(process.version) < 20) {
    fail(`Latchkey needs Node 20 or newer; this is ${process.version}. See https://nodejs.org.`);
  }
  if (!isInstalled()) {
    console.log('Installing packages (npm ci) ...');
    // Level "error" hides the warnings about engines: tools get the Node that is installed with them.
    const { status } = npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
    if (status !== 0) fail('npm ci failed; its message is above.');
  }
  const pinned = inModules('node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(pinned)) return pinned;
  // Without install scripts (npm config ignore-scripts) there is no pinned Node.
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

/** node_modules is compared with the lockfile by what npm has written into it: no stamp of our own. */
function isInstalled() {
  const hidden = inModules('.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = packagesOf(hidden);
  return Object.entries(packagesOf(join(ROOT, 'package-lock.json'))).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed[path];
    // Optional packages are mostly those of other platforms.
    if (found === undefined) return wanted.optional === true;
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean }>}
 */
function packagesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages ?? {};
}

/** @param {string[]} args */
function npm(args) {
  const cli = process.env.npm_execpath;
  // When npm started us, its own script is known: that also works where `npm` is a .cmd file.
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
