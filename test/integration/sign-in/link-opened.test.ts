import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { minutes, seconds } from '../../../worker/values/duration.ts';
import { watchBindings } from '../../support/bindings.ts';
import { carla, carlaAtDemo, olivia } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { dump, dumpButLooks, epochAndSessions, rows, usedOnce } from '../../support/database.ts';
import { linkIn } from '../../support/mail.ts';
import { visit } from '../../support/visitor.ts';

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
const SCANNERS_NETWORK = {
  asn: 8075,
  asOrganization: 'Microsoft Corporation',
  city: 'Dublin',
  country: 'IE',
};
const SCANNED = 'A mail scanner looked at the link';
const OPENED = 'Opened the link in another browser';

type Look = Parameters<ReturnType<typeof visit>['get']>[1];

/** What was noted of looks at links. */
async function looks() {
  return rows(
    `SELECT kind, contact_id AS contact, detail FROM activity WHERE kind IN ('link_scanned', 'link_opened') ORDER BY rowid`,
  );
}

async function pageOf(path: string): Promise<string> {
  const owner = await visit('app').signInAs(olivia);
  const page = await (await owner.get(path)).text();
  const text = page.replace(/<(style|script)[\s\S]*?<\/\1>/g, '').replace(/<[^>]+>/g, ' ');
  return text.replace(/\s+/g, ' ');
}

const card = () => pageOf(`/w/demo/contacts/${carlaAtDemo}`);

// attack rows 1 and 2: nothing is consumed, and the freelancer can read who has looked
describe('a valid link that is opened without signing in', () => {
  test.each<[string, Look]>([
    ['a GET from a scanner’s network', { cf: SCANNERS_NETWORK }],
    [
      'a GET from a network with a scanner’s name',
      { cf: { asn: 1, asOrganization: 'Mimecast UK' } },
    ],
    ['a HEAD', { method: 'HEAD' }],
    ['a prefetch', { headers: { 'sec-purpose': 'prefetch' } }],
    ['a preview', { headers: { purpose: 'preview' } }],
  ])('%s: the card says once that a scanner opened it', async (_what, look) => {
    const asking = visit('demo');
    const link = linkIn(await asking.ask(carla));
    const before = await dumpButLooks();
    const scanner = visit('demo');
    for (let count = 0; count < 3; count += 1) {
      expect((await scanner.get(link, look)).headers.getSetCookie()).toEqual([]);
    }
    expect(await dumpButLooks()).toEqual(before);
    expect(await looks()).toEqual([{ kind: 'link_scanned', contact: carlaAtDemo, detail: '' }]);
    const page = await card();
    expect(page).toContain(SCANNED);
    expect(page).not.toContain(OPENED);
    expect((await asking.get(link)).status, 'who asked still gets in').toBe(303);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
  });

  test('a person in another browser: the card says once which and where', async () => {
    const asking = visit('demo');
    const link = linkIn(await asking.ask(carla));
    const look = {
      headers: { 'user-agent': FIREFOX },
      cf: { asn: 1, city: 'Lisbon', country: 'PT' },
    };
    const before = await dumpButLooks();
    for (let count = 0; count < 3; count += 1) await visit('demo').get(link, look);
    expect(await dumpButLooks()).toEqual(before);
    expect(await looks()).toHaveLength(1);
    const page = await card();
    expect(page).toContain(`${OPENED}: Firefox on Windows, Lisbon, PT; not signed in there`);
    expect(page).not.toContain(SCANNED);
    expect((await asking.get(link)).status).toBe(303);
  });

  test('a scanner, then a person, then a sign-in: all three, newest first', async () => {
    const link = linkIn(await visit('demo').ask(carla));
    moveClock(seconds(1)); // and stop it: the rest is of one moment
    await visit('demo').get(link, { cf: SCANNERS_NETWORK });
    const person = visit('demo');
    await person.get(link);
    expect((await person.post(link)).status).toBe(303);
    const story = [
      `Signed in by link: .*`,
      `${OPENED}: .*`,
      `${SCANNED}: .*`,
      'The mail was accepted .*',
    ];
    expect(await card()).toMatch(new RegExp(`${story.join('')}Asked for a sign-in link`));
  });

  test('thirty requests at once: recorded once', async () => {
    const link = linkIn(await visit('demo').ask(carla));
    await Promise.all(Array.from({ length: 30 }, () => visit('demo').get(link)));
    expect(await looks()).toHaveLength(1);
  });

  test('the link of another mail: recorded as well', async () => {
    const [one, other] = [await visit('demo').ask(carla), await visit('demo').ask(carla)];
    for (const mail of [one, other]) await visit('demo').get(linkIn(mail));
    expect(await looks()).toHaveLength(2);
  });

  test('the Activity page: shows a person, and no scanners', async () => {
    const link = linkIn(await visit('demo').ask(carla));
    await visit('demo').get(link, { method: 'HEAD' });
    await visit('demo').get(link);
    const page = await pageOf('/w/demo/activity');
    expect(page).toContain(OPENED);
    expect(page).not.toContain(SCANNED);
  });

  test('the User-Agent: never shown as it is', async () => {
    const link = linkIn(await visit('demo').ask(carla));
    await visit('demo').get(link, { headers: { 'user-agent': 'Evil<script>/1.0 (You won)' } });
    expect(await card()).toContain(`${OPENED}: Unknown browser; not signed in there`);
  });
});

describe('an opened link that is not recorded', () => {
  test('by the browser that asked, junk, at another workspace: not recorded', async () => {
    const asking = visit('demo');
    const link = linkIn(await asking.ask(carla));
    const path = new URL(link).pathname;
    const before = await dump();
    for (const host of ['rival', 'app']) await visit(host).get(path);
    for (const junk of ['x', 'A'.repeat(43), `${path.slice(-43)}%00`]) {
      await visit('demo').get(`/sign-in/link/${junk}`);
    }
    expect(await dump()).toEqual(before);
    await asking.get(link);
    expect(await looks()).toEqual([]);
  });

  test('used, expired, or of a contact without access: not recorded', async () => {
    const used = linkIn(await visit('demo').ask(carla));
    await visit('demo').signInAs(carla);
    const expired = linkIn(await visit('demo').ask(carla));
    expect((await visit('demo').get(used)).status).toBe(410);
    moveClock(minutes(10));
    expect((await visit('demo').get(expired)).status).toBe(410);
    const off = linkIn(await visit('demo').ask(carla));
    await env.DB.prepare('UPDATE contacts SET portal_access = 0').run();
    expect((await visit('demo').get(off)).status).toBe(410);
    expect(await looks()).toEqual([]);
  });

  test('of a member or a new address: not recorded, and no query to D1', async () => {
    const meter = watchBindings();
    for (const email of [olivia, 'newowner@fresh.test']) {
      const link = linkIn(await visit('app').ask(email));
      await visit('app', meter.bindings).get(link, { method: 'HEAD' });
      expect((await visit('app', meter.bindings).get(link)).status).toBe(200);
    }
    expect(await looks()).toEqual([]);
    expect([...meter.statements].filter((sql) => /^insert/i.test(sql))).toEqual([]);
  });

  test('by that contact, already signed in: not recorded', async () => {
    const here = await visit('demo').signInAs(carla);
    const link = linkIn(await visit('demo').ask(carla));
    expect((await here.get(link)).status).toBe(303);
    expect(await looks()).toEqual([]);
  });

  test('mailed before this was recorded: not recorded, and it works', async () => {
    const asking = visit('demo');
    const link = linkIn(await asking.ask(carla));
    const [key = ''] = Object.keys((await dump()).kv).filter((name) => name.startsWith('link:'));
    const { mail, ...older } = JSON.parse((await env.TOKENS.get(key)) ?? '{}');
    expect(mail).toEqual(expect.any(String));
    await env.TOKENS.put(key, JSON.stringify(older));
    expect((await visit('demo').get(link)).status).toBe(200);
    expect(await looks()).toEqual([]);
    expect((await asking.get(link)).status).toBe(303);
  });
});

test('D1 fails while an opened link is recorded: page and link still work', async () => {
  const asking = visit('demo');
  const link = linkIn(await asking.ask(carla));
  await env.DB.prepare(
    "CREATE TRIGGER broken BEFORE INSERT ON activity WHEN new.kind = 'link_opened' BEGIN SELECT RAISE(ABORT, 'broken'); END",
  ).run();
  expectConsoleError(/"what":"record an opened link"/);
  expect((await visit('demo').get(link)).status).toBe(200);
  await env.DB.prepare('DROP TRIGGER broken').run();
  expect((await asking.get(link)).status).toBe(303);
});

test('an opened link: recorded by one statement, after the answer', async () => {
  const meter = watchBindings();
  const link = linkIn(await visit('demo').ask(carla));
  const there = visit('demo', meter.bindings);
  await there.get('/sign-in');
  meter.reset();
  await there.get(link);
  expect([meter.kv, meter.d1]).toEqual([1, 2]);
  const [written, ...more] = [...meter.statements].filter((sql) => /^insert/i.test(sql));
  expect(written).toMatch(/on conflict do nothing/i);
  expect(more).toEqual([]);
});
