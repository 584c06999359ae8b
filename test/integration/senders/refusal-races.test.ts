import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { seconds } from '../../../worker/values/duration.ts';
import { carla, olivia } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import { domainService, mailService } from '../../support/network.ts';
import { deliverQueued, queued } from '../../support/queue.ts';
import { ENTERED, OTHER, REMOVED, racing } from '../../support/sender-races.ts';
import {
  activeSender,
  EMAIL,
  enter,
  HELLO,
  mailsTo,
  nextSender,
  PLATFORM,
  recorded,
  sender,
  withDomains,
} from '../../support/senders.ts';
import { visit } from '../../support/visitor.ts';

describe('a mail from the own address is refused, and before that is stored', () => {
  test.each(REMOVED)('%s: the mail has arrived, and nothing is recorded', async (_what, change) => {
    const owner = await activeSender();
    expectConsoleError(/"what":"mail refused"/);
    mailService('400', 'takes it over (202)');
    const bindings = racing(/^update "senders" set "broken_at"/, () => change(owner));
    await visit('demo', bindings).post('/sign-in/link', { email: carla });
    expect(mailsTo(carla).map(({ body }) => body.from.email)).toEqual([HELLO, PLATFORM]);
    expect((await sender())?.broken_at ?? null).toBeNull();
    expect((await sender())?.verified_at ?? null, 'and nothing for it').toBeNull();
    expect(await recorded()).not.toContain('sender_broken');
    expect([...queued(), ...mailsTo(olivia)]).toEqual([]);
  });

  test.each(ENTERED)(
    '%s: the current sender breaks, the next one does not',
    async (_what, change) => {
      const owner = await activeSender();
      expectConsoleError(/"what":"mail refused"/);
      mailService('400', 'takes it over (202)');
      const bindings = racing(/^update "senders" set "broken_at"/, () => change(owner));
      await visit('demo', bindings).post('/sign-in/link', { email: carla });
      expect(await sender()).toMatchObject({ address: HELLO, broken_by: 'refusal' });
      expect(await nextSender()).toMatchObject({ confirmed_at: null, broken_at: null });
      await deliverQueued(withDomains);
      expect(mailsTo(olivia)).toHaveLength(1);
    },
  );
});

test('a refusal, another address is set up before it is stored: that one stays active', async () => {
  moveClock(0);
  const owner = await activeSender();
  expectConsoleError(/"what":"mail refused"/);
  mailService('400', 'takes it over (202)');
  const bindings = racing(/^update "senders" set "broken_at"/, async () => {
    await enter(owner, OTHER);
    domainService.publish('other.example');
    await owner.post(`${EMAIL}/check`);
    expect(await sender()).toMatchObject({ address: OTHER, verified_at: expect.any(Number) });
  });
  await visit('demo', bindings).post('/sign-in/link', { email: carla });
  expect(mailsTo(carla)).toHaveLength(2);
  expect(await sender()).toMatchObject({ address: OTHER, broken_at: null });
  expect(await recorded()).not.toContain('sender_broken');
  expect([...queued(), ...mailsTo(olivia)]).toEqual([]);
});

test('the mail from the platform is accepted, D1 fails to store that: no third mail', async () => {
  await activeSender();
  expectConsoleError(/"what":"(mail refused|deliver a mail)"/);
  mailService('400', 'takes it over (202)');
  await env.DB.prepare(
    "CREATE TRIGGER down BEFORE UPDATE ON mails WHEN NEW.state = 'accepted' BEGIN SELECT RAISE(ABORT, 'down'); END",
  ).run();
  await visit('demo', withDomains).post('/sign-in/link', { email: carla });
  await env.DB.prepare('DROP TRIGGER down').run();
  while (queued().length > 0) {
    moveClock(seconds(queued()[0]?.delaySeconds ?? 0));
    await deliverQueued(withDomains);
  }
  expect(mailsTo(carla)).toHaveLength(2);
  const [mail] = await rows('SELECT state, reason FROM mails WHERE contact_id IS NOT NULL');
  expect(mail).toMatchObject({ state: 'failed', reason: 'cut-off' });
});
