import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Presses Tab until the field of a name has the focus. */
export function tabTo(page: Page, name: string): Promise<void> {
  return tabUntil(page, () =>
    page.evaluate((wanted) => document.activeElement?.getAttribute('name') === wanted, name),
  );
}

/** Presses Tab until something is there; fails after 30 times. */
export async function tabUntil(page: Page, isThere: () => Promise<boolean>): Promise<void> {
  for (let presses = 0; presses < 30; presses++) {
    if (await isThere()) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('the keyboard does not get there');
}

export function hasFocus(locator: Locator): Promise<boolean> {
  return locator.evaluate((element) => element === document.activeElement);
}

/**
 * The names of what Tab stops at, in order, from the top of the page to its end. Fails when a control that
 * can be seen is left out, or shows no focus.
 */
export async function reachable(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
  });
  const names: string[] = [];
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const focused = document.activeElement;
      if (!(focused instanceof HTMLElement) || focused === document.body) return null;
      const said = focused instanceof HTMLInputElement ? focused.labels?.[0] : focused;
      const words = said?.cloneNode(true);
      if (!(words instanceof HTMLElement)) return null;
      for (const unsaid of words.querySelectorAll('[aria-hidden=true]')) unsaid.remove();
      const name = focused.getAttribute('aria-label') ?? words.textContent;
      const { outlineStyle, boxShadow } = getComputedStyle(focused);
      return { name: name.trim(), isShown: outlineStyle !== 'none' || boxShadow !== 'none' };
    });
    if (stop === null) break;
    expect(stop.isShown, `the focus on ${stop.name} is visible`).toBe(true);
    names.push(stop.name);
  }
  const controls = await page
    .locator('a, button, summary, input:not([type=hidden])')
    .filter({ visible: true })
    .count();
  expect(names.length, 'everything that can be used is reached').toBe(controls);
  return names;
}
