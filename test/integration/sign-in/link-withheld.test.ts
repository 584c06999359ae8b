import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { moment } from '../../../ui/dates.ts';
import { days, hours, minutes } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo, lars, nobody, olivia, rita } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { rows } from '../../support/database.ts';
import { linkIn } from '../../support/mail.ts';
import { mailbox, typePassword, visit, withPassword } from '../../support/visitor.ts';

// An address has had its share of mails: the visitor's answer stays as it is, the freelancer reads what happened.

const ON_CARD = 'Asked for a link too often: one network asked for as many as it may';
const AT_HOME = ON_CARD;

/** Asks as one network, whose share of an hour is ten links. */
async function ask(times: number, email = carla, asking = visit('demo')) {
  for (let asked = 0; asked < times; asked += 1) await asking.ask(email);
}

async function withheld() {
  const found = await rows(
    "SELECT contact_id, at, detail FROM activity WHERE kind = 'link_withheld' ORDER BY at, rowid",
  );
  return found.map(({ detail, ...row }) => ({ ...row, ...JSON.parse(String(detail)) }));
}

async function page(path: string, owner = olivia): Promise<string> {
  const here = await visit('app').signInAs(owner);
  const html = await (await here.get(path)).text();
  return html.replace(/<[^>]+>/g, '').replace(/\s+/g, ' ');
}

async function signInByMail(): Promise<void> {
  const mail = (await mailbox()).find(({ to }) => to === carla);
  const elsewhere = visit('demo');
  await elsewhere.get(linkIn(mail));
  expect((await elsewhere.post(linkIn(mail))).status).toBe(303);
}

async function switchOffAndOn(): Promise<void> {
  const owner = await visit('app').signInAs(olivia);
  for (const enabled of ['off', 'on']) {
    await owner.post(`/w/demo/contacts/${carlaAtDemo}/portal-access`, { enabled });
  }
}

const home = () => page('/w/demo');
const card = () => page(`/w/demo/contacts/${carlaAtDemo}`);

/** '2 Mar 2026 06:12 UTC', as the demo's workspace writes it. */
function momentAt(at: number): string {
  return moment(at, { language: 'en-GB', timeZone: 'UTC' });
}

test('thirty requests at once, then more: shown once, with the next mail’s time', async () => {
  moveClock(0);
  const first = Date.now();
  const asking = visit('demo');
  const post = () => asking.post('/sign-in/link', { email: carla });
  await Promise.all(Array.from({ length: 30 }, post));
  moveClock(minutes(20));
  await ask(5, carla, asking);
  expect(await withheld()).toEqual([
    {
      contact_id: carlaAtDemo,
      at: first,
      until: first + hours(1),
      epoch: 0,
      ceiling: 'network-mailbox',
    },
  ]);
  const until = `so no more is mailed there until ${momentAt(first + hours(1))}`;
  expect(await card()).toContain(
    `${ON_CARD}, ${until}; other networks still get mail, and you can send a link from this card`,
  );
  expect(await page('/w/demo/activity')).toContain(ON_CARD);
  expect(await home()).toContain(
    `${AT_HOME}, ${until}. Did the mails arrive? You can send a link from their card.`,
  );
  expect((await page('/w/rival', rita)) + (await page('/w/rival/activity', rita))).not.toMatch(
    /too often/,
  );
});

test('requests over an hour: mail again an hour after the first, then shown anew', async () => {
  moveClock(0);
  const first = Date.now();
  const asking = visit('demo');
  await ask(1, carla, asking);
  moveClock(minutes(30));
  await ask(10, carla, asking);
  expect(await withheld()).toMatchObject([{ until: first + hours(1) }]);
  moveClock(minutes(30) - 1);
  expect(await asking.ask(carla), 'a millisecond before').toBeUndefined();
  expect(await withheld()).toHaveLength(1);
  moveClock(1);
  expect(await asking.ask(carla), 'at that moment').toMatchObject({ to: carla });
  await ask(20, carla, asking);
  expect(await withheld()).toMatchObject([
    { until: first + hours(1), ceiling: 'network-mailbox' },
    { until: first + days(1), ceiling: 'network-mailbox' },
  ]);
});

test('requests all day: fewer such rows than mails', async () => {
  moveClock(0);
  const asking = visit('demo');
  for (let asked = 0; asked < 60; asked += 1) {
    await asking.post('/sign-in/link', { email: carla });
    moveClock(minutes(3));
  }
  const sent = await rows("SELECT 1 FROM activity WHERE kind = 'link_sent'");
  expect(sent).toHaveLength(20);
  expect((await withheld()).length).toBeLessThan(sent.length);
});

describe('withheld mail on Home', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['there is mail again', async () => moveClock(hours(1))],
    ['the contact signs in', signInByMail],
    ['access is off, and on again', switchOffAndOn],
    [
      'the address is changed',
      async () => {
        const owner = await visit('app').signInAs(olivia);
        const changed = { name: 'Carla Client', email: 'carla@new.test' };
        await owner.post(`/w/demo/contacts/${carlaAtDemo}`, changed);
      },
    ],
  ])('once %s: no longer shown', async (_when, happens) => {
    await ask(11);
    expect(await home()).toContain(AT_HOME);
    await happens();
    expect(await home()).not.toContain(AT_HOME);
  });

  test('wrong codes since: still shown; a mail that came back: shown instead', async () => {
    await ask(11);
    const add = (kind: string) =>
      env.DB.prepare(
        `INSERT INTO activity (id, at, kind, workspace_id, contact_id)
         SELECT ?1, at + 1000, ?1, workspace_id, contact_id FROM activity WHERE kind = 'link_withheld'`,
      ).bind(kind);
    for (const kind of ['code_locked', 'password_locked']) await add(kind).run();
    moveClock(minutes(20));
    expect(await home()).toContain(AT_HOME);
    await add('mail_bounced').run();
    expect(await home()).toContain('A mail to them came back');
  });

  test.each([
    ['before', -1000],
    ['since', 1000],
  ])('a mail that failed %s: its reason is shown instead', async (_when, shift) => {
    await ask(11);
    await env.DB.prepare(
      `INSERT INTO activity (id, at, kind, workspace_id, contact_id, detail)
       SELECT 'failed', at + ?1, 'link_failed', workspace_id, contact_id, '{"failure":"no-mail-server"}'
       FROM activity WHERE kind = 'link_withheld'`,
    )
      .bind(shift)
      .run();
    expect(await home()).toContain(
      'A sign-in mail could not be sent: there is no mail server at that domain',
    );
    expect(await home()).not.toContain(AT_HOME);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['signed in', signInByMail],
    ['was switched off and on', switchOffAndOn],
  ])('a contact who %s and asks again within the hour: shown again', async (_what, happens) => {
    const asking = visit('demo');
    await ask(11, carla, asking);
    await happens();
    moveClock(minutes(5));
    await ask(2, carla, asking);
    expect(await home()).toContain(AT_HOME);
    expect(await withheld()).toHaveLength(2);
  });

  test('once the contact signs in by password: no longer shown', async () => {
    await withPassword('demo', carla);
    await ask(11);
    expect(await home()).toContain(AT_HOME);
    expect((await typePassword(visit('demo'), carla)).status).toBe(303);
    expect(await home()).not.toContain(AT_HOME);
  });
});

test('unknown addresses, contacts without access, members: nothing is recorded', async () => {
  await ask(12, nobody);
  await ask(12, lars);
  await ask(12, olivia, visit('app'));
  await ask(12, nobody, visit('app'));
  expect(await withheld()).toEqual([]);
});
