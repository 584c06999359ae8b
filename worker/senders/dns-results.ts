import * as v from 'valibot';
import type { DomainVerdict, DomainVerdicts } from '../mail-services/mailchannels/domains.ts';
import type { Texts } from './dns.ts';

const verdict = v.picklist(['passed', 'failed', 'unknown']);
const texts = v.nullable(v.array(v.string()));

const Kept = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    verdicts: v.nullable(
      v.object({ spf: verdict, dkim: verdict, lockdown: verdict, senderDomain: verdict }),
    ),
    spf: texts,
    dkim: texts,
    lockdown: texts,
    dmarc: texts,
    heardAt: v.optional(v.nullable(v.number())),
  }),
);

/**
 * What checks have found: what the mail service last said, null when it never said anything, and when that was; and what is
 * published, null where nobody could say. Kept in the sender's row; the page puts it into words.
 */
export type DnsResults = v.InferOutput<typeof Kept>;

/** What is published, as one check found it. */
export type Published = Pick<DnsResults, 'spf' | 'dkim' | 'lockdown' | 'dmarc'>;

/** What is known by now; null before anything was. */
export function readDnsResults(kept: string): DnsResults | null {
  const parsed = v.safeParse(Kept, kept);
  return parsed.success ? parsed.output : null;
}

/** Whether the mail service said anything of a domain. */
export function hasAnswer(verdicts: DomainVerdicts | null): boolean {
  return Object.values(verdicts ?? {}).some((verdict) => verdict !== 'unknown');
}

/**
 * What is known after a check: what it heard and, where it heard nothing, what was known before. A verdict lasts while the
 * record that it is about stays the same; what was published, while the verdict on it does.
 */
export function mergeDnsResults(
  before: DnsResults | null,
  verdicts: DomainVerdicts | null,
  published: Published,
  now: number,
): DnsResults {
  const known = (key: 'spf' | 'dkim' | 'lockdown') => {
    const was = { verdict: before?.verdicts?.[key], texts: before?.[key] ?? null };
    return knownOf(was, { verdict: verdicts?.[key], texts: published[key] });
  };
  const [spf, dkim, lockdown] = [known('spf'), known('dkim'), known('lockdown')];
  const senderDomain = heard(verdicts?.senderDomain) ?? before?.verdicts?.senderDomain ?? 'unknown';
  const isKnown = (before?.verdicts ?? verdicts) !== null;
  return {
    verdicts: isKnown
      ? { spf: spf.verdict, dkim: dkim.verdict, lockdown: lockdown.verdict, senderDomain }
      : null,
    ...{ spf: spf.texts, dkim: dkim.texts, lockdown: lockdown.texts },
    dmarc: published.dmarc ?? before?.dmarc ?? null,
    heardAt: hasAnswer(verdicts) ? now : (before?.heardAt ?? null),
  };
}

type OfRecord = { verdict: DomainVerdict | undefined; texts: Texts };

function knownOf(was: OfRecord, is: OfRecord): { verdict: DomainVerdict; texts: Texts } {
  const verdict = heard(is.verdict);
  if (verdict !== undefined) {
    return { verdict, texts: is.texts ?? (verdict === was.verdict ? was.texts : null) };
  }
  const isSame = is.texts === null || JSON.stringify(is.texts) === JSON.stringify(was.texts);
  return { verdict: (isSame && was.verdict) || 'unknown', texts: is.texts ?? was.texts };
}

function heard(verdict: DomainVerdict | undefined): DomainVerdict | undefined {
  return verdict === 'unknown' ? undefined : verdict;
}
