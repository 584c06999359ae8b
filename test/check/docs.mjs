import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { ROOT } from '../../worker/dev/install.mjs';

const README_LINES = 120;
/** The three pages that would grow with every feature: read in one go, in a window of ordinary width. */
const PAGES = ['docs/data.md', 'docs/request-lifecycle.md', 'docs/mail.md'];
const PAGE_LINES = 120;
const PAGE_WIDTH = 160;
const DECISION_LINES = 60;

/** Documentation that nobody finishes reading is not documentation. Details belong into the code. */
export function checkLength() {
  const faults = [
    ...tooLong('README.md', README_LINES),
    ...PAGES.flatMap((page) => [...tooLong(page, PAGE_LINES), ...tooWide(page, PAGE_WIDTH)]),
    ...decisions().flatMap((decision) => tooLong(decision, DECISION_LINES)),
  ];
  const note = `README.md has ${linesOf('README.md').length} lines of ${README_LINES}`;
  return { ok: faults.length === 0, output: faults.join('\n'), note };
}

/** Every link between the documents, and every path in backticks, leads to something that exists. */
export function checkPaths() {
  const documents = ['README.md', ...markdown('docs'), ...decisions()];
  const found = documents.flatMap((document) => [...links(document), ...paths(document)]);
  const faults = found.filter(({ exists }) => !exists).map(({ words }) => words);
  const isBlind = found.length < 100;
  const output = isBlind
    ? `Only ${found.length} links and paths were recognised.`
    : faults.join('\n');
  return { ok: faults.length === 0 && !isBlind, output, note: `${found.length} links and paths` };
}

/** @param {string} document @param {number} most */
function tooLong(document, most) {
  const { length } = linesOf(document);
  return length > most ? [`${document} has ${length} lines; ${most} are allowed.`] : [];
}

/** @param {string} document @param {number} most */
function tooWide(document, most) {
  return linesOf(document).flatMap((line, index) =>
    [...line].length > most
      ? [`${document}:${index + 1} has ${[...line].length} characters; ${most} are allowed.`]
      : [],
  );
}

/** @typedef {{ exists: boolean, words: string }} Reference `words` is printed when it leads nowhere */

/**
 * Links to other files, and to headings of them. Addresses of the web are left alone.
 * @param {string} document
 * @returns {Reference[]}
 */
function links(document) {
  const matches = textOf(document).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g);
  return [...matches].map(([, path = '', heading]) => {
    const target = path === '' ? document : relative(ROOT, resolve(ROOT, dirname(document), path));
    const isThere = existsSync(join(ROOT, target));
    const exists = isThere && (heading === undefined || headings(target).includes(heading));
    const anchor = heading === undefined ? '' : `#${heading}`;
    return { exists, words: `${document} links to ${target}${anchor}, which does not exist.` };
  });
}

const TOP_FOLDERS = /^(?:worker|ui|test|docs|migrations)\//;
const SOURCE_FILE = /\/[\w.-]+\.(?:tsx?|mjs|js|css|sql|toml|md|txt)$/;

/**
 * Paths in backticks: from the top of the repository, or from `worker/`.
 * @param {string} document
 * @returns {Reference[]}
 */
function paths(document) {
  return [...textOf(document).matchAll(/`([\w./@-]+)`/g)]
    .map(([, path = '']) => path)
    .filter((path) => TOP_FOLDERS.test(path) || SOURCE_FILE.test(path))
    .filter((path) => !path.startsWith('/'))
    .map((path) => ({
      exists: existsSync(join(ROOT, path)) || existsSync(join(ROOT, 'worker', path)),
      words: `${document} names ${path}, which does not exist.`,
    }));
}

/**
 * The anchors of a document's headings, as GitHub makes them.
 * @param {string} document
 */
function headings(document) {
  const matches = textOf(document).matchAll(/^#+ (.+)$/gm);
  return [...matches].map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

function decisions() {
  return markdown('docs/decisions');
}

/** @param {string} folder */
function markdown(folder) {
  const names = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.md'));
  return names.sort().map((name) => `${folder}/${name}`);
}

/** @param {string} document */
function linesOf(document) {
  return textOf(document).trimEnd().split('\n');
}

/** @param {string} document */
function textOf(document) {
  return readFileSync(join(ROOT, document), 'utf8');
}
