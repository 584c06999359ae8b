import { and, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { senders } from '../db/schema.ts';
import type { Texts } from '../mail/dns.ts';
import type { Domains, Verdicts } from '../mail/domains.ts';
import type { Findings } from './findings.ts';
import { isThis, type Sender } from './senders.ts';
import { type AskedBy, notLookedAtSince, type Turn, turning, turnOf, whatFailed } from './turns.ts';

/** What a check works with: the records, the mail service's side of domains, and where to say what went wrong. */
export type Checking = {
  db: Db;
  domains: Domains;
  log: (what: string, error: unknown) => void;
};

/**
 * Looks at the domain of a sender: what the mail service says, side by side with what is published. Keeps what it found,
 * and what follows from it. An address that was entered meanwhile, or a later check, keeps what is theirs.
 * @returns how the sender turned, if this check turned it
 */
export async function checkSender(
  checking: Checking,
  sender: Sender,
  by: AskedBy,
  now: number,
): Promise<Turn | null> {
  const { db } = checking;
  const { domain, selector } = sender;
  if (selector === null) return null;
  const [{ dkimValue, verdicts }, published] = await Promise.all([
    judged(checking, sender, selector),
    publishedFor(checking.domains, domain, selector),
  ]);
  const findings: Findings = { verdicts, ...published };
  const keep = db
    .update(senders)
    .set({
      findings: JSON.stringify(findings),
      checkedAt: now,
      dkimValue: sql`coalesce(${senders.dkimValue}, ${dkimValue})`,
    })
    .where(and(isThis(sender), notLookedAtSince(now)));
  const turn = turnOf(sender, verdicts, by);
  if (turn === null) {
    await keep;
    return null;
  }
  const because = { reason: whatFailed(verdicts), by: 'records' } as const;
  const [record, change] = turning(db, sender, turn, because, now);
  const [, changed] = await db.batch([record, change, keep]);
  return changed.length > 0 ? turn : null;
}

type Judged = { dkimValue: string | null; verdicts: Verdicts | null };

/** What the mail service says. It makes the key first, if it was down when the address was entered. */
async function judged(
  { domains, log }: Checking,
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

async function publishedFor(
  { published }: Domains,
  domain: string,
  selector: string,
): Promise<Omit<Findings, 'verdicts'>> {
  const [spf, dkim, lockdown, dmarc] = await Promise.all([
    published(domain),
    published(`${selector}._domainkey.${domain}`),
    published(`_mailchannels.${domain}`),
    policiesFor(published, domain),
  ]);
  // a domain's own texts are many, and nobody's business but those on SPF
  return { spf: spf?.filter((text) => /^\s*v=spf1/i.test(text)) ?? null, dkim, lockdown, dmarc };
}

/** How far up a policy is looked for: nearly all are one step away. */
const MOST_PARENTS = 2;

/** A domain's DMARC policy, or that of a domain above it (RFC 7489, 6.6.3), whose organisation's it is. */
async function policiesFor(published: Domains['published'], domain: string): Promise<Texts> {
  const labels = domain.split('.');
  const steps = Math.min(labels.length - 2, MOST_PARENTS);
  const names = Array.from({ length: steps + 1 }, (_, step) => labels.slice(step).join('.'));
  const texts = await Promise.all(names.map((name) => published(`_dmarc.${name}`)));
  const policies = texts.map((each) => each?.filter((text) => /^\s*v=DMARC1/i.test(text)));
  return policies.find((each) => each !== undefined && each.length > 0) ?? texts[0] ?? null;
}
