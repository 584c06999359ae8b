import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { ROOT } from '../../worker/dev/install.mjs';

const BIN = join(ROOT, 'node_modules', '.bin');

/** The environment of a tool: no network, no terminal, and the Node of node_modules, not the system's. */
export const TOOL_ENV = {
  ...process.env,
  PATH: `${BIN}${delimiter}${process.env.PATH ?? ''}`,
  CI: 'true',
  NO_COLOR: '1',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_SEND_METRICS: 'false',
};

/**
 * Runs a tool of node_modules without network and terminal.
 * @param {string} name
 * @param {string[]} args
 * @param {string} [cwd]
 * @returns {{ ok: boolean, output: string }}
 */
export function tool(name, args, cwd = ROOT) {
  const { status, stdout, stderr, error } = spawnSync(join(BIN, name), args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 180_000,
    env: TOOL_ENV,
  });
  return { ok: status === 0, output: `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}` };
}
