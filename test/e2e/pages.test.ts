import type { Browser } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { expectFitting } from '../support/browser/screens.ts';
import type { Server } from '../support/browser/server.ts';
import { openProfile } from '../support/browser/walk.ts';
import { withServer } from '../support/browser/with-server.ts';
import {
  addBadly,
  confirmAddress,
  enterAddress,
  enterBadAddress,
  enterBadThird,
  enterNext,
  openCard,
  openPausedCard,
  saveLate,
  typeWrongSenderCode,
} from './open-admin.ts';
import {
  askAsStranger,
  askBadly,
  askedForCurrent,
  at,
  changeWhilePaused,
  chooseBadly,
  chooseStrongly,
  chooseWeakly,
  confirmAfterAWhile,
  confirmForgotten,
  endOthers,
  guessOnce,
  guessTooOften,
  mistypeCurrent,
  type Open,
  openMenu,
  renewUsed,
  typeWrongCode,
} from './open-sign-in.ts';
import { CARLA, LARS, UNKNOWN_LINK, type Walk, type Walked, walkAll } from './walk.ts';

const BAD_BRAND = new URLSearchParams({
  name: '',
  accent_color: 'red',
  portal_contact: 'a@b, c@d',
  time_zone: 'Atlantis',
});

let server: Server;
let browser: Browser;
let walk: Walk;

withServer(async (started) => {
  ({ server, browser } = started);
  walk = await walkAll(server, browser);
});

describe('every page, on phone and desktop, light and dark', () => {
  test.each<[name: string, open: Open, walked: (walk: Walk) => Walked]>([
    ['sign-in', at('demo', '/sign-in'), nobody],
    ['sign-in of the admin host', at('app', '/sign-in'), nobody],
    ['sign-in with a message', askBadly, nobody],
    ['sign-in by password', at('demo', '/sign-in?method=password'), nobody],
    ['sign-in by password of the admin host', at('app', '/sign-in?method=password'), nobody],
    ['sign-in by password, refused', guessOnce, nobody],
    ['sign-in by password, paused', guessTooOften, nobody],
    ['check your email', askAsStranger, nobody],
    ['check your email, wrong code', typeWrongCode, nobody],
    ['check your email, without cookies', at('demo', '/sign-in/check-email'), nobody],
    ['check your email, renewed', renewUsed, nobody],
    ['confirm a link', (page, { openLink }) => page.goto(openLink), nobody],
    ['a used link', (page, { usedLink }) => page.goto(usedLink), nobody],
    ['an unknown link', at('demo', UNKNOWN_LINK), nobody],
    ['access switched off', at('rival', '/'), ({ revoked }) => revoked],
    ['portal home', at('demo', '/'), ({ client }) => client],
    ['portal home, menu open', openMenu('demo'), ({ client }) => client],
    ['portal home without a password', at('demo', '/'), ({ fresh }) => fresh],
    ['set a password', at('demo', '/account/password'), ({ fresh }) => fresh],
    ['set a password, a weak one shown', chooseWeakly, ({ fresh }) => fresh],
    ['set a password, a strong one', chooseStrongly, ({ fresh }) => fresh],
    ['set a password, refused', chooseBadly, ({ fresh }) => fresh],
    ['set a password on the admin host', at('app', '/account/password'), ({ owner }) => owner],
    ['update the password', at('demo', '/account/password'), ({ client }) => client],
    [
      'update the password, asking for the current one',
      askedForCurrent,
      ({ byPassword }) => byPassword,
    ],
    ['update the password, the current one wrong', mistypeCurrent, ({ byPassword }) => byPassword],
    ['update the password, paused', changeWhilePaused, ({ paused }) => paused],
    ['remove the password', at('demo', '/account/password/removal'), ({ client }) => client],
    ['devices, several', at('demo', '/account/sessions'), ({ client }) => client],
    ['devices, one', at('demo', '/account/sessions'), ({ fresh }) => fresh],
    ['devices of the admin host, after signing out all others', endOthers, ({ owner }) => owner],
    ['is it you, forgotten', confirmForgotten, ({ byPassword }) => byPassword],
    ['is it you, by password or link', confirmAfterAWhile, ({ client }) => client],
    ['is it you, by link', confirmAfterAWhile, ({ fresh }) => fresh],
    ['admin home', at('app', '/w/demo'), ({ owner }) => owner],
    ['admin home, menu open', openMenu('app'), ({ owner }) => owner],
    ['contacts', at('app', '/w/demo/contacts'), ({ owner }) => owner],
    ['contacts, none found', at('app', '/w/demo/contacts?q=zzz'), ({ owner }) => owner],
    ['new contact', at('app', '/w/demo/contacts/new'), ({ owner }) => owner],
    ['new contact with messages', addBadly, ({ owner }) => owner],
    ['contact card', at('app', `/w/demo/contacts/${LARS}`), ({ owner }) => owner],
    ['contact card with password and devices', openCard, ({ owner }) => owner],
    ['contact card, paused', openPausedCard, ({ owner }) => owner],
    ['edit contact', at('app', `/w/demo/contacts/${CARLA}/edit`), ({ owner }) => owner],
    ['delete contact', at('app', `/w/demo/contacts/${LARS}/deletion`), ({ owner }) => owner],
    ['activity', at('app', '/w/demo/activity'), ({ owner }) => owner],
    ['preferences', at('app', '/w/demo/settings/preferences/clients'), ({ owner }) => owner],
    ['branding', at('app', '/w/demo/settings/branding'), ({ owner }) => owner],
    [
      'branding with messages',
      at('app', `/w/demo/settings/branding?${BAD_BRAND}`),
      ({ owner }) => owner,
    ],
    ['branding that was saved meanwhile', saveLate, ({ owner }) => owner],
    ['email, no address', at('app', '/w/demo/settings/email'), ({ owner }) => owner],
    ['email with a message', enterBadAddress, ({ owner }) => owner],
    ['email, a code asked for', enterAddress, ({ owner }) => owner],
    ['email with a wrong code', typeWrongSenderCode, ({ owner }) => owner],
    ['email, replies only', confirmAddress, ({ owner }) => owner],
    ['email, another address beside it', enterNext, ({ owner }) => owner],
    ['email, a third one with a message', enterBadThird, ({ owner }) => owner],
    ['new workspace', at('app', '/workspaces/new'), ({ owner }) => owner],
    ['not found', at('app', '/w/nope'), ({ owner }) => owner],
    ['mailbox', at('app', '/dev/mail'), nobody],
    [
      'a mail in the mailbox',
      (page, { server, mail }) => page.goto(`${server.origin('app')}${mail}`),
      nobody,
    ],
    [
      'the mail itself',
      (page, { server, mail }) => page.goto(`${server.origin('app')}${mail}/html`),
      nobody,
    ],
    [
      'a notice in the mailbox',
      (page, { server, notice }) => page.goto(`${server.origin('app')}${notice}`),
      nobody,
    ],
    [
      'the notice itself',
      (page, { server, notice }) => page.goto(`${server.origin('app')}${notice}/html`),
      nobody,
    ],
  ])(
    '%s: axe finds nothing, nothing overflows, no script or policy error',
    async (_name, open, walked) => {
      const profile = await openProfile(browser, walked(walk));
      const { page } = profile;
      await open(page, walk);
      await expectFitting(page);
      expect(profile.faults).toEqual([]);
      await profile.context.close();
    },
  );
});

function nobody(): Walked {
  return {};
}
