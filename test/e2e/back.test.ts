import type { Browser, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Server } from '../support/browser/server.ts';
import { openProfile, signIn, signOut } from '../support/browser/walk.ts';
import { withServer } from '../support/browser/with-server.ts';

let server: Server;
let browser: Browser;

// Playwright switches off what keeps pages for Back; a headless shell never keeps one, a whole Chromium does
const SWITCHES = ['--disable-back-forward-cache'];

withServer(
  (started) => {
    ({ server, browser } = started);
  },
  { launch: { without: SWITCHES } },
);

describe.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])('Back after signing out, %s', (_how, javaScriptEnabled) => {
  test.each([
    ['portal', 'demo', 'client@demo.test', ['/', '/account/sessions', '/account/password']],
    [
      'admin host',
      'app',
      'owner@demo.test',
      ['/w/demo', '/w/demo/contacts', '/w/demo/activity', '/account/sessions'],
    ],
  ])('%s: shows nothing of the account', async (_what, host, email, pages) => {
    const { context, page } = await openProfile(browser, { javaScriptEnabled });
    await signIn(server, page, host, email);
    for (const path of pages) await page.goto(server.origin(host) + path);
    await signOut(page);
    for (const _path of pages) {
      await page.goBack();
      await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
      expect(await shown(page)).not.toMatch(/client@|owner@|Carla|Olivia|Acme|Devices/);
    }
    await context.close();
  });

  test('in another tab: shows nothing of the account', async () => {
    const { context, page } = await openProfile(browser, { javaScriptEnabled });
    await signIn(server, page, 'demo', 'client@demo.test');
    await page.goto(`${server.origin('demo')}/account/sessions`);
    await page.goto('about:blank');
    const other = await context.newPage();
    await other.goto(`${server.origin('demo')}/`);
    await signOut(other);
    await page.goBack();
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    expect(await shown(page)).not.toContain('client@demo.test');
    await context.close();
  });
});

test('a page that the browser kept: asks for itself again', async () => {
  const { context, page } = await openProfile(browser);
  await signIn(server, page, 'demo', 'client@demo.test');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await context.clearCookies();
  // what a browser does with a page that it kept
  await page.evaluate(() =>
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })),
  );
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  expect(asked.slice(0, 2)).toEqual(['/', '/sign-in']);
  expect(await shown(page)).not.toContain('client@demo.test');
  await context.close();
});

/** All that a page shows, and what its fields hold. */
async function shown(page: Page): Promise<string> {
  const fields = await page
    .locator('input')
    .evaluateAll((all) =>
      all.map((field) => (field instanceof HTMLInputElement ? field.value : '')),
    );
  return [await page.locator('body').textContent(), ...fields].join('\n');
}
