// Checks that the rules still report breaches. It runs the import rules and biome, with the real biome.json, over a
// fixture full of breaches. The comment `// breach: RULE, RULE` marks each line that must be reported.

import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { ROOT } from '../../../worker/dev/install.mjs';
import { findBreaches } from '../layers.mjs';
import { tool } from '../tool.mjs';

const FIXTURE = join(ROOT, 'test', 'check', 'layers', 'fixture');
/** The least marks of the fixture. Fewer mean that the fixture is damaged. */
const MIN_BREACHES = 300;

/** Checks that every breach of the fixture is reported, and nothing else. */
export function checkFixture() {
  const { found, output } = lint();
  const broken = findBreaches(FIXTURE).map(({ path, line, rule }) => `${path}:${line} ${rule}`);
  return compare(expectedBreaches(), new Set([...broken, ...found]), output);
}

/** What biome reports. It runs in a folder of its own, because the globs of biome.json start at worker/ and ui/. */
function lint() {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-layers-'));
  try {
    cpSync(FIXTURE, folder, { recursive: true });
    for (const name of ['biome.json', 'package.json', '.gitignore']) {
      cpSync(join(ROOT, name), join(folder, name));
    }
    const options = ['--colors=off', '--reporter=github', '--max-diagnostics=none'];
    const { output } = tool('biome', ['lint', ...options, 'worker', 'ui', 'test'], folder);
    return { found: reportedBreaches(output, folder), output };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {Set<string>} expected
 * @param {Set<string>} reported
 * @param {string} output
 */
function compare(expected, reported, output) {
  const silent = [...expected].filter((breach) => !reported.has(breach));
  const noisy = [...reported].filter((breach) => !expected.has(breach));
  const faults = [
    ...silent.map((breach) => `not reported: ${breach}`),
    ...noisy.map((breach) => `reported, but legal: ${breach}`),
  ];
  if (expected.size < MIN_BREACHES) faults.push(`only ${expected.size} breaches in the fixture`);
  if (![...reported].some((breach) => /noRestrictedImports$/.test(breach))) faults.push(output);
  return {
    ok: faults.length === 0,
    output: faults.join('\n'),
    note: `${expected.size} breaches, each reported`,
  };
}

function expectedBreaches() {
  const breaches = new Set();
  for (const path of readdirSync(FIXTURE, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(?:[jt]sx?|mjs)$/.test(path)) continue;
    const lines = readFileSync(join(FIXTURE, path), 'utf8').split('\n');
    for (const [index, line] of lines.entries()) {
      const rules = /\/\/ breach: (.+)$/.exec(line)?.[1]?.split(', ') ?? [];
      for (const rule of rules) breaches.add(`${path.split(sep).join('/')}:${index + 1} ${rule}`);
    }
  }
  return breaches;
}

/**
 * @param {string} output annotations: `::error title=lint/GROUP/RULE,file=PATH,line=N,...`
 * @param {string} folder
 */
function reportedBreaches(output, folder) {
  const pattern = /^::\w+ title=lint\/\w+\/(\w+),file=([^,]+),line=(\d+)/gm;
  const found = [...output.matchAll(pattern)];
  return found.map(([, rule, path = '', line]) => `${relativeTo(folder, path)}:${line} ${rule}`);
}

/**
 * A path relative to a folder. biome reports absolute or relative paths.
 * @param {string} folder
 * @param {string} path
 */
function relativeTo(folder, path) {
  return relative(realpathSync(folder), resolve(realpathSync(folder), path))
    .split(sep)
    .join('/');
}
