import { seconds } from '../values/duration.ts';
import { deliver, givenUp, type MailDeps, type Outcome, pauseAfter } from './deliver.ts';
import { type MailJob, readMailJob } from './jobs.ts';
import { type Failed, fail, findMail, type Mail } from './mails.ts';
import { settle } from './settle.ts';

/** A queue of orders, as its producer binding is. */
export type RetryQueue = Pick<Queue<MailJob>, 'send'>;

/** The first try, right after the visitor's answer. What fails goes to the queue, and is tried again from there. */
export async function sendOff(
  deps: MailDeps,
  queue: RetryQueue,
  job: MailJob,
  now: number,
): Promise<void> {
  const outcome = await attempt(deps, job, 1, now);
  if (outcome === 'done') return;
  if ('next' in outcome) return sendNext(deps, queue, outcome.next, now);
  try {
    await queue.send(job, { delaySeconds: inSeconds(outcome.again) });
  } catch (error) {
    deps.log('queue a mail', error);
    const [mail] = await findMail(deps.db, job.mail);
    const failed = notKept(mail);
    await settle(() => fail(deps.db, job, ['waiting', 'sending'], failed, now + 1));
  }
}

/**
 * A mail that other work brought up: a try at another mail, or a check. It has its own first try from the queue, as what is
 * left of that work's time and D1 statements may not do for one. It is sent here only when the queue can't be reached.
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

/** The queue's consumer: one more try for each message. `clock` is read as each one's turn comes. */
export async function retryMails(
  deps: MailDeps,
  queue: RetryQueue,
  batch: MessageBatch<unknown>,
  clock: () => number,
): Promise<void> {
  await eachOrder(deps, batch, async (job, message) => {
    const outcome = await attempt(deps, job, message.attempts, clock());
    if (outcome !== 'done' && 'again' in outcome) {
      message.retry({ delaySeconds: inSeconds(outcome.again) });
      return;
    }
    message.ack();
    if (outcome === 'done') return;
    // its own failure is no reason to hold up the others
    const { next } = outcome;
    await sendNext(deps, queue, next, clock()).catch((error) => deps.log('send a notice', error));
  });
}

/** What the queue has tried as often as it does: given up, and recorded. */
export async function giveUpDeadLetters(
  deps: MailDeps,
  batch: MessageBatch<unknown>,
  clock: () => number,
): Promise<void> {
  await eachOrder(deps, batch, async (job, message) => {
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

/** The orders of a batch, side by side. What is none of ours is done with: no later look would make it one. */
async function eachOrder(
  deps: MailDeps,
  { messages }: MessageBatch<unknown>,
  handle: (job: MailJob, message: Message<unknown>) => Promise<void>,
): Promise<void> {
  await Promise.all(
    messages.map(async (message) => {
      const job = orderIn(deps, message);
      if (job === null) message.ack();
      else await handle(job, message);
    }),
  );
}

/** One try. What it throws (D1 or KV down) is logged, and tried again like a mail that didn't leave. */
async function attempt(deps: MailDeps, job: MailJob, nth: number, now: number): Promise<Outcome> {
  try {
    return await deliver(deps, job, now);
  } catch (error) {
    deps.log('deliver a mail', error);
    return { again: pauseAfter(nth) };
  }
}

function orderIn(deps: MailDeps, { id, body }: Message<unknown>): MailJob | null {
  const job = readMailJob(body);
  if (job === null) deps.log('read a message of the queue', `message ${id} is no order`);
  return job;
}

function inSeconds(duration: number): number {
  return Math.ceil(duration / seconds(1));
}
