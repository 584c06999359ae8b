import type { CheckedRecord, DomainVerdict } from '../../mail-services/mailchannels/domains.ts';
import type { PublishedRecords, TxtRecords } from '../dns.ts';
import type { DnsResults } from '../dns-results.ts';
import { type DkimFault, dkimFault } from './dkim.ts';
import { isDmarc } from './dmarc.ts';
import { type LockdownFault, mergeLockdown } from './domain-lockdown.ts';
import { mergeSpf, type SpfFault, spfFault } from './spf.ts';

/** A DNS record of a freelancer's domain: what is needed, what is published, and how the two compare. */
export type DomainRecord = {
  key: CheckedRecord | 'dmarc';
  name: string;
  /** The value that is needed; '' while the mail service has not made it, and for `mx`, which is not ours to say. */
  value: string;
  status: RecordStatus;
  /** What else there is to know about an SPF record. */
  hints: readonly SpfHint[];
  published: string[];
};

export type RecordStatus =
  | { state: 'right' | 'missing' | 'advised' }
  | { state: 'wrong'; fault: RecordFault }
  | { state: 'unknown'; why: UnknownBecause };

/** `not-accepted`: the mail service says that it is wrong, and DNS did not answer. */
export type RecordFault = SpfFault | DkimFault | LockdownFault | 'not-accepted';

/** `not-seen-yet`: it is published, but the mail service says no. `no-verdict`: the mail service did not say. */
export type UnknownBecause = 'not-made-yet' | 'not-seen-yet' | 'no-verdict' | 'no-dns';

/** `add-to-existing`: DNS did not answer, and a domain with an SPF record must not get a second one. */
export type SpfHint = 'lets-anybody-send' | 'add-to-existing';

type DomainKey = { domain: string; selector: string | null; dkimValue: string | null };
type Verdict = DomainVerdict | undefined;

/**
 * The records of a sender's domain. The mail service decides which are right; what is published says what is wrong with
 * the others. The record `mx` is in the list only while it keeps mail from leaving.
 * @param account the operator's account at the mail service
 * @param results null before the first check
 */
export function recordsOf(
  { domain, selector, dkimValue }: DomainKey,
  account: string,
  results: Pick<DnsResults, 'verdicts' | 'published'> | null,
): DomainRecord[] {
  const verdicts = results?.verdicts;
  const published = results?.published ?? NOTHING_KNOWN;
  const lockdown = 'domain-lockdown';
  return [
    spfRecord(domain, verdicts?.spf, published.spf),
    dkimRecord(`${selector}._domainkey.${domain}`, dkimValue, verdicts?.dkim, published.dkim),
    lockdownRecord(`_mailchannels.${domain}`, account, verdicts?.[lockdown], published[lockdown]),
    ...mxRecords(domain, verdicts?.mx),
    dmarcRecord(`_dmarc.${domain}`, published.dmarc),
  ];
}

const NOTHING_KNOWN: PublishedRecords = {
  spf: null,
  dkim: null,
  'domain-lockdown': null,
  dmarc: null,
};

function spfRecord(name: string, verdict: Verdict, found: TxtRecords): DomainRecord {
  const merged = mergeSpf(found ?? []);
  const { records } = merged;
  const status = compare(verdict, found && records, spfFault(merged));
  const isRight = status.state === 'right';
  const hints: SpfHint[] = [];
  if (merged.letsAnybody) hints.push('lets-anybody-send');
  if (found === null && !isRight) hints.push('add-to-existing');
  // a right record stays as it is, whichever way it names the mail service
  const value = (isRight && records[0]) || merged.value;
  return { key: 'spf', name, value, status, hints, published: records };
}

function dkimRecord(
  name: string,
  value: string | null,
  verdict: Verdict,
  found: TxtRecords,
): DomainRecord {
  const published = found ?? [];
  const rest = { key: 'dkim', name, hints: [], published } as const;
  if (value === null) {
    return { ...rest, value: '', status: { state: 'unknown', why: 'not-made-yet' } };
  }
  return { ...rest, value, status: compare(verdict, found, dkimFault(value, published)) };
}

function lockdownRecord(
  name: string,
  account: string,
  verdict: Verdict,
  found: TxtRecords,
): DomainRecord {
  const published = found ?? [];
  const { value, fault } = mergeLockdown(published, account);
  const status = compare(verdict, found, fault);
  return { key: 'domain-lockdown', name, value, status, hints: [], published };
}

/** Compares a needed record with what is published. `fault`: what is wrong with that; null for nothing. */
function compare(verdict: Verdict, found: TxtRecords, fault: RecordFault | null): RecordStatus {
  const isRefused = verdict === 'failed';
  if (verdict === 'passed') return { state: 'right' };
  if (found === null) {
    return isRefused
      ? { state: 'wrong', fault: 'not-accepted' }
      : { state: 'unknown', why: 'no-dns' };
  }
  if (found.length === 0) return { state: 'missing' };
  if (fault !== null) return { state: 'wrong', fault };
  return { state: 'unknown', why: isRefused ? 'not-seen-yet' : 'no-verdict' };
}

/** Whether the domain takes mail. The value is up to the service that has the domain's mailboxes. */
function mxRecords(name: string, verdict: Verdict): DomainRecord[] {
  if (verdict === undefined || verdict === 'passed') return [];
  const status: RecordStatus =
    verdict === 'failed' ? { state: 'missing' } : { state: 'unknown', why: 'no-verdict' };
  return [{ key: 'mx', name, value: '', status, hints: [], published: [] }];
}

/** Mail leaves without a DMARC record, and any policy that is published is the freelancer's own affair. */
function dmarcRecord(name: string, found: TxtRecords): DomainRecord {
  const published = (found ?? []).filter(isDmarc);
  const rest = { key: 'dmarc', name, value: 'v=DMARC1; p=none;', hints: [], published } as const;
  if (published.length > 0) return { ...rest, status: { state: 'right' } };
  if (found === null) return { ...rest, status: { state: 'unknown', why: 'no-dns' } };
  return { ...rest, status: { state: 'advised' } };
}
