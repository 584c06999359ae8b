import { and, eq, sql } from 'drizzle-orm';
import { batchByName } from '../db/batch.ts';
import type { Db } from '../db/client.ts';
import { senders } from '../db/schema.ts';
import type { Domains, DomainVerdicts } from '../mail-services/mailchannels/domains.ts';
import { type LookUpTxt, lookUpRecords, lookUpTxt } from './dns.ts';
import { hasAnswer, mergeDnsResults, readDnsResults, writeDnsResults } from './dns-results.ts';
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

/** Whether the mail service said anything, and how this check changed the sender, if it did. */
export type CheckResult = { hasAnswer: boolean; transition: Transition | null };

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
  if (selector === null) return { hasAnswer: false, transition: null };
  const lookUp = domains.isStandIn ? noAnswer : lookUpTxt;
  const [{ dkimValue, verdicts }, published] = await Promise.all([
    askMailService(deps, sender, selector),
    lookUpRecords(lookUp, domain, selector),
  ]);
  const results = mergeDnsResults(readDnsResults(sender.dnsResults), verdicts, published, now);
  const outcome = { dnsResults: writeDnsResults(results), dkimValue };
  const keep = keepResults(db, sender, outcome, verdicts, now);
  const change = transitionFor(sender, verdicts, by);
  if (change === null) {
    await keep;
    return { hasAnswer: hasAnswer(verdicts), transition: null };
  }
  const changed = await batchByName(db, {
    ...transition(db, sender, change, now),
    keep,
    ...promote(db, sender, { next: eq(senders.verifiedAt, now) }),
  });
  return { hasAnswer: true, transition: changed.change.length > 0 ? change : null };
}

const noAnswer: LookUpTxt = async () => null;

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
