import { type Browser, chromium } from 'playwright-core';
import { findChromium } from './chromium.mjs';

/** The Chromium of this machine. The caller closes it. `without`: switches that Playwright would set. */
export async function launch({ without = [] }: { without?: string[] } = {}): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('No Chromium found: run `npm test`.');
  // Chromium's sandbox refuses to work as root, which is who one is in a container.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({
    executablePath,
    ignoreDefaultArgs: without,
    args: [...sandbox, '--disable-background-networking', '--disable-gpu'],
  });
}
