import type { Stores } from '../db/stores.ts';
import type { Mailer, Refusal } from '../mail-services/service.ts';
import type { Sender } from '../senders/store.ts';
import { compose, type Platform } from './compose.ts';
import type { Composed } from './from.ts';
import { type MailJob, mailTraits } from './jobs.ts';
import { lookUp } from './look-up.ts';
import {
  accept,
  claim,
  drop,
  dropSuperseded,
  type Failed,
  fail,
  isUnderWay,
  MAIL_TRY_LONGEST,
  type Mail,
  putOff,
  saveResult,
} from './mails.ts';
import { pauseAfter } from './retry-delays.ts';

/** What delivery works with: the records, a way out, which deployment, and where to say what went wrong. */
export type MailDeps = Stores & {
  mailer: Mailer;
  platform: Platform;
  log: (what: string, error: unknown) => void;
};

/**
 * How a try ended. `retryAfter`: milliseconds until the next try. `senderBroken`: the mail left, but the mail service had
 * refused it from this sender.
 */
export type Outcome = { retryAfter: number } | { senderBroken: Sender } | 'done';

/**
 * How many tries use the freelancer's address. After that the platform's address is used, because the failure may concern
 * only the freelancer's address.
 */
export const MAIL_TRIES_FROM_OWN = 2;

/**
 * Tries once to send the mail of a job. However often it is called, one try at a time is under way, and none after the mail
 * service has taken the mail over. What it throws (D1 or KV down) came before the sending, or leaves the mail marked as
 * `sending`, which is never sent again.
 */
export async function deliver(deps: MailDeps, job: MailJob, now: number): Promise<Outcome> {
  const { db } = deps;
  const found = await lookUp(db, job);
  const { mail, sender } = found;
  if (mail === undefined) return 'done'; // gone with its contact
  if (mail.state === 'sending') return awaitOtherTry(deps, job, mail, now);
  if (mail.state !== 'waiting') return 'done';
  if (now >= worthSendingUntil(job)) {
    await fail(db, job, ['waiting'], givenUp(mail), justAfter(now));
    return 'done';
  }
  if (await dropSuperseded(db, job, now)) return 'done';

  const composed = await compose(deps, deps.platform, job, found, now);
  if (composed === null) {
    await drop(db, job.mail, justAfter(now));
    return 'done';
  }
  const tries = await claim(db, job.mail, now);
  if (tries === null) return { retryAfter: MAIL_TRY_LONGEST };
  const isFromOwn = tries <= MAIL_TRIES_FROM_OWN;
  return send(
    deps,
    job,
    tries,
    { ...(isFromOwn ? composed : fromPlatform(composed)), sender },
    now,
  );
}

/** The same mail from the platform's address, without a fallback: a refusal then says nothing about the freelancer's address. */
function fromPlatform({ mail, fallback }: Composed): Composed {
  return { mail: fallback ?? mail, fallback: null };
}

/**
 * Sends a mail. If the service refuses it and the freelancer's address may be the reason, sends the same mail from the
 * platform's address in the same try. A clear refusal means that the first did not leave, so nobody gets two. If the second
 * is accepted, the freelancer's address was the reason.
 */
async function send(
  deps: MailDeps,
  job: MailJob,
  tries: number,
  { mail, fallback, sender }: Composed & { sender: Sender | undefined },
  now: number,
): Promise<Outcome> {
  const { db, mailer, log } = deps;
  const first = await mailer.send(mail, now);
  const isOfSender = !first.ok && first.ofSender && fallback !== null && sender !== undefined;
  if (isOfSender)
    log('mail refused', `${job.mail}, try ${tries}, from the own address: ${first.detail}`);
  const sent = isOfSender ? await mailer.send(fallback, now) : first;
  if (!sent.ok) return afterRefusal(deps, job, tries, sent, now);
  await saveResult(() => accept(db, job.mail, sent, justAfter(now)));
  return isOfSender ? { senderBroken: sender } : 'done';
}

/** The mail did not leave: the end of it, or the pause before its next try. */
async function afterRefusal(
  { db, log }: MailDeps,
  job: MailJob,
  tries: number,
  { failure, lasting, detail }: Refusal,
  now: number,
): Promise<Outcome> {
  log('mail refused', `${job.mail}, try ${tries}: ${detail}`);
  const pause = pauseAfter(tries);
  if (!lasting && now + pause < worthSendingUntil(job)) {
    await saveResult(() => putOff(db, job.mail, tries, failure));
    return { retryAfter: pause };
  }
  const failed = { state: lasting ? 'failed' : 'given-up', failure, tries } as const;
  await saveResult(() => fail(db, job, ['sending'], failed, justAfter(now)));
  return 'done';
}

/**
 * The end of a mail that was tried for as long as it was worth it, or as often as a queue tries. When no mail service has
 * refused it, D1 or KV failed.
 */
export function givenUp({ failure, tries }: Pick<Mail, 'failure' | 'tries'>): Failed {
  return { state: 'given-up', failure: failure === '' ? 'storage-down' : failure, tries };
}

/** Another try has claimed the mail. It is still running, or it was cut off: then the mail may have left and must not be sent again. */
async function awaitOtherTry(
  { db }: MailDeps,
  job: MailJob,
  mail: Mail,
  now: number,
): Promise<Outcome> {
  if (isUnderWay(mail, now)) return { retryAfter: MAIL_TRY_LONGEST };
  const failed = { state: 'failed', failure: 'cut-off', tries: mail.tries } as const;
  await fail(db, job, ['sending'], failed, now);
  return 'done';
}

/** When a mail was settled: a millisecond later, so that the timeline shows it after what asked for it. */
function justAfter(now: number): number {
  return now + 1;
}

function worthSendingUntil(job: MailJob): number {
  return job.at + mailTraits(job.kind).worthSendingFor;
}
