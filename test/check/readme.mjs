import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../worker/dev/install.mjs';

const MAX_LINES = 120;

/** Checks that the README is short. More text belongs in docs/. */
export function checkReadme() {
  const path = join(ROOT, 'README.md');
  if (!existsSync(path)) return { ok: false, output: 'README.md is missing.' };
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').length;
  const note = `${lines} lines of ${MAX_LINES}`;
  return { ok: lines <= MAX_LINES, output: `README.md has ${note}.`, note };
}
