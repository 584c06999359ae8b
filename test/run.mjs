// `npm test`: installs what is missing (packages, a browser), then runs vitest with the arguments it was given.
//
//   npm test                        everything
//   npm test -- sender              the files whose path contains "sender"; when there is none, the tests whose name does
//   npm test -- --project workerd   only what needs no browser
//   npm test -- --clock=+365d       what needs no browser, as if it were a year from now; also --clock=2028-02-29
//   npm test -- --clock=all         the same at every moment of test/support/moments.mjs
//   npm run clocks                  the same for the tests that work with dates: finds tests that will fail some day

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fail, install, ROOT } from '../worker/dev/install.mjs';
import { findChromium } from './support/browser/chromium.mjs';
import { momentsOf } from './support/moments.mjs';

const nodePath = install();
const chromiumPath = findChromium() ?? installChromium();
const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const { clock, args } = readArguments(process.argv.slice(2));
const { status } = spawnSync(nodePath, [vitest, 'run', ...args], {
  cwd: ROOT,
  stdio: 'inherit',
  env: {
    ...process.env,
    PATH: `${join(ROOT, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`,
    CHROMIUM_PATH: chromiumPath,
    TEST_CLOCK: JSON.stringify(clock),
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    WRANGLER_SEND_METRICS: 'false',
  },
});
process.exit(status ?? 1);

/**
 * What vitest is given, and the moments at which each test is to begin, one after the other. A browser and its server have
 * the machine's clock, so only the tests that run in workerd can be moved.
 * @param {string[]} given
 */
function readArguments(given) {
  const clocks = given.filter((arg) => arg.startsWith('--clock='));
  const args = byPathOrName(given.filter((arg) => !clocks.includes(arg)));
  const [chosen] = clocks;
  if (chosen === undefined) return { clock: [], args };
  const moments = momentsOf(chosen.slice('--clock='.length), Date.now());
  if (moments === null)
    fail(`${chosen}: a clock is +365d, 2028-02-29, 2028-02-29T23:59:30Z or all.`);
  for (const [index, { name, at }] of moments.entries()) {
    console.log(`repeat ${index}: ${new Date(at).toISOString()} ${name}`);
  }
  const repeats = `--repeats=${moments.length - 1}`;
  return { clock: moments.map(({ at }) => at), args: [...args, '--project', 'workerd', repeats] };
}

/**
 * vitest takes a word for a part of a path. One that is in no path is looked for in the names of tests.
 * @param {string[]} args
 */
function byPathOrName([word, ...more]) {
  if (word === undefined) return [];
  const paths = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' });
  const isPath = paths.some((path) => join(ROOT, 'test', path).includes(word));
  return word.startsWith('-') || isPath ? [word, ...more] : ['--testNamePattern', word, ...more];
}

/** @returns {string} */
function installChromium() {
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    run('apt-get', ['update', '-qq'], env);
    for (const name of ['chromium-headless-shell', 'chromium']) {
      console.log(`Installing a browser (apt-get install ${name}) ...`);
      run('apt-get', ['install', '-y', '-qq', name], env);
      const found = findChromium();
      if (found !== null) return found;
    }
  }
  console.log('Installing a browser (playwright-core install chromium-headless-shell) ...');
  run(
    nodePath,
    [join(ROOT, 'node_modules', 'playwright-core', 'cli.js'), 'install', 'chromium-headless-shell'],
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
