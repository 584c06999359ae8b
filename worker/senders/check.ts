import { and, eq, sql } from 'drizzle-orm';
import { batchByName } from '../db/batch.ts';
import type { Db } from '../db/client.ts';
import { type ActivityId, newId } from '../db/ids.ts';
import { senders } from '../db/schema.ts';
import type { Domains, DomainVerdicts } from '../mail-services/mailchannels/domains.ts';
import { seconds } from '../values/duration.ts';
import { withTimeout } from '../values/timeout.ts';
import { SILENT } from './dns/answer.ts';
import { explain } from './dns/explain.ts';
import { lookUpRecords, type PublishedRecords, type SenderDomain } from './dns/published.ts';
import { createResolver, type LookUp } from './dns/resolver.ts';
import {
  type Explanation,
  hasAnswer,
  mergeDnsResults,
  readDnsResults,
  writeDnsResults,
} from './dns-results.ts';
import { promote } from './promote.ts';
import {
  type CheckedBy,
  notCheckedSince,
  type Transition,
  transition,
  transitionFor,
} from './status.ts';
import { byId, type Sender } from './store.ts';

/** What a check works with: the database, the mail service's side of domains, and a log. */
export type CheckDeps = {
  db: Db;
  domains: Domains;
  log: (what: string, error: unknown) => void;
};

/**
 * Whether the mail service said anything, and how this check changed the sender, if it did. `verified`: what recorded that mail
 * leaves from it from now on.
 */
export type CheckResult = {
  hasAnswer: boolean;
  transition: Transition | null;
  verified: ActivityId | null;
};

/**
 * Checks the domain of a sender and stores what was found. A next sender whose records are right is promoted. Without an
 * answer the earlier results stay. An address entered meanwhile, or a later check, is never overwritten.
 */
export async function checkSender(
  deps: CheckDeps,
  sender: Sender,
  by: CheckedBy,
  now: number,
): Promise<CheckResult> {
  const { db, domains } = deps;
  const { domain, selector } = sender;
  if (selector === null) return { hasAnswer: false, transition: null, verified: null };
  const lookUp = domains.isStandIn ? noAnswer : createResolver(MOST_LOOKUPS[by]);
  const [{ dkimValue, verdicts }, { published, explanation }] = await Promise.all([
    askMailService(deps, sender, selector),
    askDns(lookUp, { domain, selector, dkimValue: sender.dkimValue }, by),
  ]);
  const before = readDnsResults(sender.dnsResults);
  const results = mergeDnsResults(before, verdicts, published, now, explanation);
  const outcome = { dnsResults: writeDnsResults(results), dkimValue };
  const keep = keepResults(db, sender, outcome, verdicts, now);
  const change = transitionFor(sender, verdicts, by);
  if (change === null) {
    await keep;
    return { hasAnswer: hasAnswer(verdicts), transition: null, verified: null };
  }
  const activity = newId<ActivityId>();
  const changed = await batchByName(db, {
    ...transition(db, sender, change, now, activity),
    keep,
    ...promote(db, sender, { next: eq(senders.verifiedAt, now) }),
  });
  if (changed.change.length === 0) return { hasAnswer: true, transition: null, verified: null };
  const verified = change.to === 'verified' ? activity : null;
  return { hasAnswer: true, transition: change, verified };
}

/**
 * Requests to DNS in one check. A person checks two senders at once, the schedule six, and the Free plan allows 50 requests,
 * of which some are to the mail service.
 */
const MOST_LOOKUPS: Record<CheckedBy, number> = { person: 21, schedule: 6 };

/** What explains the records takes several look-ups, one after the other. A person waits for it. */
const EXPLAIN_TIME_OUT = seconds(4);

/** What DNS says about a domain. The schedule only asks whether it has changed: nobody reads the explanation. */
async function askDns(lookUp: LookUp, of: SenderDomain, by: CheckedBy): Promise<DnsFindings> {
  const found = await lookUpRecords(lookUp, of);
  const { published, notes } = found;
  const unexplained: Explanation = { notes, isExplained: false };
  if (by === 'schedule') return { published, explanation: unexplained };
  const explained = explain(lookUp, of, found).then((all) => ({ notes: all, isExplained: true }));
  return { published, explanation: await withTimeout(explained, EXPLAIN_TIME_OUT, unexplained) };
}

type DnsFindings = { published: PublishedRecords; explanation: Explanation };

const noAnswer: LookUp = async () => SILENT;

type CheckOutcome = Pick<Sender, 'dnsResults' | 'dkimValue'>;

/** The statement that stores what a check found. */
function keepResults(
  db: Db,
  sender: Sender,
  { dnsResults, dkimValue }: CheckOutcome,
  verdicts: DomainVerdicts | null,
  now: number,
) {
  // a check without an answer knows less than another check that has written since
  const unchanged = eq(senders.dnsResults, sender.dnsResults);
  return db
    .update(senders)
    .set({
      dnsResults: hasAnswer(verdicts)
        ? dnsResults
        : sql`CASE WHEN ${unchanged} THEN ${dnsResults} ELSE ${senders.dnsResults} END`,
      checkedAt: now,
      dkimValue: sql`coalesce(${senders.dkimValue}, ${dkimValue})`,
    })
    .where(and(byId(sender), notCheckedSince(now)));
}

type MailServiceAnswer = { dkimValue: string | null; verdicts: DomainVerdicts | null };

/** What the mail service says about a domain. It makes the key first if it was down when the address was entered. */
async function askMailService(
  { domains, log }: CheckDeps,
  { domain, dkimValue }: Sender,
  selector: string,
): Promise<MailServiceAnswer> {
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
