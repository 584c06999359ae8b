import { and, eq, isNotNull, isNull, lte, or, type SQL } from 'drizzle-orm';
import { type Activity, recordActivityIf } from '../activity/record.ts';
import { batchByName } from '../db/batch.ts';
import type { Db } from '../db/client.ts';
import { type ActivityId, newId } from '../db/ids.ts';
import { senders } from '../db/schema.ts';
import type { CheckedRecord, DomainVerdicts } from '../mail-services/mailchannels/domains.ts';
import { readDnsResults } from './dns-results.ts';
import { replacedAddress } from './promote.ts';
import { byId, type Sender, senderExists } from './store.ts';

/** Why mail no longer leaves from an address: the mail service refused such a mail, or these records are wrong. */
export type BreakCause = { cause: 'refused' } | { cause: 'records'; records: CheckedRecord[] };

/** How a sender changes: mail leaves from it now, no longer, or again. */
export type Transition =
  | { to: 'verified' }
  | { to: 'broken'; because: BreakCause }
  | { to: 'restored' };

/** Who asked for a check. Only a check that a person asked for restores a sender that the mail service refused. */
export type CheckedBy = 'person' | 'schedule';

/** Whether mail leaves from an address: it is confirmed, its records were right, and it has not broken since. */
export function isActive({ use, confirmedAt, verifiedAt, brokenAt }: Sender): boolean {
  return use === 'from' && confirmedAt !== null && verifiedAt !== null && brokenAt === null;
}

export type SenderState = 'unconfirmed' | 'unverified' | 'active' | 'broken' | 'reply-only';

export function senderState({ use, confirmedAt, verifiedAt, brokenAt }: Sender): SenderState {
  if (confirmedAt === null) return 'unconfirmed';
  if (use === 'reply-to') return 'reply-only';
  if (verifiedAt === null) return 'unverified';
  return brokenAt === null ? 'active' : 'broken';
}

/** Why a sender is broken, as far as the last check still says; null if it is not broken. */
export function breakCauseOf({ brokenAt, brokenBy, dnsResults }: Sender): BreakCause | null {
  if (brokenAt === null) return null;
  if (brokenBy === 'refusal') return { cause: 'refused' };
  return { cause: 'records', records: failedRecords(readDnsResults(dnsResults)?.verdicts ?? null) };
}

/**
 * How verdicts change a sender; null if they don't. All must pass for mail to leave from it; one that fails ends it.
 * `unknown` does neither: it stands for trouble on the way or at the mail service.
 */
export function transitionFor(
  sender: Sender,
  verdicts: DomainVerdicts | null,
  by: CheckedBy,
): Transition | null {
  const all = Object.values(verdicts ?? {});
  const isRight = all.length > 0 && all.every((verdict) => verdict === 'passed');
  const records = failedRecords(verdicts);
  switch (senderState(sender)) {
    case 'unverified':
      return isRight ? { to: 'verified' } : null;
    case 'active':
      return records.length > 0 ? { to: 'broken', because: { cause: 'records', records } } : null;
    case 'broken':
      return isRight && (by === 'person' || sender.brokenBy === 'records')
        ? { to: 'restored' }
        : null;
    case 'unconfirmed':
    case 'reply-only':
      return null;
  }
}

const CHECKED: CheckedRecord[] = ['spf', 'dkim', 'domain-lockdown', 'mx'];

function failedRecords(verdicts: DomainVerdicts | null): CheckedRecord[] {
  return CHECKED.filter((record) => verdicts?.[record] === 'failed');
}

/**
 * Breaks a sender from which the mail service refused a mail, when it took the same mail from the platform's sender.
 * Returns false if it was broken already.
 */
export async function breakSender(db: Db, sender: Sender, now: number): Promise<boolean> {
  const broken: Transition = { to: 'broken', because: { cause: 'refused' } };
  const { change } = await batchByName(db, transition(db, sender, broken, now));
  return change.length > 0;
}

/**
 * The statements that record a transition and make it, both only while the sender is in the state before it and no later
 * check has written. `change` returns a row if it was made.
 * @param id of the activity
 */
export function transition(
  db: Db,
  sender: Sender,
  to: Transition,
  now: number,
  id = newId<ActivityId>(),
) {
  const { before, set, entry } = stepOf(db, sender, to, now);
  const where = and(byId(sender), before, notCheckedSince(now));
  return {
    // a millisecond later, so that Activity lists it after the code that was typed in the same request
    activity: recordActivityIf(db, { ...entry, id }, senderExists(db, where), now + 1),
    change: db.update(senders).set(set).where(where).returning({ id: senders.id }),
  };
}

/** What a transition needs the row to be, what it writes there, and what it records. */
type Step = {
  before: SQL | undefined;
  set: Partial<Sender>;
  entry: Activity;
};

function stepOf(db: Db, sender: Sender, transition: Transition, now: number): Step {
  const { workspaceId: workspace, address, brokenBy } = sender;
  switch (transition.to) {
    case 'verified':
      return {
        before: and(isNotNull(senders.confirmedAt), isNull(senders.verifiedAt)),
        set: { verifiedAt: now },
        entry: {
          kind: 'sender_verified',
          workspace,
          detail: { address, instead: replacedAddress(db, sender, {}) },
        },
      };
    case 'broken': {
      const { because } = transition;
      return {
        before: and(isNotNull(senders.verifiedAt), isNull(senders.brokenAt)),
        set: { brokenAt: now, brokenBy: because.cause === 'refused' ? 'refusal' : 'records' },
        entry: { kind: 'sender_broken', workspace, detail: { address, records: [], ...because } },
      };
    }
    case 'restored':
      return {
        before: and(
          isNotNull(senders.brokenAt),
          brokenBy === null ? undefined : eq(senders.brokenBy, brokenBy),
        ),
        set: { brokenAt: null, brokenBy: null },
        entry: { kind: 'sender_verified', workspace, detail: { address, instead: '' } },
      };
  }
}

/** Optimistic lock: the condition that no later check has written since `now`. */
export function notCheckedSince(now: number): SQL | undefined {
  return or(isNull(senders.checkedAt), lte(senders.checkedAt, now));
}
