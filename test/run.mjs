// `npm test`: installs what is missing (packages, a browser), then runs vitest with the arguments it was given.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fail, install, ROOT } from '../worker/dev/install.mjs';
import { findChromium } from './support/browser/chromium.mjs';

const nodePath = install();
const chromiumPath = findChromium() ?? installChromium();
const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const { status } = spawnSync(nodePath, [vitest, 'run', ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
  env: {
    ...process.env,
    PATH: `${join(ROOT, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`,
    CHROMIUM_PATH: chromiumPath,
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    WRANGLER_SEND_METRICS: 'false',
  },
});
process.exit(status ?? 1);

/** @returns {string} */
function installChromium() {
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    console.log('Installing a browser (apt-get install chromium) ...');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    run('apt-get', ['update', '-qq'], env);
    run('apt-get', ['install', '-y', '-qq', 'chromium'], env);
    const found = findChromium();
    if (found !== null) return found;
  }
  console.log('Installing a browser (playwright-core install chromium) ...');
  run(
    nodePath,
    [join(ROOT, 'node_modules', 'playwright-core', 'cli.js'), 'install', 'chromium'],
    process.env,
  );
  return (
    findChromium() ??
    fail(
      'The browser tests need Chromium and none could be installed. Install Chromium or Chrome,\n' +
        'or set CHROMIUM_PATH to the program, then run `npm test` again.\n' +
        'Only the tests without a browser: npm test -- --project workerd',
    )
  );
}

/**
 * A failure isn't the end: the next way to get a browser is tried.
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
function run(command, args, env) {
  spawnSync(command, args, { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] });
}
