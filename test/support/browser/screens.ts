import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const SCREENS = [
  { screen: 'phone, light', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  { screen: 'phone, dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
  { screen: 'desktop, light', viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  { screen: 'desktop, dark', viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
] as const;

/**
 * Fails where axe finds something on a page, or it is wider than the screen: phone and desktop, light and dark. Previews
 * within it are pages that are looked at themselves. Expects a profile without motion, as `openProfile` opens it: the
 * colours of one screen must not be on their way to the next one's.
 */
export async function expectFitting(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  for (const { screen, viewport, colorScheme } of SCREENS) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    expect(await axeFinds(page), screen).toEqual([]);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, screen).toBe(0);
  }
}

/** Of the page, once axe is in it. */
declare const window: { axe: typeof axe };

/** What axe finds: the rule, and the elements that break it. */
async function axeFinds(page: Page): Promise<[rule: string, elements: string[]][]> {
  // a mail is shown inside somebody's mail program, whose landmarks it cannot know
  const isMail = page.url().includes('/dev/mail/');
  const of = { enabled: !isMail };
  const rules = { region: of, 'landmark-one-main': of };
  const options = { iframes: false, resultTypes: ['violations' as const], rules };
  const { violations } = await page.evaluate((given) => window.axe.run(document, given), options);
  return violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]);
}
