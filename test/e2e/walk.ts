import type { Browser, BrowserContextOptions } from 'playwright-core';
import type { Server } from '../support/browser/server.ts';
import {
  addContact,
  askFor,
  choosePassword,
  newMail,
  openPasswordTab,
  openProfile,
  signIn,
  typePassword,
} from '../support/browser/walk.ts';
import { linkIn } from '../support/mail.ts';

export const CARLA = '00000000-0000-4000-8000-00000000d301';
export const LARS = '00000000-0000-4000-8000-00000000d302';
export const PASSWORD = 'seven quiet herons past midnight';
export const WRONG = 'not what was chosen back then';
export const GUESSED = 'greta@guessed.test';
export const UNKNOWN_LINK = `/sign-in/link/${'A'.repeat(43)}`;

/** Cookies of somebody who has been through some pages. */
export type Walked = Pick<BrowserContextOptions, 'storageState'>;

/** A server and a browser, and what one walk through them left behind. */
export type Walk = Awaited<ReturnType<typeof walkAll>>;

/** One walk that makes every state that a page can show: signed in, revoked, a link open and one used. */
export async function walkAll(server: Server, browser: Browser) {
  const admin = await openProfile(browser);
  await signIn(server, admin.page, 'app', 'owner@demo.test');
  const owner: Walked = { storageState: await admin.context.storageState() };

  const portal = await openProfile(browser);
  await signIn(server, portal.page, 'demo', 'client@demo.test');
  let mails = (await server.mailbox()).length;
  await choosePassword(portal.page, PASSWORD);
  const notice = `/dev/mail/${(await newMail(server, mails)).id}`;
  const client: Walked = { storageState: await portal.context.storageState() };
  const second = await openProfile(browser, { locale: 'de' });
  await openPasswordTab(server, second.page, 'demo');
  await typePassword(second.page, 'client@demo.test', PASSWORD);
  const byPassword: Walked = { storageState: await second.context.storageState() };

  const rob = await openProfile(browser);
  const used = await askFor(server, rob.page, 'rival', 'client@rival.test');
  await rob.page.goto(linkIn(used));
  const usedLink = linkIn(used);
  const revoked: Walked = { storageState: await rob.context.storageState() };
  const asked = await openProfile(browser);
  const open = await askFor(server, asked.page, 'demo', 'client@demo.test');
  const openLink = linkIn(open);
  const mail = `/dev/mail/${open.id}`;

  const rival = await openProfile(browser);
  await signIn(server, rival.page, 'app', 'owner@rival.test');
  await rival.page.goto(`${server.origin('app')}/w/rival/contacts`);
  await rival.page.getByRole('link', { name: 'Rob Regular' }).click();
  await rival.page.getByRole('switch').click();
  await rival.page.getByText('Portal access is off.').waitFor();

  // somebody without a password, and somebody whose password strangers guess at
  await addContact(server, admin.page, 'demo', { name: 'Frida Fresh', email: 'frida@fresh.test' });
  const frida = await openProfile(browser);
  await signIn(server, frida.page, 'demo', 'frida@fresh.test');
  const fresh: Walked = { storageState: await frida.context.storageState() };
  const greta = { name: 'Greta Guessed', email: GUESSED };
  const pausedCard = await addContact(server, admin.page, 'demo', greta);
  const guessed = await openProfile(browser);
  await signIn(server, guessed.page, 'demo', greta.email);
  mails = (await server.mailbox()).length;
  await choosePassword(guessed.page, PASSWORD);
  await newMail(server, mails);
  const entered = await openProfile(browser);
  await openPasswordTab(server, entered.page, 'demo');
  await typePassword(entered.page, greta.email, PASSWORD);
  const paused: Walked = { storageState: await entered.context.storageState() };

  return {
    ...{ server, browser, owner, client, byPassword, paused, fresh, revoked },
    ...{ openLink, usedLink, mail, notice, pausedCard },
  };
}
