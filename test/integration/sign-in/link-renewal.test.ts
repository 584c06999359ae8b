import { describe, expect, test } from 'vitest';
import { minutes } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo, olivia, rita } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { dumpButLooks, epochAndSessions, rows } from '../../support/database.ts';
import { renew } from '../../support/links.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { mailbox, type Visitor, visit } from '../../support/visitor.ts';

test.each(['used', 'expired'])(
  'renewal of a link that is %s: a new one is mailed to the stored address',
  async (why) => {
    const first = await visit('demo').ask('CLIENT@demo.test', '/projects');
    if (why === 'used') await visit('demo').post(linkIn(first));
    else moveClock(minutes(11));
    const before = await epochAndSessions(carlaAtDemo);
    const browser = visit('demo');
    const gone = await (await browser.get(linkIn(first))).text();
    expect(gone).toContain('c***@demo.test');
    expect(gone).not.toContain(carla);

    const sent = (await mailbox()).map(({ id }) => id);
    const fields = { email: 'thief@evil.test', to: 'thief@evil.test' };
    const renewed = await browser.post(`${linkIn(first)}/renewal`, fields);
    expect([renewed.status, renewed.headers.get('location')]).toEqual([
      303,
      '/sign-in/check-email',
    ]);
    const [mail, ...more] = (await mailbox()).filter(({ id }) => !sent.includes(id));
    expect(more).toEqual([]);
    expect(mail?.to).toBe(carla);
    expect(linkIn(mail)).not.toBe(linkIn(first));
    const waiting = await (await browser.get('/sign-in/check-email')).text();
    expect(waiting).toContain('c***@demo.test');
    expect(waiting).not.toContain(carla);
    expect(await epochAndSessions(carlaAtDemo), 'renewing signs nobody in').toEqual(before);

    const typed = await browser.post('/sign-in/code', { code: codeIn(mail) });
    expect([typed.status, typed.headers.get('location')]).toEqual([303, '/projects']);
    expect(await (await browser.get('/')).text()).toContain('Carla');
  },
);

test('a renewed link: the one before it is void', async () => {
  const first = await visit('demo').ask(carla);
  await visit('demo').post(linkIn(first));
  const browser = visit('demo');
  const link = await renew(browser, linkIn(first));
  expect((await visit('demo').post(linkIn(first))).status).toBe(410);
  expect((await browser.post(link)).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual({ epoch: 2, sessions: 2 });
});

test('a renewed link, opened where somebody else is signed in: their session stays', async () => {
  const victim = visit('app');
  await enterByButton(victim, olivia);
  const old = await visit('app').ask(rita);
  await visit('app').post(linkIn(old));
  // a page of the attacker's has made the victim's browser renew the attacker's link
  await victim.post(`${linkIn(old)}/renewal`);
  const [renewed] = (await mailbox()).filter(({ to }) => to === rita);
  const before = await dumpButLooks();

  const opened = await victim.get(linkIn(renewed));
  const page = await opened.text();
  expect(opened.status, 'a page with a button').toBe(200);
  expect(page).toContain('o***@rival.test');
  expect((await victim.get('/w/demo')).status, 'still the owner of demo').toBe(200);
  expect((await victim.get('/w/rival')).status).toBe(404);
  expect(await dumpButLooks()).toEqual(before);
});

/** Signs in by a link that another browser asked for. */
async function enterByButton(browser: Visitor, email: string): Promise<void> {
  const mail = await visit(new URL(browser.origin).hostname).ask(email);
  expect((await browser.post(linkIn(mail))).status).toBe(303);
}

test('renewal: counts among the ten mails an hour of its network', async () => {
  const browser = visit('demo');
  const first = await browser.ask(carla);
  await Promise.all(Array.from({ length: 20 }, () => browser.post(`${linkIn(first)}/renewal`)));
  expect(await mailbox()).toHaveLength(10);
});

describe('renewal after the address of a contact was changed', () => {
  test('the page and its mail: the address as it is stored now', async () => {
    const first = await visit('demo').ask(carla);
    await changeAddress('carla@new.test');
    const browser = visit('demo');
    const gone = await (await browser.get(linkIn(first))).text();
    expect(gone).toContain('It goes to <strong>c***@new.test</strong>');
    expect(gone).not.toContain('c***@demo.test');

    const link = await renew(browser, linkIn(first));
    const waiting = await (await browser.get('/sign-in/check-email')).text();
    expect(waiting).toContain('c***@new.test');
    expect(waiting).not.toContain('c***@demo.test');
    expect((await mailbox())[0]?.to).toBe('carla@new.test');
    const page = await (await browser.get(link)).text();
    expect(page).toContain('This link is for <strong class="address">c***@new.test</strong>');
  });

  test('the limit: counts for the address as it is stored now, like a link asked for', async () => {
    const first = await visit('demo').ask(carla);
    await changeAddress('carla@new.test');
    await renew(visit('demo'), linkIn(first));
    await visit('demo').ask('carla@new.test');
    const counted = await rows(
      'SELECT count(*) AS links FROM magic_links GROUP BY address_key ORDER BY links',
    );
    expect(counted.slice(-1)).toEqual([{ links: 2 }]);
  });

  test('the code of its mail: works in the browser that renewed', async () => {
    const first = await visit('demo').ask(carla);
    await changeAddress('carla@new.test');
    const browser = visit('demo');
    await renew(browser, linkIn(first));
    const [mail] = await mailbox();
    expect((await browser.post('/sign-in/code', { code: codeIn(mail) })).status).toBe(303);
    expect(await (await browser.get('/')).text()).toContain('carla@new.test');
  });
});

async function changeAddress(email: string): Promise<void> {
  const owner = await visit('app').signInAs(olivia);
  const path = `/w/demo/contacts/${carlaAtDemo}`;
  const saved = await owner.post(path, { name: 'Carla', email });
  if (saved.status !== 303) throw new Error(`the card answered ${saved.status}`);
}
