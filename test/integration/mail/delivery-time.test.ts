import { createExecutionContext } from 'cloudflare:test';
import { expect, test, vi } from 'vitest';
import worker from '../../../worker/index.ts';
import { MAIL_TRY_LONGEST, SAVE_RETRY_DELAYS } from '../../../worker/mail/mails.ts';
import { MAIL_TIME_OUT } from '../../../worker/mail-services/with-retry.ts';
import { seconds } from '../../../worker/values/duration.ts';
import { carla } from '../../support/cast.ts';
import { moveClock, waitedFor } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import { answerAs, type Behaviour, isSending } from '../../support/doubles/mailchannels/send.ts';
import { mailService } from '../../support/network.ts';
import { deliverQueued, queued } from '../../support/queue.ts';
import { activeSender, HELLO, mailsTo, PLATFORM, withDomains } from '../../support/senders.ts';

/** What a Worker has for everything that it does after its answer; then it is cut off. */
const AFTER_THE_ANSWER = seconds(30);
/** As late as an answer can be and still count. */
const LATE = MAIL_TIME_OUT - 100;

/** MailChannels takes this long for each mail in turn. */
function mailServiceTakes(...delays: number[]): void {
  const answers = vi.mocked(globalThis.fetch).getMockImplementation();
  vi.mocked(globalThis.fetch).mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    const delay = isSending(request.url) ? (delays.shift() ?? 0) : 0;
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    return answers?.(request) ?? answerAs('drops the connection');
  });
}

/** Carla asks for a link. Returns when all is done that the Worker does then, without a time of its own. */
async function carlaAsks(): Promise<void> {
  const ctx = createExecutionContext();
  const after: Promise<unknown>[] = [];
  ctx.waitUntil = (work) => void after.push(work);
  const origin = 'http://demo.portal.localhost';
  const request = new Request(`${origin}/sign-in/link`, {
    method: 'POST',
    headers: { origin, 'cf-connecting-ip': '203.0.113.7' },
    body: new URLSearchParams({ email: carla }),
    redirect: 'manual',
  });
  const answer = await worker.fetch(
    request as Request<unknown, IncomingRequestCfProperties>,
    withDomains,
    ctx,
  );
  expect(answer.status).toBe(303);
  await Promise.all(after);
}

function sendersTo(address: string): string[] {
  return mailsTo(address).map(({ body }) => body.from.email);
}

test('all waits of one try: shorter than the time a Worker has after its answer', () => {
  const pauses = SAVE_RETRY_DELAYS.reduce((sum, pause) => sum + pause, 0);
  // two mails, each once more at once; two things to write down: that it waits, or that no queue keeps it
  const waits = 4 * MAIL_TIME_OUT + 2 * pauses;
  const forD1 = seconds(3);
  expect(waits + forD1).toBeLessThanOrEqual(AFTER_THE_ANSWER);
  expect(waits + forD1, 'nor is it taken for cut off').toBeLessThan(MAIL_TRY_LONGEST);
});

test('the slowest possible try: stored in time, and queued', async () => {
  await activeSender();
  expectConsoleError(/"what":"mail refused"/);
  const plan: Behaviour[] = ['500 with HTML', '403', 'hangs', 'hangs', 'takes it over (202)'];
  mailService(...plan);
  mailServiceTakes(LATE, LATE);
  const waited = await waitedFor(carlaAsks);
  expect(sendersTo(carla)).toEqual([HELLO, HELLO, PLATFORM, PLATFORM]);
  expect(waited, 'in virtual time').toBeLessThan(AFTER_THE_ANSWER - seconds(3));
  expect(await rows('SELECT state, tries FROM mails WHERE contact_id IS NOT NULL')).toEqual([
    { state: 'waiting', tries: 1 },
  ]);
  expect(queued()).toMatchObject([{ body: { kind: 'sign-in' }, delaySeconds: 15 }]);
  moveClock(seconds(15));
  await deliverQueued(withDomains);
  expect(await rows('SELECT state, tries FROM mails WHERE contact_id IS NOT NULL')).toEqual([
    { state: 'accepted', tries: 2 },
  ]);
});

test('accepted at the last moment: the notice is queued, and not tried at once', async () => {
  await activeSender();
  expectConsoleError(/"what":"mail refused"/);
  mailService('500 with HTML', '403', '500 with HTML', 'takes it over (202)', 'hangs');
  mailServiceTakes(LATE, LATE, LATE, LATE);
  const waited = await waitedFor(carlaAsks);
  expect(sendersTo(carla)).toEqual([HELLO, HELLO, PLATFORM, PLATFORM]);
  expect(waited, 'in virtual time').toBeLessThan(AFTER_THE_ANSWER - seconds(3));
  expect(await rows('SELECT kind, state FROM mails WHERE tries = 0')).toEqual([
    { kind: 'sender-broken', state: 'waiting' },
  ]);
  expect(queued()).toMatchObject([{ body: { kind: 'sender-broken' }, delaySeconds: 0 }]);
});
