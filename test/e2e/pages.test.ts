import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch } from '../support/browser.ts';
import { linkIn } from '../support/mail.ts';
import { type Server, startServer } from '../support/server.ts';
import { askFor, openProfile, signIn } from '../support/walk.ts';

const CARLA = '00000000-0000-4000-8000-00000000d301';
const LARS = '00000000-0000-4000-8000-00000000d302';
const UNKNOWN_LINK = `/sign-in/link/${'A'.repeat(43)}`;

type Walked = Pick<BrowserContextOptions, 'storageState'>;

let server: Server;
let browser: Browser;
let owner: Walked;
let client: Walked;
let revoked: Walked;
let openLink: string;
let usedLink: string;
let mail: string;

// One walk makes every state that a page can show: signed in, revoked, a link open and one used.
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launch()]);
  const desk = await openProfile(browser);
  await signIn(server, desk.page, 'app', 'owner@demo.test');
  owner = { storageState: await desk.context.storageState() };

  const portal = await openProfile(browser);
  await signIn(server, portal.page, 'demo', 'client@demo.test');
  client = { storageState: await portal.context.storageState() };

  const rob = await openProfile(browser);
  const used = await askFor(server, rob.page, 'rival', 'client@rival.test');
  await rob.page.goto(linkIn(used));
  usedLink = linkIn(used);
  revoked = { storageState: await rob.context.storageState() };
  const asked = await openProfile(browser);
  const open = await askFor(server, asked.page, 'demo', 'client@demo.test');
  openLink = linkIn(open);
  mail = `/dev/mail/${open.id}`;

  const rival = await openProfile(browser);
  await signIn(server, rival.page, 'app', 'owner@rival.test');
  await rival.page.goto(`${server.origin('app')}/w/rival/contacts`);
  await rival.page.getByRole('link', { name: 'Rob Regular' }).click();
  await rival.page.getByRole('switch').click();
  await rival.page.getByText('Portal access is off.').waitFor();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const SCREENS = [
  { screen: 'phone, light', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  { screen: 'phone, dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
  { screen: 'desktop, light', viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  { screen: 'desktop, dark', viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
] as const;

describe('every page, on phone and desktop, light and dark', () => {
  test.each<[name: string, open: (page: Page) => Promise<unknown>, walked: () => Walked]>([
    ['sign-in', at('demo', '/sign-in'), nobody],
    ['sign-in of the admin host', at('app', '/sign-in'), nobody],
    ['sign-in with a message', askBadly, nobody],
    ['check your email', askAsStranger, nobody],
    ['check your email, wrong code', typeWrongCode, nobody],
    ['confirm a link', (page) => page.goto(openLink), nobody],
    ['a used link', (page) => page.goto(usedLink), nobody],
    ['an unknown link', at('demo', UNKNOWN_LINK), nobody],
    ['access switched off', at('rival', '/'), () => revoked],
    ['portal home', at('demo', '/'), () => client],
    ['portal home, menu open', openMenu, () => client],
    ['desk home', at('app', '/w/demo'), () => owner],
    ['contacts', at('app', '/w/demo/contacts'), () => owner],
    ['contacts, none found', at('app', '/w/demo/contacts?q=zzz'), () => owner],
    ['new contact', at('app', '/w/demo/contacts/new'), () => owner],
    ['new contact with messages', addBadly, () => owner],
    ['contact card', at('app', `/w/demo/contacts/${CARLA}`), () => owner],
    ['edit contact', at('app', `/w/demo/contacts/${CARLA}/edit`), () => owner],
    ['delete contact', at('app', `/w/demo/contacts/${LARS}/deletion`), () => owner],
    ['activity', at('app', '/w/demo/activity'), () => owner],
    ['preferences', at('app', '/w/demo/settings/preferences/clients'), () => owner],
    ['new workspace', at('app', '/workspaces/new'), () => owner],
    ['not found', at('app', '/w/nope'), () => owner],
    ['mailbox', at('app', '/dev/mail'), nobody],
    ['a mail in the mailbox', (page) => page.goto(`${server.origin('app')}${mail}`), nobody],
    ['the mail itself', (page) => page.goto(`${server.origin('app')}${mail}/html`), nobody],
  ])(
    '%s: axe finds nothing, nothing overflows, no script or policy error',
    async (_name, open, walked) => {
      const profile = await openProfile(browser, walked());
      const { page } = profile;
      await open(page);
      for (const { screen, viewport, colorScheme } of SCREENS) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
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
      expect(profile.faults).toEqual([]);
      await profile.context.close();
    },
  );
});

describe('by keyboard alone', () => {
  test('a client signs in, opens the menu and signs out', async () => {
    const { context, page } = await openProfile(browser);
    await page.goto(`${server.origin('demo')}/sign-in`);
    await tabTo(page, 'email');
    await page.keyboard.type('client@demo.test');
    const before = (await server.mailbox()).length;
    await page.keyboard.press('Enter');
    await page.waitForURL('**/check-email');
    await expect.poll(async () => (await server.mailbox()).length).toBe(before + 1);
    const [newest] = await server.mailbox();
    if (newest === undefined) throw new Error('no mail came');
    await page.goto(linkIn(newest));
    await page.waitForURL(`${server.origin('demo')}/`);

    const menu = page.getByLabel(/Your account/);
    await tabUntil(page, () => menu.evaluate((element) => element === document.activeElement));
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('button', { name: 'Sign out' }).isVisible()).toBe(false);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/sign-in');
    await context.close();
  });

  test('an owner skips to the content and flips the switch, keeping the focus', async () => {
    const { context, page } = await openProfile(browser, owner);
    await page.goto(`${server.origin('app')}/w/demo/contacts/${LARS}`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#main');
    const toggle = page.getByRole('switch', { name: 'Portal access' });
    await tabUntil(page, () => toggle.evaluate((element) => element === document.activeElement));
    const outline = await toggle.evaluate((element) => getComputedStyle(element).outlineStyle);
    expect(outline, 'the focus is visible').not.toBe('none');
    await page.keyboard.press('Space');
    await page.getByText('Portal access is on.').waitFor();
    expect(await toggle.getAttribute('aria-checked')).toBe('true');
    expect(await toggle.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Space');
    await page.getByText('Portal access is off. 0 sessions ended, 0 links voided.').waitFor();
    await context.close();
  });
});

function nobody(): Walked {
  return {};
}

function at(host: string, path: string): (page: Page) => Promise<unknown> {
  return (page) => page.goto(`${server.origin(host)}${path}`);
}

async function askBadly(page: Page): Promise<void> {
  await page.goto(`${server.origin('demo')}/sign-in`);
  await page.getByLabel('Email').fill('carla@acme');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('does not look like one email address').waitFor();
}

async function askAsStranger(page: Page): Promise<void> {
  await page.goto(`${server.origin('demo')}/sign-in`);
  await page.getByLabel('Email').fill('stranger@nowhere.test');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/check-email');
}

async function typeWrongCode(page: Page): Promise<void> {
  await askAsStranger(page);
  await page.getByLabel('Code from the email').fill('AAAAAA');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('That code isn’t right').waitFor();
}

async function addBadly(page: Page): Promise<void> {
  await page.goto(`${server.origin('app')}/w/demo/contacts/new`);
  await page.getByLabel('Name').fill('Carla Again');
  await page.getByLabel('Email').fill('client@demo.test');
  await page.getByRole('button', { name: 'Add contact' }).click();
  await page.getByText('already has this address').waitFor();
}

async function openMenu(page: Page): Promise<void> {
  await page.goto(`${server.origin('demo')}/`);
  await page.getByLabel(/Your account/).click();
}

function tabTo(page: Page, name: string): Promise<void> {
  return tabUntil(page, () =>
    page.evaluate((wanted) => document.activeElement?.getAttribute('name') === wanted, name),
  );
}

async function tabUntil(page: Page, isThere: () => Promise<boolean>): Promise<void> {
  for (let presses = 0; presses < 30; presses++) {
    if (await isThere()) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('the keyboard does not get there');
}
