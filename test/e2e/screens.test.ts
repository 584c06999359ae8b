import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from '../support/browser/launch.ts';
import { expectFitting } from '../support/browser/screens.ts';
import { openProfile } from '../support/browser/walk.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
});

const PAGE = `<!doctype html><html lang="en"><title>A page</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <style>
    body { margin: 0; background: #fff; color: #222 }
    @media (prefers-color-scheme: dark) { body { background: #111; color: #eee } }
  </style><main><h1>A page</h1>`;

test('a page without faults: passes, whatever a preview in it holds', async () => {
  await look(`${PAGE}<iframe sandbox title="A preview" srcdoc="<img src='data:,'>"></iframe>`);
});

test.each([
  ['phone, light', 'image-alt', '<img src="data:,">'],
  ['phone, light', 'label', '<input>'],
  ['phone, dark', 'color-contrast', '<p style="color: #222">hardly to be read at night</p>'],
  ['phone, light', '500', '<p style="width: 890px">wider than a phone</p>'],
  ['desktop, light', '40', '<style>@media (width > 999px) { p { width: 1320px } }</style><p>wide'],
])('%s: %s is found in %s', async (screen, fault, html) => {
  const found = await look(PAGE + html).catch(String);
  expect(found).toContain(screen);
  expect(found).toContain(fault);
});

/** Opens a page and looks at it. */
async function look(html: string): Promise<void> {
  const { context, page } = await openProfile(browser);
  await page.setContent(html);
  try {
    await expectFitting(page);
  } finally {
    await context.close();
  }
}
