import { seconds } from '../values/duration.ts';
import { deliver, givenUp, type Outcome, type Post, pauseAfter } from './deliver.ts';
import { type Order, readOrder } from './jobs.ts';
import { fail, findMail } from './mails.ts';
import { settle } from './settle.ts';

/** A queue of orders, as its producer binding is. */
export type RetryQueue = Pick<Queue<Order>, 'send'>;

/** The first try, right after the visitor's answer. What fails goes to the queue, and is tried again from there. */
export async function sendOff(
  post: Post,
  queue: RetryQueue,
  order: Order,
  now: number,
): Promise<void> {
  const outcome = await attempt(post, order, 1, now);
  if (outcome === 'done') return;
  if ('next' in outcome) return sendNext(post, queue, outcome.next, now);
  try {
    await queue.send(order, { delaySeconds: inSeconds(outcome.again) });
  } catch (error) {
    post.log('queue a mail', error);
    const [mail] = await findMail(post.db, order.mail);
    const reason = [mail?.reason, NO_QUEUE].filter(Boolean).join('; ');
    const failure = { state: 'failed', reason, tries: mail?.tries ?? 1 } as const;
    await settle(() => fail(post.db, order, ['waiting', 'sending'], failure, now + 1));
  }
}

/**
 * A mail that other work brought up: a try at another mail, or a check. It has its own first try from the queue, as what is
 * left of that work's time and D1 statements may not do for one. It is sent here only when the queue can't be reached.
 */
export async function sendNext(
  post: Post,
  queue: RetryQueue,
  order: Order,
  now: number,
): Promise<void> {
  try {
    await queue.send(order);
  } catch (error) {
    post.log('queue a mail', error);
    await sendOff(post, queue, order, now);
  }
}

const NO_QUEUE = 'it could not be kept for another try';

/** The queue's consumer: one more try for each message. `clock` is read as each one's turn comes. */
export async function retryMails(
  post: Post,
  queue: RetryQueue,
  batch: MessageBatch<unknown>,
  clock: () => number,
): Promise<void> {
  await eachOrder(post, batch, async (order, message) => {
    const outcome = await attempt(post, order, message.attempts, clock());
    if (outcome !== 'done' && 'again' in outcome) {
      message.retry({ delaySeconds: inSeconds(outcome.again) });
      return;
    }
    message.ack();
    if (outcome === 'done') return;
    // its own failure is no reason to hold up the others
    const { next } = outcome;
    await sendNext(post, queue, next, clock()).catch((error) => post.log('send a notice', error));
  });
}

/** What the queue has tried as often as it does: given up, and recorded. */
export async function buryMails(
  post: Post,
  batch: MessageBatch<unknown>,
  clock: () => number,
): Promise<void> {
  await eachOrder(post, batch, async (order, message) => {
    try {
      const [mail] = await findMail(post.db, order.mail);
      if (mail !== undefined) {
        await fail(post.db, order, ['waiting', 'sending'], givenUp(mail), clock());
      }
      message.ack();
    } catch (error) {
      post.log('give a mail up', error);
      message.retry();
    }
  });
}

/** The orders of a batch, side by side. What is none of ours is done with: no later look would make it one. */
async function eachOrder(
  post: Post,
  { messages }: MessageBatch<unknown>,
  handle: (order: Order, message: Message<unknown>) => Promise<void>,
): Promise<void> {
  await Promise.all(
    messages.map(async (message) => {
      const order = orderIn(post, message);
      if (order === null) message.ack();
      else await handle(order, message);
    }),
  );
}

/** One try. What it throws (D1 or KV down) is logged, and tried again like a mail that didn't leave. */
async function attempt(post: Post, order: Order, nth: number, now: number): Promise<Outcome> {
  try {
    return await deliver(post, order, now);
  } catch (error) {
    post.log('deliver a mail', error);
    return { again: pauseAfter(nth) };
  }
}

function orderIn(post: Post, { id, body }: Message<unknown>): Order | null {
  const order = readOrder(body);
  if (order === null) post.log('read a message of the queue', `message ${id} is no order`);
  return order;
}

function inSeconds(duration: number): number {
  return Math.ceil(duration / seconds(1));
}
