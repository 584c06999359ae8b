// Prints the last line of .ci/run, over all suites. Arguments: check.json, its exit code, and of each run of the tests its
// report and exit code.

import { existsSync, readFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number }} Counts */

const [checkPath = '', checkCode, ...runs] = process.argv.slice(2);
const suites = [atLeastOneFailure(readReport(checkPath), checkCode)];
for (let at = 0; at < runs.length; at += 2) {
  suites.push(atLeastOneFailure(countTests(readReport(runs[at] ?? '')), runs[at + 1]));
}
const passed = suites.reduce((sum, suite) => sum + suite.passed, 0);
const failed = suites.reduce((sum, suite) => sum + suite.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** @param {string} path */
function readReport(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}

/**
 * A file that could not be loaded has no tests, so it counts as one failure.
 * @param {{
 *   numPassedTests?: number,
 *   numFailedTests?: number,
 *   testResults?: { status: string, assertionResults: unknown[] }[],
 * }} report
 */
function countTests(report) {
  const broken = (report.testResults ?? []).filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests ?? 0,
    failed: (report.numFailedTests ?? 0) + broken.length,
  };
}

/**
 * A runner that failed, or counted no tests, counts as one failure at least, whatever its report says.
 * @param {Partial<Counts>} counts
 * @param {string | undefined} exitCode
 * @returns {Counts}
 */
function atLeastOneFailure({ passed = 0, failed = 0 }, exitCode) {
  const bad = exitCode !== '0' || passed === 0;
  return { passed, failed: bad ? Math.max(failed, 1) : failed };
}
