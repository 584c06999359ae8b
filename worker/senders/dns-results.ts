import * as v from 'valibot';
import type { DomainVerdict, DomainVerdicts } from '../mail-services/mailchannels/domains.ts';
import {
  type DnsNotes,
  NO_NOTES,
  type PublishedKey,
  type RecordNote,
  StoredNotes,
} from './dns/notes.ts';
import type { PublishedRecords, TxtRecords } from './dns/published.ts';

/** What checks of a domain have found so far. The page puts it into words. */
export type DnsResults = {
  /** What the mail service last said; null if it never answered. */
  verdicts: DomainVerdicts | null;
  published: PublishedRecords;
  /** What else there is to say about what is published; undefined in a row from before this was kept. */
  notes?: DnsNotes | undefined;
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
  notes: v.optional(StoredNotes),
});

/** What a check found out about what is published. `isExplained`: whether the notes say all that can be said. */
export type Explanation = { notes: DnsNotes; isExplained: boolean };

/** Reads what a sender's row keeps; null before the first check, and for JSON of another shape. */
export function readDnsResults(stored: string): DnsResults | null {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Stored), stored);
  if (!parsed.success) return null;
  const { verdicts, spf, dkim, lockdown, dmarc, heardAt, notes } = parsed.output;
  return {
    verdicts: verdicts && {
      spf: verdicts.spf,
      dkim: verdicts.dkim,
      'domain-lockdown': verdicts.lockdown,
      mx: verdicts.senderDomain,
    },
    published: { spf, dkim, 'domain-lockdown': lockdown, dmarc },
    answeredAt: heardAt,
    ...(notes === undefined ? {} : { notes }),
  };
}

/** Writes the JSON that a sender's row keeps. */
export function writeDnsResults({ verdicts, published, answeredAt, notes }: DnsResults): string {
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
    ...(notes === undefined ? {} : { notes }),
  };
  return JSON.stringify(stored);
}

/** Whether the mail service said anything about a domain. */
export function hasAnswer(verdicts: DomainVerdicts | null): boolean {
  return Object.values(verdicts ?? {}).some(isAnswer);
}

/**
 * Adds what a check found to what was known before. Where the mail service gave no verdict, the old one stays while the
 * record is the same. Where DNS did not answer, an old record stays while it is known to be right, or nobody answered. That
 * there was none does not stay: it may be there by now, and a second one would break mail.
 */
export function mergeDnsResults(
  before: DnsResults | null,
  verdicts: DomainVerdicts | null,
  found: PublishedRecords,
  now: number,
  explanation?: Explanation,
): DnsResults {
  const merged = (record: 'spf' | 'dkim' | 'domain-lockdown') => {
    const old = { verdict: before?.verdicts?.[record], published: before?.published[record] };
    return mergeRecord(old, { verdict: verdicts?.[record], published: found[record] });
  };
  const [spf, dkim, lockdown] = [merged('spf'), merged('dkim'), merged('domain-lockdown')];
  const wasAnswered = (before?.verdicts ?? verdicts) !== null;
  const oldPolicy = before?.published.dmarc ?? null;
  const published = {
    spf: spf.published,
    dkim: dkim.published,
    'domain-lockdown': lockdown.published,
    dmarc: found.dmarc ?? (hasAnswer(verdicts) ? unlessEmpty(oldPolicy) : oldPolicy),
  };
  const notes = mergeNotes(before, { ...explanation, found }, published);
  return {
    verdicts: wasAnswered
      ? {
          spf: spf.verdict,
          dkim: dkim.verdict,
          'domain-lockdown': lockdown.verdict,
          mx: answer(verdicts?.mx) ?? before?.verdicts?.mx ?? 'unknown',
        }
      : null,
    published,
    answeredAt: hasAnswer(verdicts) ? now : (before?.answeredAt ?? null),
    ...(notes === undefined ? {} : { notes }),
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
    const isStillRight = verdict === 'passed' && old.verdict === 'passed';
    return { verdict, published: is ?? (isStillRight ? was : null) };
  }
  const isSame = is === null || JSON.stringify(is) === JSON.stringify(was);
  return { verdict: (isSame && old.verdict) || 'unknown', published: is ?? unlessEmpty(was) };
}

function unlessEmpty(records: TxtRecords): TxtRecords {
  return records?.length === 0 ? null : records;
}

/** The notes about the texts that are kept. Those of an earlier check stay while a later one explained nothing. */
function mergeNotes(
  before: DnsResults | null,
  { found, notes, isExplained = false }: Partial<Explanation> & { found: PublishedRecords },
  kept: PublishedRecords,
): DnsNotes | undefined {
  if (notes === undefined && before?.notes === undefined) return undefined;
  const [old, is] = [before?.notes ?? NO_NOTES, notes ?? NO_NOTES];
  const merged = (key: PublishedKey): RecordNote => {
    if (found[key] === null) return kept[key] === null ? is[key] : old[key];
    const isSame = JSON.stringify(found[key]) === JSON.stringify(before?.published[key]);
    return isSame && !isExplained ? { ...old[key], ...is[key] } : is[key];
  };
  return {
    spf: merged('spf'),
    dkim: merged('dkim'),
    'domain-lockdown': merged('domain-lockdown'),
    dmarc: merged('dmarc'),
  };
}

/** A verdict that says something; undefined for no verdict and for `unknown`. */
function answer(verdict: DomainVerdict | undefined): DomainVerdict | undefined {
  return verdict === 'unknown' ? undefined : verdict;
}

function isAnswer(verdict: DomainVerdict): boolean {
  return verdict !== 'unknown';
}
