import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tool } from './tool.mjs';

/** What the Worker may weigh, gzipped: it is parsed on every cold start. Raise it knowingly. */
const BUDGET_KIB = 260;

/** Builds what `wrangler deploy` would upload, and weighs it. */
export function checkBundle() {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bundle-'));
  try {
    const { ok, output } = tool('wrangler', ['deploy', '--dry-run', '--outdir', folder]);
    if (!ok) return { ok, output };
    const modules = readdirSync(folder).filter((name) => !/\.map$|^README\.md$/.test(name));
    const bytes = modules.map((name) => gzipSync(readFileSync(join(folder, name))).length);
    const kib = bytes.reduce((sum, size) => sum + size, 0) / 1024;
    const note = `${kib.toFixed(1)} KiB of ${BUDGET_KIB} KiB, gzipped`;
    return { ok: kib > 0 && kib <= BUDGET_KIB, output: `The bundle is ${note}.`, note };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
