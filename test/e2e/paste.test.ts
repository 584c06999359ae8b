import type { Browser, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Server } from '../support/browser/server.ts';
import { askFor, newMail, openProfile, signIn } from '../support/browser/walk.ts';
import { withServer } from '../support/browser/with-server.ts';
import { codeIn, type Mail } from '../support/mail.ts';

const CLIENT = 'client@rival.test';

let server: Server;
let browser: Browser;

withServer((started) => {
  ({ server, browser } = started);
});

async function paste(page: Page, label: string, text: string): Promise<void> {
  const origin = new URL(page.url()).origin;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
  await page.getByLabel(label).focus();
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.keyboard.press('Control+V');
}

describe('an address pasted with its name', () => {
  test.each([
    ['with script', true],
    ['without script', false],
  ])('the browser sends it, and the mail comes: %s', async (_how, javaScriptEnabled) => {
    const { context, page, faults } = await openProfile(browser, { javaScriptEnabled });
    const before = (await server.mailbox()).length;
    await page.goto(`${server.origin('rival')}/sign-in?method=link`);
    await page.getByLabel('Email').fill(`"Client, Carla" <${CLIENT}>, `);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/sign-in/check-email');
    await page.getByText(CLIENT, { exact: true }).waitFor();
    expect((await newMail(server, before)).to).toBe(CLIENT);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('two addresses: refused beside the field, which keeps them', async () => {
    const { context, page } = await openProfile(browser);
    await page.goto(`${server.origin('rival')}/sign-in?method=link`);
    const typed = `Carla <${CLIENT}>, Eve <eve@evil.test>`;
    await page.getByLabel('Email').fill(typed);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('does not look like one email address').waitFor();
    expect(await page.getByLabel('Email').inputValue()).toBe(typed);
    await context.close();
  });
});

test.each<[string, (mail: Mail) => string]>([
  ['the line of the mail', (mail) => `Your code is ${codeIn(mail)}.\n`],
  ['the last line of the mail', ({ text }) => text.trim().split('\n').at(-1) ?? ''],
  ['the whole mail', ({ text }) => text],
])('%s pasted as the code: signs in without another click', async (_what, copied) => {
  const { context, page, faults } = await openProfile(browser);
  const mail = await askFor(server, page, 'rival', CLIENT);
  await paste(page, 'Code from the email', copied(mail));
  await page.waitForURL(`${server.origin('rival')}/`);
  expect(faults).toEqual([]);
  await context.close();
});

test('the portal URL on a narrow phone: shown whole', async () => {
  const { context, page } = await openProfile(browser, { viewport: { width: 320, height: 640 } });
  await signIn(server, page, 'app', 'owner@demo.test');
  const url = page.getByLabel('Portal URL', { exact: true });
  await url.waitFor();
  const hidden = await url.evaluate((field) => [
    field.scrollWidth - field.clientWidth,
    field.scrollHeight - field.clientHeight,
  ]);
  expect(hidden).toEqual([0, 0]);
  await context.close();
});
