import * as v from 'valibot';
import type { DomainVerdict, DomainVerdicts } from '../mail-services/mailchannels/domains.ts';
import type { PublishedRecords, TxtRecords } from './dns.ts';

/** What checks of a domain have found so far. The page puts it into words. */
export type DnsResults = {
  /** What the mail service last said; null if it never answered. */
  verdicts: DomainVerdicts | null;
  published: PublishedRecords;
  /** When the mail service last answered; null if never, undefined in a row from before this was kept. */
  answeredAt: number | null | undefined;
};

const verdict = v.picklist(['passed', 'failed', 'unknown']);
const txtRecords = v.nullable(v.array(v.string()));

/** The JSON in the column `findings`. Its keys are older than the names in the code, and stay. */
const Stored = v.object({
  verdicts: v.nullable(
    v.object({ spf: verdict, dkim: verdict, lockdown: verdict, senderDomain: verdict }),
  ),
  spf: txtRecords,
  dkim: txtRecords,
  lockdown: txtRecords,
  dmarc: txtRecords,
  heardAt: v.optional(v.nullable(v.number())),
});

/** Reads what a sender's row keeps; null before the first check, and for JSON of another shape. */
export function readDnsResults(stored: string): DnsResults | null {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Stored), stored);
  if (!parsed.success) return null;
  const { verdicts, spf, dkim, lockdown, dmarc, heardAt } = parsed.output;
  return {
    verdicts: verdicts && {
      spf: verdicts.spf,
      dkim: verdicts.dkim,
      'domain-lockdown': verdicts.lockdown,
      mx: verdicts.senderDomain,
    },
    published: { spf, dkim, 'domain-lockdown': lockdown, dmarc },
    answeredAt: heardAt,
  };
}

/** Writes the JSON that a sender's row keeps. */
export function writeDnsResults({ verdicts, published, answeredAt }: DnsResults): string {
  const stored: v.InferOutput<typeof Stored> = {
    verdicts: verdicts && {
      spf: verdicts.spf,
      dkim: verdicts.dkim,
      lockdown: verdicts['domain-lockdown'],
      senderDomain: verdicts.mx,
    },
    spf: published.spf,
    dkim: published.dkim,
    lockdown: published['domain-lockdown'],
    dmarc: published.dmarc,
    heardAt: answeredAt,
  };
  return JSON.stringify(stored);
}

/** Whether the mail service said anything about a domain. */
export function hasAnswer(verdicts: DomainVerdicts | null): boolean {
  return Object.values(verdicts ?? {}).some(isAnswer);
}

/**
 * Adds what a check found to what was known before. Where the check got no answer, the old verdict stays while the
 * record is the same, and the old record stays while the verdict is the same.
 */
export function mergeDnsResults(
  before: DnsResults | null,
  verdicts: DomainVerdicts | null,
  published: PublishedRecords,
  now: number,
): DnsResults {
  const merged = (record: 'spf' | 'dkim' | 'domain-lockdown') => {
    const old = { verdict: before?.verdicts?.[record], published: before?.published[record] };
    return mergeRecord(old, { verdict: verdicts?.[record], published: published[record] });
  };
  const [spf, dkim, lockdown] = [merged('spf'), merged('dkim'), merged('domain-lockdown')];
  const wasAnswered = (before?.verdicts ?? verdicts) !== null;
  return {
    verdicts: wasAnswered
      ? {
          spf: spf.verdict,
          dkim: dkim.verdict,
          'domain-lockdown': lockdown.verdict,
          mx: answer(verdicts?.mx) ?? before?.verdicts?.mx ?? 'unknown',
        }
      : null,
    published: {
      spf: spf.published,
      dkim: dkim.published,
      'domain-lockdown': lockdown.published,
      dmarc: published.dmarc ?? before?.published.dmarc ?? null,
    },
    answeredAt: hasAnswer(verdicts) ? now : (before?.answeredAt ?? null),
  };
}

type RecordResult = { verdict: DomainVerdict | undefined; published: TxtRecords | undefined };

function mergeRecord(
  old: RecordResult,
  found: RecordResult,
): { verdict: DomainVerdict; published: TxtRecords } {
  const [was, is] = [old.published ?? null, found.published ?? null];
  const verdict = answer(found.verdict);
  if (verdict !== undefined) {
    return { verdict, published: is ?? (verdict === old.verdict ? was : null) };
  }
  const isSame = is === null || JSON.stringify(is) === JSON.stringify(was);
  return { verdict: (isSame && old.verdict) || 'unknown', published: is ?? was };
}

/** A verdict that says something; undefined for no verdict and for `unknown`. */
function answer(verdict: DomainVerdict | undefined): DomainVerdict | undefined {
  return verdict === 'unknown' ? undefined : verdict;
}

function isAnswer(verdict: DomainVerdict): boolean {
  return verdict !== 'unknown';
}
