import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launch } from './launch.ts';
import { type Server, startServer } from './server.ts';

/** How mail leaves the server, and which switches the browser goes without. */
type Options = { mail?: Record<string, string>; launch?: Parameters<typeof launch>[0] };

/**
 * Before the tests of a file, starts a server and a browser of its own and hands them over; after the tests, closes both.
 * What `use` does is part of the preparation.
 */
export function withServer(
  use: (started: { server: Server; browser: Browser }) => unknown,
  options: Options = {},
): void {
  let server: Server | undefined;
  let browser: Browser | undefined;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(options.mail), launch(options.launch)]);
    await use({ server, browser });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
}
