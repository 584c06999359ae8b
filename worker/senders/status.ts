import { and, eq, isNotNull, isNull, lte, or, type SQL } from 'drizzle-orm';
import { type Activity, recordActivityIf } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import { senders } from '../db/schema.ts';
import type { DomainVerdicts } from '../mail-services/mailchannels/domains.ts';
import { replacedAddress } from './promote.ts';
import { byId, type Sender, senderExists } from './store.ts';

/** How a sender changed: mail leaves from it now, no longer, or again. */
export type Transition = 'verified' | 'broken' | 'restored';

/** Who asked for a check. What a mail service refused is not tried again before somebody has looked at it. */
export type CheckedBy = 'person' | 'schedule';

/** Whether mail leaves from an address: it is confirmed, its records were right, and nothing has happened since. */
export function isActive({ use, confirmedAt, verifiedAt, brokenAt }: Sender): boolean {
  return use === 'from' && confirmedAt !== null && verifiedAt !== null && brokenAt === null;
}

export type SenderState = 'unconfirmed' | 'unverified' | 'active' | 'broken' | 'replies';

export function senderState({ use, confirmedAt, verifiedAt, brokenAt }: Sender): SenderState {
  if (confirmedAt === null) return 'unconfirmed';
  if (use === 'reply-to') return 'replies';
  if (verifiedAt === null) return 'unverified';
  return brokenAt === null ? 'active' : 'broken';
}

/**
 * What verdicts make of a sender. All have to pass for mail to leave from it; one that definitely fails ends it. What is
 * unknown, for trouble on the way or of the mail service's own, does neither.
 */
export function transitionFor(
  sender: Sender,
  verdicts: DomainVerdicts | null,
  by: CheckedBy,
): Transition | null {
  const all = Object.values(verdicts ?? {});
  const isRight = all.length > 0 && all.every((verdict) => verdict === 'passed');
  const isWrong = all.includes('failed');
  switch (senderState(sender)) {
    case 'unverified':
      return isRight ? 'verified' : null;
    case 'active':
      return isWrong ? 'broken' : null;
    case 'broken':
      return isRight && (by === 'person' || sender.brokenBy === 'records') ? 'restored' : null;
    case 'unconfirmed':
    case 'replies':
      return null;
  }
}

/**
 * The statements that turn a sender and record it, both only if it is still in the state that it turns from, and no later
 * check has looked at it meanwhile. The second returns a row if it did.
 */
export function transition(
  db: Db,
  sender: Sender,
  turn: Transition,
  { by }: { reason: string; by: 'records' | 'refusal' },
  now: number,
) {
  const { workspaceId: workspace } = sender;
  const isStill = and(byId(sender), ...BEFORE[turn](sender), notLookedAtSince(now));
  const entry = { workspace, ...RECORDED[turn]({ db, sender, by }) };
  const changed = {
    verified: { verifiedAt: now },
    broken: { brokenAt: now, brokenBy: by },
    restored: { brokenAt: null, brokenBy: null },
  }[turn];
  return [
    // a millisecond later, so that Activity tells it after the code that was confirmed in the same request
    recordActivityIf(db, entry, senderExists(db, isStill), now + 1),
    db.update(senders).set(changed).where(isStill).returning({ id: senders.id }),
  ] as const;
}

type Turned = { db: Db; sender: Sender; by: 'records' | 'refusal' };

/** What each transition records. */
const RECORDED: Record<Transition, (turned: Turned) => Activity> = {
  verified: ({ db, sender }) => {
    const instead = replacedAddress(db, sender, {});
    return { kind: 'sender_verified', detail: { address: sender.address, instead } };
  },
  broken: ({ sender: { address }, by }) => {
    const cause = by === 'refusal' ? 'refused' : 'records';
    return { kind: 'sender_broken', detail: { address, cause, records: [] } };
  },
  restored: ({ sender: { address } }) => {
    return { kind: 'sender_verified', detail: { address, instead: '' } };
  },
};

const BEFORE: Record<Transition, (sender: Sender) => (SQL | undefined)[]> = {
  verified: () => [isNotNull(senders.confirmedAt), isNull(senders.verifiedAt)],
  broken: () => [isNotNull(senders.verifiedAt), isNull(senders.brokenAt)],
  restored: ({ brokenBy }) => [
    isNotNull(senders.brokenAt),
    brokenBy === null ? undefined : eq(senders.brokenBy, brokenBy),
  ],
};

/** A check that was slow says nothing about what a later one has seen. */
export function notLookedAtSince(now: number) {
  return or(isNull(senders.checkedAt), lte(senders.checkedAt, now));
}

/** For the activity and the mail: what the mail service no longer accepts. */
export function whatFailed(verdicts: DomainVerdicts | null): string {
  const names = { spf: 'SPF', dkim: 'DKIM', lockdown: 'lock-down', senderDomain: 'MX' };
  const failed = Object.entries(verdicts ?? {}).filter(([, verdict]) => verdict === 'failed');
  const named = Object.entries(names).filter(([key]) => failed.some(([which]) => which === key));
  if (named.length === 0) return '';
  const list = named.map(([, name]) => name).join(', ');
  return `its DNS records are no longer right (${list})`;
}
