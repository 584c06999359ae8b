import { breakSender } from '../senders/status.ts';
import type { Sender } from '../senders/store.ts';
import { seconds } from '../values/duration.ts';
import { deliver, givenUp, type MailDeps, type Outcome } from './deliver.ts';
import { enqueueBrokenNotice } from './enqueue.ts';
import { type MailJob, readMailJob } from './jobs.ts';
import { type Failed, fail, findMail, type Mail, saveResult } from './mails.ts';
import { pauseAfter } from './retry-delays.ts';

/** A queue of jobs, as its producer binding is. */
export type RetryQueue = Pick<Queue<MailJob>, 'send'>;

/** The first try, right after the response to the visitor. If it fails, the job goes to the queue and is tried again from there. */
export async function sendOff(
  deps: MailDeps,
  queue: RetryQueue,
  job: MailJob,
  now: number,
): Promise<void> {
  const outcome = await attempt(deps, job, 1, now);
  if (outcome === 'done') return;
  if ('senderBroken' in outcome) return followUp(deps, queue, outcome.senderBroken, now);
  try {
    await queue.send(job, { delaySeconds: inSeconds(outcome.retryAfter) });
  } catch (error) {
    deps.log('queue a mail', error);
    const [mail] = await findMail(deps.db, job.mail);
    const failed = notKept(mail);
    await saveResult(() => fail(deps.db, job, ['waiting', 'sending'], failed, now + 1));
  }
}

/**
 * The mail service took a mail from the platform's sender that it had refused from the freelancer's own: no more leaves from
 * that, and its owner is mailed. The mail itself has left, so a failure here is only logged: the next mail finds the same.
 */
async function followUp(
  deps: MailDeps,
  queue: RetryQueue,
  sender: Sender,
  now: number,
): Promise<void> {
  try {
    if (!(await breakSender(deps.db, sender, now))) return;
    const notice = await enqueueBrokenNotice(deps.db, sender, now);
    if (notice !== null) await sendNext(deps, queue, notice, now);
  } catch (error) {
    deps.log('break a sender', error);
  }
}

/**
 * The first try of a mail that other work brought up: a try at another mail, or a check. It comes from the queue, as that
 * work may have used up its time and D1 statements. Only when the queue can't be reached it is made at once.
 */
export async function sendNext(
  deps: MailDeps,
  queue: RetryQueue,
  job: MailJob,
  now: number,
): Promise<void> {
  try {
    await queue.send(job);
  } catch (error) {
    deps.log('queue a mail', error);
    await sendOff(deps, queue, job, now);
  }
}

/** The end of a mail that would be tried again, and that no queue keeps. */
function notKept(mail: Mail | undefined): Failed {
  const { failure = '', tries = 1 } = mail ?? {};
  const after = failure === '' ? {} : { after: failure };
  return { state: 'failed', failure: 'queue-down', ...after, tries };
}

/** The queue's consumer: one more try for each message. `clock` is read when a message is taken. */
export async function retryMails(
  deps: MailDeps,
  queue: RetryQueue,
  batch: MessageBatch<unknown>,
  clock: () => number,
): Promise<void> {
  await eachJob(deps, batch, async (job, message) => {
    const outcome = await attempt(deps, job, message.attempts, clock());
    if (outcome !== 'done' && 'retryAfter' in outcome) {
      message.retry({ delaySeconds: inSeconds(outcome.retryAfter) });
      return;
    }
    message.ack();
    if (outcome !== 'done') await followUp(deps, queue, outcome.senderBroken, clock());
  });
}

/** The dead-letter queue's consumer: what was tried as often as the queue does is given up, and recorded. */
export async function giveUpDeadLetters(
  deps: MailDeps,
  batch: MessageBatch<unknown>,
  clock: () => number,
): Promise<void> {
  await eachJob(deps, batch, async (job, message) => {
    try {
      const [mail] = await findMail(deps.db, job.mail);
      if (mail !== undefined) {
        await fail(deps.db, job, ['waiting', 'sending'], givenUp(mail), clock());
      }
      message.ack();
    } catch (error) {
      deps.log('give a mail up', error);
      message.retry();
    }
  });
}

/** The jobs of a batch, side by side. A message that is none is acknowledged: it will never be one. */
async function eachJob(
  deps: MailDeps,
  { messages }: MessageBatch<unknown>,
  handle: (job: MailJob, message: Message<unknown>) => Promise<void>,
): Promise<void> {
  await Promise.all(
    messages.map(async (message) => {
      const job = readMailJob(message.body);
      if (job !== null) return handle(job, message);
      deps.log('read a message of the queue', `message ${message.id} is no job`);
      message.ack();
    }),
  );
}

/** One try. What it throws (D1 or KV down) is logged, and tried again like a mail that didn't leave. */
async function attempt(deps: MailDeps, job: MailJob, nth: number, now: number): Promise<Outcome> {
  try {
    return await deliver(deps, job, now);
  } catch (error) {
    deps.log('deliver a mail', error);
    return { retryAfter: pauseAfter(nth) };
  }
}

function inSeconds(duration: number): number {
  return Math.ceil(duration / seconds(1));
}
