import { beforeEach, describe, expect, test } from 'vitest';
import { minutes } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo, olivia, PASSPHRASE } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { epochAndSessions } from '../../support/database.ts';
import { renew } from '../../support/links.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { SESSION } from '../../support/sessions.ts';
import { mailbox, type Visitor, visit, withPassword } from '../../support/visitor.ts';

// Attack 42 (login CSRF): Dora passes on a used link of her own. Whoever renews it must not become Dora unawares.

const dora = 'dora@evil.test';
const NAMED = 'This link is for <strong class="address">d***@evil.test</strong>';

let used: string;

beforeEach(async () => {
  const owner = await visit('app').signInAs(olivia);
  await owner.post('/w/demo/contacts', { name: 'Dora', email: dora, portal_access: 'on' });
  used = linkIn(await visit('demo').ask(dora));
  await visit('demo').post(used);
});

describe('a renewed link, in a browser that did not ask for the first one', () => {
  test.each<[string, () => Promise<Visitor>]>([
    ['that is signed out', async () => visit('demo')],
    ['that is signed in as another', () => visit('demo').signInAs(carla)],
    ['that waits for a link of its own', () => waitingFor(carla)],
    ['that has asked for the same address itself', () => waitingFor(dora)],
  ])('%s: names the account, and wants one press', async (_which, open) => {
    const victim = await open();
    const session = victim.cookies.get(SESSION);
    const link = await renew(victim, used);
    const opened = await victim.get(link);
    expect([opened.status, opened.headers.getSetCookie()]).toEqual([200, []]);
    const page = await opened.text();
    expect(page).toContain(NAMED);
    expect(page).toContain('Sign in on this device');
    expect(victim.cookies.get(SESSION), 'the session that was there').toBe(session);
    expect((await victim.post(link)).status).toBe(303);
    expect(await (await victim.get('/')).text()).toContain(dora);
  });

  test('renewed once more from the renewed link: still wants the press', async () => {
    const victim = visit('demo');
    const second = await renew(victim, used);
    await visit('demo').post(second);
    const third = await renew(victim, second);
    const opened = await victim.get(third);
    expect(opened.status).toBe(200);
    expect(await opened.text()).toContain(NAMED);
    expect(victim.cookies.has(SESSION)).toBe(false);
  });

  test('renewed twice from the first link: still wants the press', async () => {
    const victim = visit('demo');
    await renew(victim, used);
    const link = await renew(victim, used);
    expect((await victim.get(link)).status).toBe(200);
    expect(victim.cookies.has(SESSION)).toBe(false);
  });

  test('its code: the page names the account, and whom typing it signs out', async () => {
    const victim = await visit('demo').signInAs(carla);
    moveClock(minutes(1));
    await renew(victim, used);
    for (const answer of [
      await victim.get('/sign-in/check-email'),
      await victim.post('/sign-in/code', { code: 'AAAAAA' }),
    ]) {
      const page = (await answer.text()).replace(/\s+/g, ' ');
      expect(page).toContain(
        'are for <strong class="address">d***@evil.test</strong>, and sign this browser in to that account.',
      );
      expect(page).toContain(`You are signed in here as <strong>${carla}</strong>`);
    }
    const [mail] = await mailbox();
    expect((await victim.post('/sign-in/code', { code: codeIn(mail) })).status).toBe(303);
  });

  test('a link that this browser asked for by typing: opens at once, after the renewal too', async () => {
    const victim = visit('demo');
    await renew(victim, used);
    const own = await victim.ask(carla);
    expect((await victim.get(linkIn(own))).status).toBe(303);
    expect(await (await victim.get('/')).text()).toContain(carla);
  });
});

describe('a renewed link, in the browser that asked for the first one', () => {
  test('used elsewhere: signs in at once', async () => {
    const asker = visit('demo');
    const first = linkIn(await asker.ask(carla));
    await visit('demo').post(first);
    const link = await renew(asker, first);
    expect((await asker.get(link)).status).toBe(303);
    expect(await epochAndSessions(carlaAtDemo)).toEqual({ epoch: 2, sessions: 2 });
  });

  test('expired, and renewed again and again: signs in at once', async () => {
    const asker = visit('demo');
    let link = linkIn(await asker.ask(carla));
    for (let times = 0; times < 3; times++) {
      moveClock(minutes(11));
      link = await renew(asker, link);
    }
    expect((await asker.get(link)).status).toBe(303);
    expect(await epochAndSessions(carlaAtDemo)).toEqual({ epoch: 1, sessions: 1 });
  });

  test('in any other browser: wants the press', async () => {
    const asker = visit('demo');
    const first = linkIn(await asker.ask(carla));
    await visit('demo').post(first);
    const link = await renew(asker, first);
    for (const other of [visit('demo'), await visit('demo').signInAs(dora)]) {
      expect((await other.get(link)).status).toBe(200);
    }
  });

  test('where somebody else has signed in since: wants the press', async () => {
    await withPassword('demo', dora);
    const asker = visit('demo');
    const first = linkIn(await asker.ask(carla));
    await asker.post('/sign-in/password', { email: dora, password: PASSPHRASE });
    await visit('demo').post(first);
    const link = await renew(asker, first);
    const session = asker.cookies.get(SESSION);
    expect((await asker.get(link)).status).toBe(200);
    expect(asker.cookies.get(SESSION)).toBe(session);
  });
});

async function waitingFor(email: string): Promise<Visitor> {
  const browser = visit('demo');
  await browser.ask(email);
  return browser;
}
