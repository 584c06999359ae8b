import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { launch } from '../support/browser/launch.ts';
import { expectFitting } from '../support/browser/screens.ts';
import { type Server, startServer } from '../support/browser/server.ts';
import {
  addContact,
  askFor,
  choosePassword,
  newMail,
  openFromMenu,
  openPasswordTab,
  openProfile,
  press,
  signIn,
  typePassword,
} from '../support/browser/walk.ts';
import { textOf } from '../support/doubles/mailchannels/send.ts';
import { codeIn, linkIn } from '../support/mail.ts';

const CARLA = '00000000-0000-4000-8000-00000000d301';
const LARS = '00000000-0000-4000-8000-00000000d302';
const PASSWORD = 'seven quiet herons past midnight';
const WRONG = 'not what was chosen back then';
const GUESSED = 'greta@guessed.test';
const UNKNOWN_LINK = `/sign-in/link/${'A'.repeat(43)}`;

const BAD_BRAND = new URLSearchParams({
  name: '',
  accent_color: 'red',
  portal_contact: 'a@b, c@d',
  time_zone: 'Atlantis',
});

type Walked = Pick<BrowserContextOptions, 'storageState'>;

let server: Server;
let browser: Browser;
let owner: Walked;
let client: Walked;
let byPassword: Walked;
let resting: Walked;
let fresh: Walked;
let revoked: Walked;
let openLink: string;
let usedLink: string;
let mail: string;
let notice: string;
let restingCard: string;

// One walk makes every state that a page can show: signed in, revoked, a link open and one used.
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launch()]);
  const desk = await openProfile(browser);
  await signIn(server, desk.page, 'app', 'owner@demo.test');
  owner = { storageState: await desk.context.storageState() };

  const portal = await openProfile(browser);
  await signIn(server, portal.page, 'demo', 'client@demo.test');
  let mails = (await server.mailbox()).length;
  await choosePassword(portal.page, PASSWORD);
  notice = `/dev/mail/${(await newMail(server, mails)).id}`;
  client = { storageState: await portal.context.storageState() };
  const second = await openProfile(browser, { locale: 'de' });
  await openPasswordTab(server, second.page, 'demo');
  await typePassword(second.page, 'client@demo.test', PASSWORD);
  byPassword = { storageState: await second.context.storageState() };

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

  // somebody without a password, and somebody whose password strangers guess at
  await addContact(server, desk.page, 'demo', { name: 'Frida Fresh', email: 'frida@fresh.test' });
  const frida = await openProfile(browser);
  await signIn(server, frida.page, 'demo', 'frida@fresh.test');
  fresh = { storageState: await frida.context.storageState() };
  const greta = { name: 'Greta Guessed', email: GUESSED };
  restingCard = await addContact(server, desk.page, 'demo', greta);
  const guessed = await openProfile(browser);
  await signIn(server, guessed.page, 'demo', greta.email);
  mails = (await server.mailbox()).length;
  await choosePassword(guessed.page, PASSWORD);
  await newMail(server, mails);
  const entered = await openProfile(browser);
  await openPasswordTab(server, entered.page, 'demo');
  await typePassword(entered.page, greta.email, PASSWORD);
  resting = { storageState: await entered.context.storageState() };
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

describe('every page, on phone and desktop, light and dark', () => {
  test.each<[name: string, open: (page: Page) => Promise<unknown>, walked: () => Walked]>([
    ['sign-in', at('demo', '/sign-in'), nobody],
    ['sign-in of the admin host', at('app', '/sign-in'), nobody],
    ['sign-in with a message', askBadly, nobody],
    ['sign-in by password', at('demo', '/sign-in?method=password'), nobody],
    ['sign-in by password of the admin host', at('app', '/sign-in?method=password'), nobody],
    ['sign-in by password, refused', guessOnce, nobody],
    ['sign-in by password, resting', guessTooOften, nobody],
    ['check your email', askAsStranger, nobody],
    ['check your email, wrong code', typeWrongCode, nobody],
    ['confirm a link', (page) => page.goto(openLink), nobody],
    ['a used link', (page) => page.goto(usedLink), nobody],
    ['an unknown link', at('demo', UNKNOWN_LINK), nobody],
    ['access switched off', at('rival', '/'), () => revoked],
    ['portal home', at('demo', '/'), () => client],
    ['portal home, menu open', openMenu('demo'), () => client],
    ['portal home without a password', at('demo', '/'), () => fresh],
    ['set a password', at('demo', '/account/password'), () => fresh],
    ['set a password, a weak one shown', chooseWeakly, () => fresh],
    ['set a password, a strong one', chooseStrongly, () => fresh],
    ['set a password, refused', chooseBadly, () => fresh],
    ['set a password on the admin host', at('app', '/account/password'), () => owner],
    ['update the password', at('demo', '/account/password'), () => client],
    ['update the password, asking for the current one', askedForCurrent, () => byPassword],
    ['update the password, the current one wrong', mistypeCurrent, () => byPassword],
    ['update the password, resting', changeWhileResting, () => resting],
    ['remove the password', at('demo', '/account/password/removal'), () => client],
    ['devices, several', at('demo', '/account/sessions'), () => client],
    ['devices, one', at('demo', '/account/sessions'), () => fresh],
    ['devices of the admin host, after signing out all others', endOthers, () => owner],
    ['is it you, forgotten', confirmForgotten, () => byPassword],
    ['is it you, by password or link', confirmAfterAWhile, () => client],
    ['is it you, by link', confirmAfterAWhile, () => fresh],
    ['desk home', at('app', '/w/demo'), () => owner],
    ['desk home, menu open', openMenu('app'), () => owner],
    ['contacts', at('app', '/w/demo/contacts'), () => owner],
    ['contacts, none found', at('app', '/w/demo/contacts?q=zzz'), () => owner],
    ['new contact', at('app', '/w/demo/contacts/new'), () => owner],
    ['new contact with messages', addBadly, () => owner],
    ['contact card', at('app', `/w/demo/contacts/${LARS}`), () => owner],
    ['contact card with password and devices', openCard, () => owner],
    ['contact card, resting', openRestingCard, () => owner],
    ['edit contact', at('app', `/w/demo/contacts/${CARLA}/edit`), () => owner],
    ['delete contact', at('app', `/w/demo/contacts/${LARS}/deletion`), () => owner],
    ['activity', at('app', '/w/demo/activity'), () => owner],
    ['preferences', at('app', '/w/demo/settings/preferences/clients'), () => owner],
    ['branding', at('app', '/w/demo/settings/branding'), () => owner],
    ['branding with messages', at('app', `/w/demo/settings/branding?${BAD_BRAND}`), () => owner],
    ['branding that was saved meanwhile', saveLate, () => owner],
    ['email, no address', at('app', '/w/demo/settings/email'), () => owner],
    ['email with a message', enterBadAddress, () => owner],
    ['email, a code asked for', enterAddress, () => owner],
    ['email with a wrong code', typeWrongSenderCode, () => owner],
    ['email, replies only', confirmAddress, () => owner],
    ['email, another address beside it', enterNext, () => owner],
    ['email, a third one with a message', enterBadThird, () => owner],
    ['new workspace', at('app', '/workspaces/new'), () => owner],
    ['not found', at('app', '/w/nope'), () => owner],
    ['mailbox', at('app', '/dev/mail'), nobody],
    ['a mail in the mailbox', (page) => page.goto(`${server.origin('app')}${mail}`), nobody],
    ['the mail itself', (page) => page.goto(`${server.origin('app')}${mail}/html`), nobody],
    ['a notice in the mailbox', (page) => page.goto(`${server.origin('app')}${notice}`), nobody],
    ['the notice itself', (page) => page.goto(`${server.origin('app')}${notice}/html`), nobody],
  ])(
    '%s: axe finds nothing, nothing overflows, no script or policy error',
    async (_name, open, walked) => {
      const profile = await openProfile(browser, walked());
      const { page } = profile;
      await open(page);
      await expectFitting(page);
      expect(profile.faults).toEqual([]);
      await profile.context.close();
    },
  );
});

// a server of its own, whose mail leaves another way; while it is there, the network is its
describe('Settings → Email, after a sample that the mail service', () => {
  let wired: Server;
  let member: Walked;

  beforeAll(async () => {
    wired = await startServer({ MAIL_TRANSPORT: 'mailchannels' });
    const { context, page } = await openProfile(browser);
    await page.goto(`${wired.origin('app')}/sign-in`);
    await page.getByLabel('Email').fill('owner@demo.test');
    await press(page, 'Sign in');
    await vi.waitFor(() => expect(wired.wire).toHaveLength(1));
    await page.goto(linkIn({ text: textOf(wired.wire[0]) }));
    member = { storageState: await context.storageState() };
    await context.close();
  });

  afterAll(async () => {
    await wired?.close();
  });

  test.each([
    ['refuses', '400', 'The sample could not be sent: the mail service did not accept the mail'],
    ['puts off', '429', 'The sample is waiting to be sent: the mail service takes no more mail'],
    ['accepts', 'takes it over (202)', 'The sample was accepted by the mail service'],
  ] as const)('%s: it says so, axe finds nothing, nothing overflows', async (_, answer, words) => {
    const { context, page, faults } = await openProfile(browser, member);
    await page.goto(`${wired.origin('app')}/w/demo/settings/email`);
    wired.mailService(answer);
    await press(page, 'Mail me a sample');
    const told = page.getByText(words);
    await expect.poll(() => page.reload().then(() => told.count()), { timeout: 10_000 }).toBe(1);
    await expectFitting(page);
    expect(faults).toEqual([]);
    await context.close();
  });
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

    await tabUntil(page, () => hasFocus(page.getByLabel(/Your account/)));
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('button', { name: 'Sign out' }).isVisible()).toBe(false);
    await page.keyboard.press('Enter');
    await tabUntil(page, () => hasFocus(page.getByRole('button', { name: 'Sign out' })));
    await page.keyboard.press('Enter');
    await page.waitForURL('**/sign-in');
    await context.close();
  });

  test('a client sets a password, signs another device out, and comes back with the password', async () => {
    const email = 'kim@keys.test';
    const desk = await openProfile(browser, owner);
    await addContact(server, desk.page, 'demo', { name: 'Kim Keys', email });
    await desk.context.close();
    const { context, page, faults } = await openProfile(browser);
    await signIn(server, page, 'demo', email);
    await tabUntil(page, () => hasFocus(page.getByLabel(/Your account/)));
    await page.keyboard.press('Enter');
    await tabUntil(page, () => hasFocus(page.getByRole('link', { name: 'Update password' })));
    await page.keyboard.press('Enter');
    await page.waitForURL('**/account/password');
    expect(await reachable(page)).toEqual([
      'Demo Studio',
      'Your account: Kim Keys',
      'Back to the portal',
      'Password',
      'Show password',
      'Save password',
    ]);
    await tabTo(page, 'password');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Hide password' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/account/sessions');
    await page.getByText('Your password is set.').waitFor();

    const other = await openProfile(browser);
    await openPasswordTab(server, other.page, 'demo');
    await typePassword(other.page, email, PASSWORD);
    await page.reload();
    expect(await reachable(page)).toEqual([
      'Demo Studio',
      'Your account: Kim Keys',
      'Back to the portal',
      'Sign out',
      expect.stringMatching(/^Sign out Chrome on /),
      'update it',
      'Sign out all others',
    ]);
    await tabUntil(page, () => hasFocus(page.getByRole('button', { name: /^Sign out Chrome/ })));
    await page.keyboard.press('Enter');
    await page.getByText(/^Chrome on .+ was signed out\.$/).waitFor();
    await other.page.reload();
    await other.page.waitForURL('**/sign-in?next=*');

    await tabUntil(page, () => hasFocus(page.getByRole('button', { name: 'Sign out' })));
    await page.keyboard.press('Enter');
    await page.waitForURL('**/sign-in');
    await tabUntil(page, () => hasFocus(page.getByRole('link', { name: 'Password', exact: true })));
    await page.keyboard.press('Enter');
    await page.waitForURL('**method=password');
    expect(await reachable(page)).toEqual([
      'Magic link',
      'Password',
      'Email',
      'Password',
      'Show password',
      'Sign in',
      'Email me a link instead',
      'hello@demo.test',
    ]);
    await tabTo(page, 'email');
    await page.keyboard.type(email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${server.origin('demo')}/`);
    await page.goto(`${server.origin('demo')}/account/password`);
    expect(await reachable(page)).toEqual([
      'Demo Studio',
      'Your account: Kim Keys',
      'Back to the portal',
      'Current password',
      'Show current password',
      'Forgot it? Sign in again by link, then set a new one without it.',
      'New password',
      'Show new password',
      'Save password',
      'Remove the password',
    ]);
    expect(faults).toEqual([]);
    await other.context.close();
    await context.close();
  });

  test('an owner skips to the content and flips the switch, keeping the focus', async () => {
    const { context, page } = await openProfile(browser, owner);
    await page.goto(`${server.origin('app')}/w/demo/contacts/${LARS}`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#main');
    const toggle = page.getByRole('switch', { name: 'Portal access' });
    await tabUntil(page, () => hasFocus(toggle));
    const outline = await toggle.evaluate((element) => getComputedStyle(element).outlineStyle);
    expect(outline, 'the focus is visible').not.toBe('none');
    await page.keyboard.press('Space');
    await page.getByText('Portal access is on.').waitFor();
    expect(await toggle.getAttribute('aria-checked')).toBe('true');
    expect(await hasFocus(toggle)).toBe(true);
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

async function saveLate(page: Page): Promise<void> {
  const version = 'of-what-was-there-before';
  const typed = new URLSearchParams({ version, name: 'Studio Late', language: 'de' });
  await page.goto(`${server.origin('app')}/w/demo/settings/branding?${typed}`);
  await press(page, 'Save');
  await page.getByText('Saved at present: English (UK)').waitFor();
}

async function enterBadAddress(page: Page): Promise<void> {
  await page.goto(`${server.origin('app')}/w/demo/settings/email`);
  await page.getByLabel('Your address').fill('hello@studio');
  await press(page, 'Mail me a code');
  await page.getByText('does not look like one email address').waitFor();
}

async function enterAddress(page: Page): Promise<void> {
  await page.goto(`${server.origin('app')}/w/demo/settings/email`);
  await page.getByLabel('Your address').fill('olivia@gmail.com');
  await press(page, 'Mail me a code');
  await page.getByRole('heading', { name: 'Type the code' }).waitFor();
}

async function typeWrongSenderCode(page: Page): Promise<void> {
  await page.goto(`${server.origin('app')}/w/demo/settings/email`);
  await page.getByLabel('Code from the email').pressSequentially('AAAAAA');
  await press(page, 'Confirm the address');
  await page.getByText('That code isn’t right').waitFor();
}

async function confirmAddress(page: Page): Promise<void> {
  await page.goto(`${server.origin('app')}/w/demo/settings/email`);
  const mail = (await server.mailbox()).find(({ to }) => to === 'olivia@gmail.com');
  if (mail === undefined) throw new Error('no code came');
  await page.getByLabel('Code from the email').pressSequentially(codeIn(mail));
  await press(page, 'Confirm the address');
  await page.getByRole('heading', { name: 'Replies reach olivia@gmail.com' }).waitFor();
}

async function enterNext(page: Page): Promise<void> {
  await page.goto(`${server.origin('app')}/w/demo/settings/email`);
  await page.getByText('Use another address').click();
  await page.getByLabel('Your address').fill('olivia.with.a.long.name@icloud.com');
  await press(page, 'Mail me a code');
  await page.getByRole('heading', { name: 'Next: olivia.with.a.long.name@icloud.com' }).waitFor();
  await page.getByText('Keep olivia@gmail.com').first().click();
}

async function enterBadThird(page: Page): Promise<void> {
  await page.goto(`${server.origin('app')}/w/demo/settings/email`);
  await page.getByText('Use another address').click();
  await page.getByLabel('Your address').fill('hello@studio');
  await press(page, 'Mail me a code');
  await page.getByText('does not look like one email address').waitFor();
  await page.getByText('It takes the place of olivia.with.a.long.name@icloud.com').waitFor();
}

function openMenu(host: string): (page: Page) => Promise<void> {
  return async (page) => {
    await page.goto(`${server.origin(host)}/`);
    await page.getByLabel(/Your account/).click();
    for (const entry of ['Update password', 'Devices']) {
      await page.getByRole('link', { name: entry, exact: true }).waitFor();
    }
  };
}

async function guessOnce(page: Page): Promise<void> {
  await openPasswordTab(server, page, 'demo');
  await typePassword(page, 'stranger@nowhere.test', WRONG);
  await page.getByText('This email address and password do not match.').waitFor();
}

/** Types wrong passwords until they rest; on a slow machine an earlier pause may be over by now. */
async function guessTooOften(page: Page): Promise<void> {
  await openPasswordTab(server, page, 'demo');
  for (let tries = 0; tries < 6; tries++) {
    if ((await typePassword(page, GUESSED, WRONG)).status() === 429) return;
  }
  throw new Error('the password does not rest');
}

async function guessElsewhere(): Promise<void> {
  const stranger = await openProfile(browser);
  await guessTooOften(stranger.page);
  await stranger.context.close();
}

async function chooseWeakly(page: Page): Promise<void> {
  await page.goto(`${server.origin('demo')}/account/password`);
  await page.getByLabel('Password', { exact: true }).fill('abcabcabcabcabcabc');
  await page.getByRole('button', { name: 'Show password' }).click();
  await page.getByText('Easy to guess: repeating adds little').waitFor();
}

async function chooseStrongly(page: Page): Promise<void> {
  await page.goto(`${server.origin('demo')}/account/password`);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByText('Strong', { exact: true }).waitFor();
}

async function chooseBadly(page: Page): Promise<void> {
  await page.goto(`${server.origin('demo')}/account/password`);
  await page.getByLabel('Password', { exact: true }).fill('frida fresh frida');
  await press(page, 'Save password');
  await page.getByText('which anybody who knows you would try').waitFor();
}

async function askedForCurrent(page: Page): Promise<void> {
  await page.goto(`${server.origin('demo')}/account/password`);
  await page.getByLabel('Current password').waitFor();
}

async function confirmForgotten(page: Page): Promise<void> {
  await page.goto(`${server.origin('demo')}/account/password`);
  await page.getByRole('link', { name: /^Forgot it\?/ }).click();
  await page.getByRole('heading', { name: 'Is it you?' }).waitFor();
}

// Everybody's session is a while old from here on, so pages that depend on its age come before.
async function confirmAfterAWhile(page: Page): Promise<void> {
  await server.age(11 * 60_000);
  await page.goto(`${server.origin('demo')}/account/confirmation`);
  await page.getByRole('heading', { name: 'Is it you?' }).waitFor();
}

async function mistypeCurrent(page: Page): Promise<void> {
  await page.goto(`${server.origin('demo')}/account/password`);
  await page.getByLabel('Current password').fill(WRONG);
  await page.getByLabel('New password').fill(PASSWORD);
  await press(page, 'Save password');
  await page.getByText('That isn’t your current password.').waitFor();
}

async function changeWhileResting(page: Page): Promise<void> {
  await guessElsewhere();
  await page.goto(`${server.origin('demo')}/account/password`);
  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByLabel('New password').fill('a kettle full of borrowed thunder');
  await press(page, 'Save password');
  await page.getByText('Too many wrong passwords').waitFor();
}

async function endOthers(page: Page): Promise<void> {
  const elsewhere = await openProfile(browser);
  await signIn(server, elsewhere.page, 'app', 'owner@demo.test');
  await elsewhere.context.close();
  await page.goto(`${server.origin('app')}/w/demo`);
  await openFromMenu(page, 'Devices');
  await press(page, 'Sign out all others');
  await page.getByText('1 other device was signed out.').waitFor();
}

async function openRestingCard(page: Page): Promise<void> {
  await guessElsewhere();
  await page.goto(restingCard);
  await page.getByText('Paused until').waitFor();
}

async function openCard(page: Page): Promise<void> {
  await page.goto(`${server.origin('app')}/w/demo/contacts/${CARLA}`);
  await page
    .getByRole('button', { name: /^Sign out Chrome/ })
    .first()
    .waitFor();
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

function hasFocus(locator: Locator): Promise<boolean> {
  return locator.evaluate((element) => element === document.activeElement);
}

/**
 * The names of what Tab stops at, in order, from the top of the page to its end. Fails when a control that
 * can be seen is left out, or shows no focus.
 */
async function reachable(page: Page): Promise<string[]> {
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
