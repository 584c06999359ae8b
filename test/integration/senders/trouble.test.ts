import { env } from 'cloudflare:workers';
import { describe, expect, test, vi } from 'vitest';
import { days, minutes } from '../../../worker/values/duration.ts';
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
  HELLO,
  mailsTo,
  PLATFORM,
  read,
  runSchedule,
  STUDIO,
  sender,
  signedInOwner,
  withDomains,
} from '../../support/senders.ts';
import { type Visitor, visit } from '../../support/visitor.ts';

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

describe('the mail service means the key of another selector', () => {
  test('when an address is entered: it is not taken for ours', async () => {
    const owner = await signedInOwner();
    expectConsoleError(/"what":"make a key".*an answer without the key/);
    domainService.behaves('means another selector');
    await owner.post(EMAIL, { email: HELLO });
    expect(await sender()).toMatchObject({ address: HELLO, dkim_value: null });
  });

  test('in a check: its verdict says nothing about ours', async () => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: HELLO });
    await owner.post(`${EMAIL}/confirmation`, { code: codeFor(HELLO) });
    domainService.publish(STUDIO);
    domainService.behaves('means another selector');
    await owner.post(`${EMAIL}/check`);
    expect(await sender()).toMatchObject({ verified_at: null });
    domainService.behaves('works');
    await owner.post(`${EMAIL}/check`);
    expect(await sender(), 'the control').toMatchObject({ verified_at: expect.any(Number) });
  });
});
