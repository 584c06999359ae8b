import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { seconds } from '../../../worker/values/duration.ts';
import { type Watch, watchBindings, withoutQueue } from '../../support/bindings.ts';
import { carla } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import { mailService, onTheWire } from '../../support/network.ts';
import { deliverQueued, queued } from '../../support/queue.ts';
import { visit } from '../../support/visitor.ts';

// What came of a try is known to who made it, and to nobody else: D1 may not lose it by failing for a moment.

const OK = 'takes it over (202)';
/** The statements that settle a mail. */
const ACCEPTED = /^update "mails" set .*"provider_id" = /;
const WAITING = /^update "mails" set "state" = \?, "reason" = \? where/;
const FAILED = /update "mails" set "state" = \?, "reason" = \?, "settled_at" = \? where/;
const DOWN = new Error('D1_ERROR: no such database today: SQLITE_ERROR');

function overTheWire({ bindings }: Watch): Env {
  return { ...bindings, MAIL_TRANSPORT: 'mailchannels' };
}

/** D1 fails so often at a statement. */
function failingAt(statement: RegExp, times: number): Watch {
  const meter = watchBindings();
  let left = times;
  meter.onCall = async ({ sql }, run) => {
    if (left === 0 || !sql.some((text) => statement.test(text))) return run();
    left -= 1;
    throw DOWN;
  };
  return meter;
}

async function carlaAsks(meter: Watch): Promise<void> {
  moveClock(0);
  await visit('demo', overTheWire(meter)).post('/sign-in/link', { email: carla });
}

async function passPause(meter: Watch): Promise<void> {
  moveClock(seconds(queued()[0]?.delaySeconds ?? 0));
  await deliverQueued(overTheWire(meter));
}

async function mails() {
  return rows('SELECT state, tries, provider_id FROM mails');
}

async function failures() {
  return rows("SELECT detail FROM activity WHERE kind = 'link_failed'");
}

describe('D1 fails twice to store a result', () => {
  test('accepted: stored at the third try, and later events find the mail', async () => {
    await carlaAsks(failingAt(ACCEPTED, 2));
    expect(await mails()).toEqual([
      { state: 'accepted', tries: 1, provider_id: '<m-1@mailchannels.test>' },
    ]);
    expect(queued()).toEqual([]);
    expect(onTheWire()).toHaveLength(1);
  });

  test('to be tried again: the mail waits, and arrives', async () => {
    const meter = failingAt(WAITING, 2);
    expectConsoleError(/"what":"mail refused"/);
    mailService('429', OK);
    await carlaAsks(meter);
    expect(await mails()).toMatchObject([{ state: 'waiting', tries: 1 }]);
    await passPause(meter);
    expect(await mails()).toMatchObject([{ state: 'accepted', tries: 2 }]);
    expect(onTheWire()).toHaveLength(2);
  });

  test('refused for good: stored as failed, with its reason, recorded once', async () => {
    expectConsoleError(/"what":"mail refused"/);
    mailService('400');
    await carlaAsks(failingAt(FAILED, 2));
    expect(await mails()).toMatchObject([{ state: 'failed', tries: 1 }]);
    expect(await failures()).toMatchObject([
      { detail: expect.stringContaining('"failure":"refused"') },
    ]);
    expect(queued()).toEqual([]);
  });

  test('not queued: stored as failed, and the reason says so', async () => {
    const meter = failingAt(FAILED, 2);
    expectConsoleError(/"what":"mail refused"/);
    expectConsoleError(/"what":"queue a mail"/);
    mailService('429');
    const there = withoutQueue(overTheWire(meter));
    await visit('demo', there).post('/sign-in/link', { email: carla });
    expect(await mails()).toMatchObject([{ state: 'failed' }]);
    expect(await failures()).toMatchObject([
      { detail: expect.stringContaining('"failure":"queue-down","after":"rate-limited"') },
    ]);
  });
});

test('D1 fails for longer: unknown whether the mail left, and it is not sent again', async () => {
  const meter = failingAt(WAITING, 3);
  expectConsoleError(/"what":"(mail refused|deliver a mail)"/);
  mailService('429', OK);
  await carlaAsks(meter);
  expect(await mails()).toMatchObject([{ state: 'sending', tries: 1 }]);
  while (queued().length > 0) await passPause(meter);
  expect(await mails()).toMatchObject([{ state: 'failed', tries: 1 }]);
  expect(await failures()).toMatchObject([
    { detail: expect.stringContaining('"failure":"cut-off"') },
  ]);
  expect(onTheWire()).toHaveLength(1);
});

describe('D1 stores a result, and its answer is lost', () => {
  /** D1 does what it was asked once, and then something else happens before the same is asked again. */
  function losingAt(statement: RegExp, then: () => Promise<unknown>): Watch {
    const meter = watchBindings();
    let isLost = false;
    meter.onCall = async ({ sql }, run) => {
      const done = await run();
      if (isLost || !sql.some((text) => statement.test(text))) return done;
      isLost = true;
      await then();
      throw DOWN;
    };
    return meter;
  }

  test('to be tried again, and another try has begun: that one goes on', async () => {
    const meter = losingAt(WAITING, () =>
      env.DB.prepare("UPDATE mails SET state = 'sending', tries = 2").run(),
    );
    expectConsoleError(/"what":"mail refused"/);
    mailService('429');
    await carlaAsks(meter);
    expect(await mails()).toMatchObject([{ state: 'sending', tries: 2 }]);
  });

  test('failed: recorded once', async () => {
    const meter = losingAt(FAILED, async () => {});
    expectConsoleError(/"what":"mail refused"/);
    mailService('400');
    await carlaAsks(meter);
    expect(await mails()).toMatchObject([{ state: 'failed' }]);
    expect(await failures()).toHaveLength(1);
  });
});
