import { createScheduledController } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import worker from '../../../worker/index.ts';
import { hours, minutes } from '../../../worker/values/duration.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import { domainService, onTheWire } from '../../support/network.ts';
import {
  activeSender,
  enter,
  recorded,
  runSchedule,
  STUDIO,
  sender,
  signedInOwner,
  withDomains,
} from '../../support/senders.ts';

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

  test('nine due: six in one run, longest unchecked first, three in the next', async () => {
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
    expect(onTheWire(), 'nobody’s: no owner to notify').toEqual([]);
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
    // it was created an hour before the check
    ['checked within the hour', 'checked_at = created_at + 300000'],
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
