// Runs before anything is installed: nothing but Node's own modules in here.

import { accessSync, constants, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A shell draws pages without the windows around them, which takes a third of the time: it comes first. */
const SHELLS = ['chromium-headless-shell', 'chrome-headless-shell'];
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const APPLICATIONS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
/** Below a `chromium-1234` or `chromium_headless_shell-1234` folder of Playwright's cache, for each platform. */
const IN_CACHE = [
  'chrome-headless-shell-linux64/chrome-headless-shell',
  'chrome-headless-shell-mac-arm64/chrome-headless-shell',
  'chrome-headless-shell-mac-x64/chrome-headless-shell',
  'chrome-headless-shell-win64/chrome-headless-shell.exe',
  'chrome-linux/headless_shell',
  'chrome-linux/chrome',
  'chrome-linux64/chrome',
  'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
  'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  'chrome-mac-x64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  'chrome-win/chrome.exe',
  'chrome-win64/chrome.exe',
];

/**
 * The path of a Chromium on this machine, or null: CHROMIUM_PATH, an installed one, Playwright's cache.
 * @returns {string | null}
 */
export function findChromium() {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen) {
    if (canRun(chosen)) return chosen;
    throw new Error(`CHROMIUM_PATH is set, but there is no program at ${chosen}`);
  }
  const onPath = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const among = (/** @type {string[]} */ names) =>
    onPath.flatMap((folder) => names.map((name) => join(folder, name)));
  const cached = inPlaywrightCache();
  const shells = [...among(SHELLS), ...cached.filter((path) => /headless.shell/.test(path))];
  return [...shells, ...among(NAMES), ...APPLICATIONS, ...cached].find(canRun) ?? null;
}

function inPlaywrightCache() {
  const home = homedir();
  const folders = [
    process.env.PLAYWRIGHT_BROWSERS_PATH,
    join(home, '.cache', 'ms-playwright'),
    join(home, 'Library', 'Caches', 'ms-playwright'),
    join(process.env.LOCALAPPDATA ?? home, 'ms-playwright'),
  ];
  return folders
    .filter((folder) => folder !== undefined)
    .flatMap((folder) => list(folder).map((name) => join(folder, name)))
    .filter((path) => /chromium(_headless_shell)?-\d+$/.test(path))
    .sort()
    .reverse()
    .flatMap((path) => IN_CACHE.map((program) => join(path, program)));
}

/** @param {string} folder */
function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** @param {string} path */
function canRun(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
