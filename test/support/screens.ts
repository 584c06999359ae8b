import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const SCREENS = [
  { screen: 'phone, light', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  { screen: 'phone, dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
  { screen: 'desktop, light', viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  { screen: 'desktop, dark', viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
] as const;

/** Fails where axe finds something on a page, or it is wider than the screen: phone and desktop, light and dark. */
export async function expectFitting(page: Page): Promise<void> {
  for (const { screen, viewport, colorScheme } of SCREENS) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    // settled: one that the change of screen cancels is over as well
    await page.evaluate(() =>
      Promise.allSettled(document.getAnimations().map((each) => each.finished)),
    );
    const axe = new AxeBuilder({ page }).setLegacyMode(true);
    // a mail is shown inside somebody's mail program, whose landmarks it cannot know
    if (page.url().includes('/dev/mail/')) axe.disableRules(['region', 'landmark-one-main']);
    const { violations } = await axe.analyze();
    const found = violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]);
    expect(found, screen).toEqual([]);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, screen).toBe(0);
  }
}
