import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { days } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo, nobody, olivia, PASSPHRASE, rob } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import { addContacts, withMailsPerDay } from '../../support/many-contacts.ts';
import { mailbox, type Visitor, visit } from '../../support/visitor.ts';

// Attack 36: one origin, or one tenant, uses up the mails of the day. A deployment of 60 mails a day has 20 an hour: 12
// for strangers, 15 for the first mail of a network, 17 for members' addresses, 20 for known browsers and members' own
// actions. One network has 4.

const SMALL = withMailsPerDay(60);
const RIVAL = '00000000-0000-4000-8000-00000000e001';

/** Stops the clock at the beginning of a day, so that no hour ends within a test. */
function startDay(): void {
  moveClock(days(1) - (Date.now() % days(1)));
}

async function sent(): Promise<number> {
  return (await mailbox()).length;
}

/** How many mails count in this hour, notices that they are nearly used up among them. */
async function counted(name: 'deployment' | 'workspace'): Promise<number> {
  const found = await rows(
    'SELECT max(count) AS most FROM tries WHERE key LIKE ?',
    `mails/${name}/hour:%`,
  );
  return Number(found[0]?.most);
}

/** The operator reads in the log that mails are nearly used up (test/integration/mail/mail-use.test.ts). */
const expectNotice = () => expectConsoleError(/"what":"mails nearly used up"/);

/** Asks in everybody's name, each from the network that is given. */
async function askAll(emails: string[], browser: () => Visitor): Promise<void> {
  for (const email of emails) await browser().post('/sign-in/link', { email });
}

describe('attack 36: one network asks in many names', () => {
  test('it gets a fifth of an hour’s mails; every other network is mailed', async () => {
    startDay();
    const emails = await addContacts(30);
    const stranger = visit('demo', SMALL);
    await askAll(emails, () => stranger);
    expect(await sent()).toBe(4);
    expect(await visit('demo', SMALL).ask(carla)).toMatchObject({ to: carla });
    expect(await visit('app', SMALL).ask(olivia)).toMatchObject({ to: olivia });
  });

  test('over a whole day: a fifth of the day’s mails', async () => {
    startDay();
    const emails = await addContacts(10);
    const stranger = visit('demo', SMALL);
    for (let hour = 0; hour < 23; hour += 1) {
      await askAll(emails, () => stranger);
      moveClock(days(1) / 24);
    }
    expect(await sent()).toBe(12);
    expect(await visit('demo', SMALL).ask(carla)).toMatchObject({ to: carla });
  });

  test('an IPv6 site with many networks gets a quarter', async () => {
    startDay();
    const emails = await addContacts(30);
    const stranger = visit('demo', SMALL);
    for (const [at, email] of emails.entries()) {
      const headers = { 'cf-connecting-ip': `2001:db8:7:${at.toString(16)}::1` };
      await stranger.post('/sign-in/link', { email }, { headers });
    }
    expect(await sent()).toBe(5);
    expect(await visit('demo', SMALL).ask(carla)).toMatchObject({ to: carla });
  });

  test('nothing is counted anywhere for what is refused, nor for unknown addresses', async () => {
    startDay();
    const emails = await addContacts(5);
    const stranger = visit('demo', SMALL);
    await askAll(emails, () => stranger);
    const counters = () => rows("SELECT * FROM tries WHERE key NOT LIKE 'links/withheld/%'");
    const before = await counters();
    await askAll([...emails, nobody, carla], () => stranger);
    expect(await counters()).toEqual(before);
    expect(await sent()).toBe(4);
  });
});

describe('attack 36: many networks use up what strangers have', () => {
  test('a known browser, a member and the contact card still send', async () => {
    startDay();
    expectNotice();
    const known = await visit('demo', SMALL).signInAs(carla);
    const member = await visit('app', SMALL).signInAs(olivia);
    await askAll(await addContacts(30), () => visit('demo', SMALL));
    expect(await counted('workspace'), 'nine tenths, strangers 75 % of them').toBe(13);
    await askAll(await addContacts(5, RIVAL), () => visit('rival', SMALL));
    expect(await counted('deployment'), 'strangers stop here').toBe(15);
    expect(await visit('demo', SMALL).ask(carla), 'a new browser').toBeUndefined();
    expect(await known.ask(carla), 'a known browser').toMatchObject({ to: carla });
    expect(await visit('app', SMALL).ask(olivia), 'a member').toMatchObject({ to: olivia });
    const path = `/w/demo/contacts/${carlaAtDemo}/sign-in-link`;
    expect((await member.post(path)).status, 'the card').toBe(303);
    expect(await counted('deployment')).toBe(18);
    expect(await visit('app', SMALL).ask(olivia), 'a member, once more').toBeUndefined();
    expect(await known.ask(carla), 'the reserve is theirs').toMatchObject({ to: carla });
  });

  test('all mails used up: nobody gets a link, but a notice of security leaves', async () => {
    startDay();
    expectNotice();
    const known = await visit('demo', SMALL).signInAs(carla);
    const member = await visit('app', SMALL).signInAs(olivia);
    await env.DB.prepare(
      "UPDATE tries SET count = 20 WHERE key LIKE 'mails/deployment/hour:%'",
    ).run();
    const before = await sent();
    expect(await known.ask(carla)).toBeUndefined();
    const refused = await member.post(`/w/demo/contacts/${carlaAtDemo}/sign-in-link`);
    expect([refused.status, await refused.text()]).toEqual([
      429,
      expect.stringContaining('No link was sent: the mails of Latchkey are used up for now.'),
    ]);
    const invited = await member.post(`/w/demo/contacts/${carlaAtDemo}/invitation`, {});
    expect([invited.status, await invited.text()]).toEqual([
      429,
      expect.stringContaining('Nothing was mailed: the mails of your workspace, or of Latchkey'),
    ]);
    await member.post('/w/demo/settings/email/sample');
    expect(await sent()).toBe(before);
    await known.post('/account/password', { password: PASSPHRASE });
    expect(await sent()).toBe(before + 1);
    expect((await mailbox()).map(({ subject }) => subject)).toContainEqual(
      expect.stringMatching(/password/i),
    );
  });

  test('an hour later: mail again', async () => {
    startDay();
    expectNotice();
    const emails = await addContacts(30);
    await askAll(emails, () => visit('demo', SMALL));
    expect(await visit('demo', SMALL).ask(carla)).toBeUndefined();
    moveClock(days(1) / 24);
    expect(await visit('demo', SMALL).ask(carla)).toMatchObject({ to: carla });
  });
});

describe('attack 36: one tenant, where everybody may sign up', () => {
  const OPEN = withMailsPerDay(60, { SIGN_UP: 'open' });

  test('its contacts get two thirds at most; other workspaces are mailed', async () => {
    startDay();
    expectNotice();
    const emails = await addContacts(30);
    await askAll(emails, () => visit('demo', OPEN));
    expect(await counted('workspace'), 'two thirds of 20, strangers 75 % of them').toBe(9);
    expect(await visit('rival', OPEN).ask(rob)).toMatchObject({ to: rob });
    const [told] = await rows("SELECT detail FROM activity WHERE kind = 'link_withheld'");
    expect(JSON.parse(String(told?.detail))).toMatchObject({ ceiling: 'workspace' });
  });

  test('newcomers get four tenths together; members and clients are mailed', async () => {
    startDay();
    expectNotice();
    for (let at = 0; at < 20; at += 1) await visit('app', OPEN).ask(`new-${at}@anywhere.test`);
    expect(await sent()).toBe(8);
    expect(await visit('app', OPEN).ask(olivia)).toMatchObject({ to: olivia });
    expect(await visit('demo', OPEN).ask(carla)).toMatchObject({ to: carla });
  });
});

test('every mail counts against the deployment, and a workspace’s against it', async () => {
  startDay();
  const client = await visit('demo').signInAs(carla);
  await client.post('/account/password', { password: PASSPHRASE });
  const member = await visit('app').signInAs(olivia);
  await member.post('/w/demo/settings/email/sample');
  await member.post(`/w/demo/contacts/${carlaAtDemo}/invitation`, {});
  await member.post(`/w/demo/contacts/${carlaAtDemo}/sign-in-link`);
  const mails = await sent();
  expect(mails).toBe(6);
  const counted = await rows("SELECT key, count FROM tries WHERE key LIKE 'mails/%/day:%'");
  const of = (name: string) =>
    counted.filter(({ key }) => String(key).startsWith(`mails/${name}/`)).map(({ count }) => count);
  expect(of('deployment')).toEqual([6]);
  expect(of('workspace'), 'all but the member’s own link').toEqual([5]);
});
