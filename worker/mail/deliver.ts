import type { Stores } from '../db/stores.ts';
import {
  MAIL_PAUSES,
  MAIL_TRIES_FROM_OWN,
  MAIL_TRY_LONGEST,
  MAIL_WORTH_SENDING,
} from '../limits/rules.ts';
import type { Mailer, OutgoingMail, Refusal } from '../mail-services/service.ts';
import { breakSender } from '../senders/status.ts';
import type { Sender } from '../senders/store.ts';
import { lookUp, type Platform, write } from './compose.ts';
import { enqueueBrokenNotice } from './enqueue.ts';
import type { Addressed } from './from.ts';
import type { MailJob } from './jobs.ts';
import { accept, claim, drop, type Failed, fail, isUnderWay, type Mail, putOff } from './mails.ts';
import { settle } from './settle.ts';
import { dropSuperseded } from './superseded.ts';

/** What delivery works with: the records, a way out, which deployment, and where to say what went wrong. */
export type MailDeps = Stores & {
  mailer: Mailer;
  platform: Platform;
  log: (what: string, error: unknown) => void;
};

/**
 * How a try ended: nothing is left to do; it is to be tried again after a pause; or it is done, and brought up another
 * mail, whose first try is due.
 */
export type Outcome = { again: number } | { next: MailJob } | 'done';

/**
 * Tries once to send the mail of an order. Whoever calls it, and however often: of all tries one at a time is under way,
 * and none after the mail service has taken the mail over. What it throws (D1 or KV down) came before the sending, or
 * leaves the mail marked as `sending`, which is never sent again.
 */
export async function deliver(deps: MailDeps, job: MailJob, now: number): Promise<Outcome> {
  const { db } = deps;
  const found = await lookUp(deps, job);
  const { mail } = found;
  if (mail === undefined) return 'done'; // gone with its contact
  if (mail.state === 'sending') return awaitOther(deps, job, mail, now);
  if (mail.state !== 'waiting') return 'done';
  if (now >= worthlessFrom(job)) {
    await fail(db, job, ['waiting'], givenUp(mail), justAfter(now));
    return 'done';
  }
  if (await dropSuperseded(db, job, now)) return 'done';

  const letter = await write(deps, deps.platform, job, found, now);
  if (letter === null) {
    await drop(db, job.mail, 'no-longer-needed', justAfter(now));
    return 'done';
  }
  const tries = await claim(db, job.mail, now);
  if (tries === null) return { again: MAIL_TRY_LONGEST };
  const chosen = tries > MAIL_TRIES_FROM_OWN ? withoutOwn(letter) : letter;
  return send(deps, job, tries, { ...chosen, sender: found.sender }, now);
}

/** A letter, and the freelancer's sender that it may be from. */
type Letter = Addressed & { sender: Sender | undefined };

async function send(
  deps: MailDeps,
  job: MailJob,
  tries: number,
  { mail, instead, sender }: Letter,
  now: number,
): Promise<Outcome> {
  const sent = await deps.mailer.send(mail, now);
  if (sent.ok) {
    await settle(() => accept(deps.db, job.mail, sent, justAfter(now)));
    return 'done';
  }
  if (instead === null || sender === undefined || !sent.ofSender) {
    return settleRefused(deps, job, tries, sent, now);
  }
  deps.log('mail refused', `${job.mail}, try ${tries}, from the own address: ${sent.detail}`);
  return fallBack(deps, job, tries, { instead, sender }, now);
}

/** From the platform's sender, whatever ails the own one: no word of it was needed, and none against it is said. */
function withoutOwn({ mail, instead }: Addressed): Addressed {
  return { mail: instead ?? mail, instead: null };
}

/**
 * A mail from a freelancer's own address was refused, and the address may be why: the same mail leaves from the platform's
 * sender, in the same try. The first was refused in so many words, so there are never two. If this one is taken over, it
 * was the address: no more mail leaves from it, and its owner is told. If not, it was something else.
 */
async function fallBack(
  deps: MailDeps,
  job: MailJob,
  tries: number,
  { instead, sender }: { instead: OutgoingMail; sender: Sender },
  now: number,
): Promise<Outcome> {
  const { db, mailer } = deps;
  const sent = await mailer.send(instead, now);
  if (!sent.ok) return settleRefused(deps, job, tries, sent, now);
  await settle(() => accept(db, job.mail, sent, justAfter(now)));
  if (!(await breakSender(db, sender, now))) return 'done';
  const notice = await enqueueBrokenNotice(db, sender, now);
  return notice === null ? 'done' : { next: notice };
}

/** The mail did not leave: the end of it, or the pause before its next try. */
async function settleRefused(
  { db, log }: MailDeps,
  job: MailJob,
  tries: number,
  { failure, lasting, detail }: Refusal,
  now: number,
): Promise<Outcome> {
  log('mail refused', `${job.mail}, try ${tries}: ${detail}`);
  const pause = pauseAfter(tries);
  if (!lasting && now + pause < worthlessFrom(job)) {
    await settle(() => putOff(db, job.mail, tries, failure));
    return { again: pause };
  }
  const failed = { state: lasting ? 'failed' : 'given-up', failure, tries } as const;
  await settle(() => fail(db, job, ['sending'], failed, justAfter(now)));
  return 'done';
}

/** How long to wait after a try that failed. */
export function pauseAfter(tries: number): number {
  return MAIL_PAUSES[Math.min(tries, MAIL_PAUSES.length) - 1] ?? MAIL_TRY_LONGEST;
}

/**
 * The end of a mail that was tried for as long as it was worth it, or as often as a queue tries. When no mail service has
 * refused it, D1 or KV failed.
 */
export function givenUp({ failure, tries }: Pick<Mail, 'failure' | 'tries'>): Failed {
  return { state: 'given-up', failure: failure === '' ? 'storage-down' : failure, tries };
}

/** Another has it in hand; or had, and never came back. Then it may have left, and a second one must not. */
async function awaitOther(
  { db }: MailDeps,
  job: MailJob,
  mail: Mail,
  now: number,
): Promise<Outcome> {
  if (isUnderWay(mail, now)) return { again: MAIL_TRY_LONGEST };
  const failed = { state: 'failed', failure: 'cut-off', tries: mail.tries } as const;
  await fail(db, job, ['sending'], failed, now);
  return 'done';
}

/** When a mail was settled: a millisecond later, so that the timeline tells it after "asked". */
function justAfter(now: number): number {
  return now + 1;
}

function worthlessFrom(job: MailJob): number {
  return job.at + MAIL_WORTH_SENDING[job.kind];
}
