import { and, eq, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { senders } from '../db/schema.ts';
import type { Domains, DomainVerdicts } from '../mail-services/mailchannels/domains.ts';
import { hasAnswer, mergeDnsResults, readDnsResults } from './dns-results.ts';
import { promote } from './promote.ts';
import { publishedAt } from './published.ts';
import {
  type CheckedBy,
  notLookedAtSince,
  type Transition,
  transition,
  transitionFor,
  whatFailed,
} from './status.ts';
import { byId, type Sender } from './store.ts';

/** What a check works with: the records, the mail service's side of domains, and where to say what went wrong. */
export type CheckDeps = {
  db: Db;
  domains: Domains;
  log: (what: string, error: unknown) => void;
};

/** Whether the mail service said anything, and how the sender turned, if this check turned it. */
export type CheckResult = { hasAnswer: boolean; transition: Transition | null };

/**
 * Looks at the domain of a sender: what the mail service says, side by side with what is published. Keeps what it found,
 * and what follows from it: a next address whose records are right takes the place of the current one. Where nobody answered,
 * what was known before stays. An address that was entered meanwhile, or a later check, keeps what is theirs.
 */
export async function checkSender(
  checking: CheckDeps,
  sender: Sender,
  by: CheckedBy,
  now: number,
): Promise<CheckResult> {
  const { db } = checking;
  const { domain, selector } = sender;
  if (selector === null) return { hasAnswer: false, transition: null };
  const [{ dkimValue, verdicts }, published] = await Promise.all([
    judged(checking, sender, selector),
    publishedAt(checking.domains, domain, selector),
  ]);
  const findings = mergeDnsResults(readDnsResults(sender.findings), verdicts, published, now);
  const kept = JSON.stringify(findings);
  // what another check has heard meanwhile is more than what this one did not
  const isAsBefore = eq(senders.findings, sender.findings);
  const keep = db
    .update(senders)
    .set({
      findings: hasAnswer(verdicts)
        ? kept
        : sql`CASE WHEN ${isAsBefore} THEN ${kept} ELSE ${senders.findings} END`,
      checkedAt: now,
      dkimValue: sql`coalesce(${senders.dkimValue}, ${dkimValue})`,
    })
    .where(and(byId(sender), notLookedAtSince(now)));
  const turn = transitionFor(sender, verdicts, by);
  if (turn === null) {
    await keep;
    return { hasAnswer: hasAnswer(verdicts), transition: turn };
  }
  const because = { reason: whatFailed(verdicts), by: 'records' } as const;
  const [record, change] = transition(db, sender, turn, because, now);
  const over = promote(db, sender, { next: eq(senders.verifiedAt, now) });
  const [, changed] = await db.batch([record, change, keep, ...over]);
  return { hasAnswer: true, transition: changed.length > 0 ? turn : null };
}

type Judged = { dkimValue: string | null; verdicts: DomainVerdicts | null };

/** What the mail service says. It makes the key first, if it was down when the address was entered. */
async function judged(
  { domains, log }: CheckDeps,
  { domain, dkimValue }: Sender,
  selector: string,
): Promise<Judged> {
  const key =
    dkimValue === null
      ? await domains.makeKey(domain, selector)
      : { ok: true as const, value: dkimValue };
  if (!key.ok) {
    log('make a key', `${domain}: ${key.detail}`);
    return { dkimValue: null, verdicts: null };
  }
  const checked = await domains.check(domain, selector);
  if (checked.ok) return { dkimValue: key.value, verdicts: checked.value };
  log('check a domain', `${domain}: ${checked.detail}`);
  return { dkimValue: key.value, verdicts: null };
}
