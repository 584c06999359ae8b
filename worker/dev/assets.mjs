// Builds the files that pages load, with a hash of their content in the name. The edge serves them before the Worker
// ([assets] in wrangler.toml). wrangler runs this before it starts, weighs or deploys the Worker ([build] there), and
// vitest.config.ts runs it before tests.

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '..', '..');
const PUBLIC = join(ROOT, 'dist', 'public');

const NOTICE =
  '/* Contains zxcvbn-ts (github.com/zxcvbn-ts/zxcvbn), MIT licence, (c) 2012-2016 Dan Wheeler and Dropbox, Inc., (c) 2021 @zxcvbn-ts */';

/** The headers of these files. The content of a name never changes, so browsers may cache it for ever. */
const HEADERS = `/assets/*
  Cache-Control: public, max-age=31536000, immutable
  Cross-Origin-Resource-Policy: same-origin
  X-Content-Type-Options: nosniff
`;

/** Writes dist/: the files in `public`, and their names in assets.json, which ui/paths.ts reads. Keeps current files. */
export async function buildAssets() {
  const strength = await bundle('strength', 'strength-entry.js');
  const wanted = [strength];
  const folder = join(PUBLIC, 'assets');
  mkdirSync(folder, { recursive: true });
  for (const { path, text } of wanted) {
    if (!existsSync(path)) writeFileSync(path, text);
  }
  for (const name of readdirSync(folder)) {
    if (!wanted.some(({ path }) => basename(path) === name)) rmSync(join(folder, name));
  }
  writeFileSync(join(PUBLIC, '_headers'), HEADERS);
  const names = { strength: `/assets/${basename(strength.path)}` };
  writeFileSync(join(ROOT, 'dist', 'assets.json'), `${JSON.stringify(names)}\n`);
}

/**
 * Bundles one classic script that adds nothing to the page's global scope.
 * @param {string} name
 * @param {string} entry a file in this folder
 */
async function bundle(name, entry) {
  const { outputFiles } = await build({
    entryPoints: [join(HERE, entry)],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    loader: { '.txt': 'text' },
    banner: { js: NOTICE },
    outdir: PUBLIC,
    entryNames: `assets/${name}-[hash]`,
    write: false,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`esbuild wrote no ${name}.`);
  return file;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAssets();
