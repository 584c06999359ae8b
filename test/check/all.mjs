// `npm run check`: all checks besides the tests. `npm run check types` runs the checks with "types" in their name.
// `--report FILE` writes the counts for .ci/run.

import { writeFileSync } from 'node:fs';
import { install } from '../../worker/dev/install.mjs';
import { checkBindings } from './bindings.mjs';
import { checkBundle } from './bundle.mjs';
import { checkLength, checkPaths } from './docs.mjs';
import { checkFixture } from './layers/self-test.mjs';
import { checkLayers } from './layers.mjs';
import { checkMigrations } from './migrations.mjs';
import { tool } from './tool.mjs';

/** @typedef {{ ok: boolean, output: string, note?: string }} Result `output` is shown on failure, `note` on success */
/** @type {[name: string, check: () => Result | Promise<Result>][]} */
const CHECKS = [
  ['format and lint', () => tool('biome', ['ci', '--colors=off', '--error-on-warnings', '.'])],
  ['import rules hold', checkLayers],
  ['import rules are reported (self-test)', checkFixture],
  ['types: worker, ui, tests in workerd', () => tool('tsc', ['-p', 'tsconfig.json'])],
  ['types: Node scripts, browser tests', () => tool('tsc', ['-p', 'tsconfig.node.json'])],
  ['types: islands', () => tool('tsc', ['-p', 'tsconfig.islands.json'])],
  ['types of the bindings are current', checkBindings],
  ['migrations match the schema, none edited', checkMigrations],
  // imported when it runs: it needs a package that `install` has just installed
  ['patches of guards fit the code', async () => (await import('./patches.mjs')).checkPatches()],
  ['bundle within its budget', checkBundle],
  ['docs are short', checkLength],
  ['paths in docs exist', checkPaths],
];

install();
// needs what was just installed
const { buildAssets } = await import('../../worker/dev/assets.mjs');
await buildAssets();
const { wanted, report } = readArguments(process.argv.slice(2));
const chosen = CHECKS.filter(([name]) => name.includes(wanted));
let failed = 0;
for (const [name, check] of chosen) {
  const started = performance.now();
  const { ok, output, note = '' } = await check();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)${ok && note !== '' ? `: ${note}` : ''}`,
  );
  if (!ok) {
    failed += 1;
    console.log(`\n${output.trim()}\n`);
  }
}
const passed = chosen.length - failed;
console.log(`\nChecks: ${passed} passed, ${failed} failed`);
if (report !== undefined) writeFileSync(report, JSON.stringify({ passed, failed }));
process.exit(failed === 0 && passed > 0 ? 0 : 1);

/** @param {string[]} args */
function readArguments(args) {
  const at = args.indexOf('--report');
  const report = at < 0 ? undefined : args[at + 1];
  const words = at < 0 ? args : [...args.slice(0, at), ...args.slice(at + 2)];
  return { wanted: words.join(' '), report };
}
