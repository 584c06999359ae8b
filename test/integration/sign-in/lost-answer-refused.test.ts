import { describe, expect, test } from 'vitest';
import { LOST_ANSWER } from '../../../worker/sessions/lost.ts';
import { carla, carlaAtDemo, lars, larsAtDemo, olivia } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { changeCarlaEmail, setAccess } from '../../support/contacts.ts';
import { epochAndSessions, usedOnce } from '../../support/database.ts';
import { signInBy, WAYS, type Way, withLostAnswer } from '../../support/lost-answers.ts';
import { codeIn, linkIn, type Mail } from '../../support/mail.ts';
import { onlySession, SESSION } from '../../support/sessions.ts';
import { copyOf, type Visitor, visit } from '../../support/visitor.ts';

/** No way of the mail signs this browser in; what it had of a session, it still has. */
async function expectRefused(browser: Visitor, mail: Mail | undefined): Promise<void> {
  const had = browser.cookies.get(SESSION);
  for (const way of WAYS) {
    const response = await signInBy(way, browser, mail);
    expect([404, 410, 422, 303], way).toContain(response.status);
    expect(
      response.headers.getSetCookie().filter((line) => line.startsWith(SESSION)),
      way,
    ).toEqual([]);
  }
  expect(browser.cookies.get(SESSION)).toBe(had);
}

describe('a lost answer is not given again', () => {
  test.each(WAYS)('after a minute (%s)', async (way: Way) => {
    const { browser, mail } = await withLostAnswer('demo', carla, way);
    moveClock(LOST_ANSWER);
    await expectRefused(browser, mail);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
  });

  test('to another browser with the link, or with the link and the code', async () => {
    const { mail } = await withLostAnswer('demo', carla);
    await expectRefused(visit('demo'), mail);
    const askedToo = visit('demo');
    await askedToo.ask(lars);
    await expectRefused(askedToo, mail);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
  });

  test('to another browser that asked for the same account', async () => {
    const other = visit('demo');
    const mailOfOther = await other.ask(carla);
    const { mail } = await withLostAnswer('demo', carla);
    await expectRefused(other, mail);
    await expectRefused(other, mailOfOther);
  });

  test('to the browser that pressed the button without having asked', async () => {
    const mail = await visit('demo').ask(carla);
    expect((await visit('demo').post(linkIn(mail))).status).toBe(303);
    await expectRefused(visit('demo'), mail);
  });

  test('to the browser that asked, when another one pressed the button', async () => {
    const asking = visit('demo');
    const mail = await asking.ask(carla);
    expect((await visit('demo').post(linkIn(mail))).status).toBe(303);
    await expectRefused(asking, mail);
  });

  test.each<[string, (browser: Visitor, mail: Mail | undefined) => Promise<unknown>]>([
    ['access was switched off', async () => setAccess(await visit('app').signInAs(olivia), 'off')],
    [
      'access was switched off and on again',
      async () => {
        const owner = await visit('app').signInAs(olivia);
        await setAccess(owner, 'off');
        await setAccess(owner, 'on');
      },
    ],
    [
      'the freelancer ended the session',
      async () => {
        const { id } = await onlySession();
        const owner = await visit('app').signInAs(olivia);
        const card = `/w/demo/contacts/${carlaAtDemo}`;
        expect((await owner.post(`${card}/sessions/${id}/revocation`)).status).toBe(303);
      },
    ],
    [
      'the address changed',
      async () => changeCarlaEmail(await visit('app').signInAs(olivia), 'carla@new.test'),
    ],
    [
      'the contact was deleted',
      async () => {
        const owner = await visit('app').signInAs(olivia);
        await owner.post(`/w/demo/contacts/${carlaAtDemo}/deletion`);
      },
    ],
    [
      'signing out',
      async (browser, mail) => {
        const twin = copyOf(browser);
        expect((await twin.get(linkIn(mail))).status).toBe(303);
        expect((await twin.post('/sign-out')).status).toBe(303);
      },
    ],
    [
      'all other devices were signed out',
      async () => {
        const phone = await visit('demo').signInAs(carla);
        await phone.post('/account/sessions/revocation');
      },
    ],
    ['a second sign-in', async () => visit('demo').signInAs(carla)],
  ])('after %s', async (_what, happens) => {
    const { browser, mail } = await withLostAnswer('demo', carla);
    await happens(browser, mail);
    await expectRefused(browser, mail);
  });

  test('by a link or code of an earlier epoch', async () => {
    const browser = visit('demo');
    const earlier = await browser.ask(carla);
    await browser.get(linkIn(earlier));
    const later = await browser.ask(carla);
    const twin = copyOf(browser);
    expect((await browser.get(linkIn(later))).status).toBe(303);
    await expectRefused(twin, earlier);
    expect((await twin.get(linkIn(later))).status).toBe(303);
  });

  test('in another realm', async () => {
    const { browser, mail } = await withLostAnswer('demo', carla);
    for (const host of ['rival', 'app']) {
      const there = copyOf(browser);
      const elsewhere = visit(host);
      for (const [name, value] of there.cookies) elsewhere.cookies.set(name, value);
      const path = new URL(linkIn(mail)).pathname;
      for (const response of [
        await elsewhere.get(path),
        await elsewhere.post(path),
        await elsewhere.post('/sign-in/code', { code: codeIn(mail) }),
      ]) {
        expect(response.headers.getSetCookie(), host).toEqual([]);
      }
    }
  });

  test.each([
    ['a HEAD', { method: 'HEAD' }],
    ['a prefetch', { headers: { 'sec-purpose': 'prefetch' } }],
    ['a preview', { headers: { purpose: 'preview' } }],
  ])('to %s', async (_what, init) => {
    const { browser, mail } = await withLostAnswer('demo', carla);
    const ahead = await browser.get(linkIn(mail), init);
    expect([ahead.status, ahead.headers.getSetCookie()]).toEqual([410, []]);
    expect((await browser.get(linkIn(mail))).status).toBe(303);
  });

  test('to a browser that is signed in as somebody else by now', async () => {
    const { browser, mail } = await withLostAnswer('demo', carla);
    const owner = await visit('app').signInAs(olivia);
    await owner.post(`/w/demo/contacts/${larsAtDemo}/portal-access`, { enabled: 'on' });
    const other = await visit('demo').signInAs(lars);
    browser.cookies.set(SESSION, other.cookies.get(SESSION) ?? '');
    await expectRefused(browser, mail);
    expect(await (await browser.get('/')).text()).toContain('Lars');
  });
});
