import { createScheduledController } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, test, vi } from 'vitest';
import worker from '../../../worker/index.ts';
import { days, hours, minutes } from '../../../worker/values/duration.ts';
import { beforeStatement } from '../../support/bindings.ts';
import { olivia } from '../../support/cast.ts';
import { moveClock, withoutWaiting } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import type { DnsBehaviour } from '../../support/doubles/dns.ts';
import type { DomainBehaviour } from '../../support/doubles/mailchannels/domains.ts';
import { domainService, onTheWire, zone } from '../../support/network.ts';
import {
  activeSender,
  codeFor,
  EMAIL,
  enter,
  HELLO,
  mailsTo,
  nextSender,
  PLATFORM,
  read,
  recorded,
  runSchedule,
  STUDIO,
  sender,
  signedInOwner,
  withDomains,
} from '../../support/senders.ts';
import { copyOf, type Visitor, visit } from '../../support/visitor.ts';

const TROUBLE: DomainBehaviour[] = [
  ...(['400', '401', '403', '413', '429', '500 with HTML', '502 with HTML'] as const),
  ...(['a login page in a 200', 'an empty 202', 'half an answer', 'hangs'] as const),
  ...(['drops the connection', 'says failed inside a 200'] as const),
];
const DNS_TROUBLE: DnsBehaviour[] = ['SERVFAIL', '500', 'html', 'hangs', 'down'];
const LOGGED = /"what":"(make a key|check a domain)"/;

async function published(owner: Visitor): Promise<void> {
  domainService.publish(STUDIO);
  await owner.post(`${EMAIL}/check`);
}

describe('the mail service in trouble', () => {
  test.each(TROUBLE)(
    '%s when an address is entered: its code works, and a later check makes the key',
    async (behaviour) => {
      const owner = await signedInOwner();
      expectConsoleError(/"what":"make a key"/);
      domainService.behaves(behaviour);
      const answer = await withoutWaiting(() => owner.post(EMAIL, { email: HELLO }));
      expect(answer.status).toBe(303);
      expect(await sender()).toMatchObject({ address: HELLO, dkim_value: null, verified_at: null });
      expect(await read(await owner.get(EMAIL))).toContain('has not made this record yet');
      domainService.behaves('works');
      const confirmed = await owner.post(`${EMAIL}/confirmation`, { code: codeFor(HELLO) });
      expect(confirmed.status).toBe(303);
      expect((await sender())?.dkim_value).toBe(domainService.keys[0]?.value);
      await published(owner);
      expect(await sender()).toMatchObject({ verified_at: expect.any(Number) });
      expect(domainService.keys).toHaveLength(1);
    },
  );

  test('a lost answer to making the key: the key is found, not made twice', async () => {
    const owner = await signedInOwner();
    expectConsoleError(/"what":"make a key"/);
    domainService.behaves('loses its answer', 'works');
    await owner.post(EMAIL, { email: HELLO });
    expect(await sender()).toMatchObject({ dkim_value: null });
    await owner.post(`${EMAIL}/check`);
    expect((await sender())?.dkim_value).toBe(domainService.keys[0]?.value);
    expect(domainService.keys).toHaveLength(1);
  });

  test.each([...TROUBLE, 'temporary error'] as DomainBehaviour[])(
    '%s at a check: the sender stays as it is',
    async (behaviour) => {
      const owner = await activeSender();
      if (behaviour !== 'temporary error') expectConsoleError(/"what":"check a domain"/);
      domainService.behaves(behaviour);
      await withoutWaiting(() => owner.post(`${EMAIL}/check`));
      await withoutWaiting(() => runSchedule());
      expect(await sender()).toMatchObject({ broken_at: null });
      expect((await sender())?.checked_at).toBeGreaterThan(Date.now() - minutes(1));

      for (const [is, then] of [
        ["broken_at = 1, broken_by = 'records'", { broken_at: 1 }],
        ['verified_at = NULL, broken_at = NULL, broken_by = NULL', { verified_at: null }],
      ] as const) {
        await env.DB.prepare(`UPDATE senders SET ${is}`).run();
        await withoutWaiting(() => runSchedule());
        expect(await sender()).toMatchObject(then);
      }
      expect(mailsTo(olivia)).toEqual([]);
    },
  );

  test('no answer from it nor from DNS: the page comes within ten seconds', async () => {
    const owner = await signedInOwner();
    expectConsoleError(LOGGED);
    domainService.behaves('hangs');
    zone.behaves('hangs');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const answer = owner.post(EMAIL, { email: HELLO });
    for (let step = 0; step < 100; step += 1) {
      await vi.advanceTimersByTimeAsync(99);
      await new Promise((resolve) => setImmediate(resolve));
    }
    vi.useRealTimers();
    expect((await answer).status).toBe(303);
  });

  test('its own words: nowhere on a page', async () => {
    const owner = await signedInOwner();
    expectConsoleError(LOGGED);
    for (const behaviour of ['400', '500 with HTML', '401'] as const) {
      domainService.behaves(behaviour);
      await owner.post(EMAIL, { email: `${behaviour.slice(0, 3)}@${STUDIO}` });
      await owner.post(`${EMAIL}/check`);
      expect(await read(await owner.get(EMAIL))).not.toMatch(/upstream|gateway|bad request/i);
    }
    expect(JSON.stringify(await rows('SELECT * FROM senders'))).not.toMatch(/upstream|gateway/i);
  });
});

describe('DNS in trouble', () => {
  test.each(DNS_TROUBLE)('%s: the mail service alone decides', async (how) => {
    const owner = await signedInOwner();
    zone.behaves(how);
    await withoutWaiting(() => owner.post(EMAIL, { email: HELLO }));
    const shown = await read(await owner.get(EMAIL));
    expect(shown).toContain('v=spf1 include:relay.mailchannels.net ~all');
    await withoutWaiting(() => owner.post(`${EMAIL}/confirmation`, { code: codeFor(HELLO) }));
    domainService.publish(STUDIO);
    await withoutWaiting(() => owner.post(`${EMAIL}/check`));
    expect(await sender()).toMatchObject({ verified_at: expect.any(Number), broken_at: null });
    await withoutWaiting(() => runSchedule());
    expect(await sender()).toMatchObject({ broken_at: null });
  });

  test('thousands of long records: the row stays small', async () => {
    const owner = await signedInOwner();
    zone.set(`_mailchannels.${STUDIO}`, Array(500).fill(`v=mc1 auth=${'x'.repeat(4000)}`));
    await owner.post(EMAIL, { email: HELLO });
    expect(String((await sender())?.findings).length).toBeLessThan(50_000);
  });

  test('a DMARC policy of the domain above: counts', async () => {
    const owner = await signedInOwner();
    zone.set('_dmarc.studio.example', ['v=DMARC1; p=reject']);
    await owner.post(EMAIL, { email: 'hello@mail.studio.example' });
    expect(zone.asked).toContain('TXT _dmarc.mail.studio.example');
    expect(JSON.parse(String((await sender())?.findings)).dmarc).toEqual(['v=DMARC1; p=reject']);
  });
});

test('opening the page: asks no other service, and changes nothing', async () => {
  const owner = await activeSender();
  const before = [domainService.asked.length, zone.asked.length, await sender()];
  await owner.get(EMAIL);
  await owner.get(EMAIL);
  expect([domainService.asked.length, zone.asked.length, await sender()]).toEqual(before);
});

describe('checks that overlap', () => {
  test('ten at once, right records: verified and recorded once', async () => {
    const owner = await signedInOwner();
    await enter(owner);
    domainService.publish(STUDIO);
    await Promise.all(Array.from({ length: 10 }, () => owner.post(`${EMAIL}/check`)));
    expect(await recorded()).toEqual(['sender_confirmed', 'sender_verified']);
  });

  test('ten at once, a wrong record: recorded once, the owner notified once', async () => {
    const owner = await activeSender();
    zone.set(STUDIO, []);
    await Promise.all([
      ...Array.from({ length: 9 }, () => owner.post(`${EMAIL}/check`)),
      runSchedule(),
    ]);
    expect((await recorded()).filter((kind) => kind === 'sender_broken')).toHaveLength(1);
    expect(mailsTo(olivia)).toHaveLength(1);
  });

  test('beside a new address: what was found of the first does not count for it', async () => {
    moveClock(0);
    const owner = await signedInOwner();
    await enter(owner);
    domainService.publish(STUDIO);
    let entered: unknown;
    const race = beforeStatement(/^insert into "activity"/, async () => {
      await owner.post(EMAIL, { email: 'hello@elsewhere.example' });
      entered = await nextSender();
    });
    await copyOf(owner, { ...withDomains, DB: race.DB }).post(`${EMAIL}/check`);
    expect(entered).toMatchObject({ address: 'hello@elsewhere.example', verified_at: null });
    expect(await nextSender()).toEqual(entered);
    expect(await sender()).toMatchObject({ address: HELLO, verified_at: expect.any(Number) });
  });

  test('a slow check that fails: does not undo a later one that passed', async () => {
    moveClock(0);
    const owner = await activeSender();
    zone.set(STUDIO, []);
    const race = beforeStatement(/^insert into "activity"/, async () => {
      moveClock(minutes(1));
      await published(owner);
    });
    await copyOf(owner, { ...withDomains, DB: race.DB }).post(`${EMAIL}/check`);
    expect(await sender()).toMatchObject({ broken_at: null });
    expect(await recorded()).not.toContain('sender_broken');
    expect(mailsTo(olivia)).toEqual([]);
  });
});

test('a slow check without a change: keeps the results of a later one', async () => {
  moveClock(0);
  const owner = await signedInOwner();
  await enter(owner);
  const race = beforeStatement(/^update "senders" set .*"findings"/, async () => {
    moveClock(minutes(1));
    zone.set(STUDIO, ['v=spf1 include:later.example ~all']);
    await owner.post(`${EMAIL}/check`);
  });
  await copyOf(owner, { ...withDomains, DB: race.DB }).post(`${EMAIL}/check`);
  expect(await sender()).toMatchObject({
    findings: expect.stringContaining('later.example'),
    checked_at: Date.now(),
  });
});

describe('the schedule', () => {
  /** Workspaces with a sender each, checked `since` ago, the first the longest. */
  async function manySenders(count: number, more = 'verified_at = 1'): Promise<void> {
    for (let nth = 0; nth < count; nth += 1) {
      const id = `w-${nth}`;
      await env.DB.prepare(
        'INSERT INTO workspaces (id, slug, name, created_at) VALUES (?, ?, ?, 0)',
      )
        .bind(id, `slug-${nth}`, `W ${nth}`)
        .run();
      await env.DB.prepare(
        `INSERT INTO senders (workspace_id, slot, id, address, domain, use, created_at, asked_at, confirmed_at, selector, checked_at)
         VALUES (?, 'current', ?, ?, ?, 'from', ?, 0, 1, ?, ?)`,
      )
        .bind(
          id,
          `s-${nth}`,
          `a@d${nth}.example`,
          `d${nth}.example`,
          Date.now(),
          `lk${nth}`,
          nth + 1,
        )
        .run();
    }
    await env.DB.prepare(`UPDATE senders SET ${more} WHERE id LIKE 's-%'`).run();
  }

  async function checkedIds(): Promise<unknown[]> {
    const since = Date.now() - minutes(1);
    const found = await rows('SELECT id FROM senders WHERE checked_at > ? ORDER BY id', since);
    return found.map(({ id }) => id);
  }

  test('nine due: six in one run, longest unchecked first, the rest in the next', async () => {
    await manySenders(9);
    await runSchedule();
    expect(await checkedIds()).toEqual(['s-0', 's-1', 's-2', 's-3', 's-4', 's-5']);
    moveClock(minutes(10));
    const controller = createScheduledController({
      cron: '*/10 * * * *',
      scheduledTime: new Date(),
    });
    await worker.scheduled(controller, withDomains);
    expect(await checkedIds()).toEqual(['s-6', 's-7', 's-8']);
    expect(onTheWire(), 'nobody’s: no owner to tell').toEqual([]);
  });

  test('many that are being set up: keep neither a verified one nor each other waiting', async () => {
    await activeSender();
    await manySenders(50, 'verified_at = NULL, checked_at = NULL');
    await env.DB.prepare("UPDATE senders SET selector = 'lkother' WHERE id NOT LIKE 's-%'").run();
    await runSchedule();
    expect(await sender()).toMatchObject({ broken_by: 'records' });
    expect(await checkedIds(), 'nothing idle while others wait').toHaveLength(6);
    await env.DB.prepare("UPDATE senders SET verified_at = 1 WHERE id > 's-2'").run();
    const before = await checkedIds();
    await runSchedule();
    const after = await checkedIds();
    expect(after).toHaveLength(6);
    const begun = after.filter((id) => String(id) <= 's-2');
    expect(begun.length, 'some of those that are being set up').toBe(2);
    expect(before).not.toEqual(after);
  });

  test.each([
    ['unconfirmed', 'confirmed_at = NULL'],
    ['for replies', "use = 'reply-to'"],
    ['never set up within two weeks', 'verified_at = NULL, created_at = created_at - 1209600000'],
    ['checked within the hour', `checked_at = ${Date.now() + minutes(5)}`],
  ])('a sender that is %s: not checked', async (_what, more) => {
    await manySenders(1, more);
    await runSchedule();
    expect(domainService.asked).toEqual([]);
  });

  test('a sender that is being set up: verified once it is right', async () => {
    const owner = await signedInOwner();
    await enter(owner);
    domainService.publish(STUDIO);
    await runSchedule();
    expect(await sender()).toMatchObject({ verified_at: expect.any(Number) });
    expect(await recorded()).toEqual(['sender_confirmed', 'sender_verified']);
  });

  test('a row that cannot be written: the others are checked', async () => {
    await manySenders(3);
    expectConsoleError(/"what":"check a sender"/);
    await env.DB.prepare(
      "CREATE TRIGGER down BEFORE UPDATE ON senders WHEN OLD.id = 's-0' BEGIN SELECT RAISE(ABORT, 'down'); END",
    ).run();
    await runSchedule();
    expect(await checkedIds()).toEqual(['s-1', 's-2']);
  });

  test('the nightly cron, and a deployment without domains: nothing is checked', async () => {
    await manySenders(2);
    moveClock(hours(1));
    const nightly = createScheduledController({ cron: '17 3 * * *', scheduledTime: new Date() });
    await worker.scheduled(nightly, withDomains);
    await runSchedule({ ...withDomains, MAILCHANNELS_ACCOUNT: '' });
    expect(domainService.asked).toEqual([]);
  });

  test('faulty settings: logged, and nothing is checked', async () => {
    await manySenders(1);
    expectConsoleError(/^Latchkey is not set up/);
    await runSchedule({ ...withDomains, SESSION_SECRET: 'short' });
    expect(domainService.asked).toEqual([]);
  });
});

test('days without an answer, then a wrong record: broken at the first answer', async () => {
  await activeSender();
  expectConsoleError(/"what":"check a domain"/);
  domainService.behaves('500 with HTML');
  for (let nth = 0; nth < 5; nth += 1) await runSchedule();
  moveClock(days(2));
  expect(await sender()).toMatchObject({ broken_at: null });
  domainService.behaves('works');
  zone.set(`_mailchannels.${STUDIO}`, ['v=mc1 auth=somebody-else']);
  await runSchedule();
  expect(await sender()).toMatchObject({ broken_by: 'records' });
  await visit('demo', withDomains).post('/sign-in/link', { email: 'client@demo.test' });
  expect(onTheWire().at(-1)?.body.from.email).toBe(PLATFORM);
});
