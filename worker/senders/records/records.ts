import { NO_NOTES } from '../dns/notes.ts';
import type { PublishedRecords } from '../dns/published.ts';
import type { DnsResults } from '../dns-results.ts';
import {
  aliasHint,
  compare,
  type DomainRecord,
  type Found,
  type RecordStatus,
  type Verdict,
} from './compare.ts';
import { dkimFault } from './dkim.ts';
import { dmarcRecord } from './dmarc-record.ts';
import { mergeLockdown } from './domain-lockdown.ts';
import { spfRecord } from './spf-record.ts';

type DomainKey = { domain: string; selector: string | null; dkimValue: string | null };
/**
 * The records of a sender's domain. The mail service decides which are right; what is published says what is wrong with
 * the others. The record `mx` is in the list only while it keeps mail from leaving.
 * @param account the operator's account at the mail service
 * @param results null before the first check
 */
export function recordsOf(
  { domain, selector, dkimValue }: DomainKey,
  account: string,
  results: Pick<DnsResults, 'verdicts' | 'published' | 'notes'> | null,
): DomainRecord[] {
  const { verdicts, published = NOTHING_KNOWN, notes = NO_NOTES } = results ?? {};
  const found = (key: 'spf' | 'dkim' | 'domain-lockdown'): Found => {
    return { verdict: verdicts?.[key], texts: published[key], note: notes[key] };
  };
  const spf = spfRecord(domain, found('spf'));
  const dkim = dkimRecord(`${selector}._domainkey.${domain}`, dkimValue, found('dkim'));
  const isReady = [spf, dkim].every(({ status }) => status.state === 'right');
  return [
    spf,
    dkim,
    lockdownRecord(`_mailchannels.${domain}`, account, found('domain-lockdown')),
    ...mxRecords(domain, verdicts?.mx),
    dmarcRecord(`_dmarc.${domain}`, { texts: published.dmarc, note: notes.dmarc }, isReady),
  ];
}

const NOTHING_KNOWN: PublishedRecords = {
  spf: null,
  dkim: null,
  'domain-lockdown': null,
  dmarc: null,
};

function dkimRecord(name: string, value: string | null, found: Found): DomainRecord {
  const published = found.texts ?? [];
  const rest = { key: 'dkim', name, hints: aliasHint(found), published } as const;
  if (value === null) {
    return { ...rest, value: '', status: { state: 'unknown', why: 'not-made-yet' } };
  }
  return { ...rest, value, status: compare(found, dkimFault(value, published)) };
}

function lockdownRecord(name: string, account: string, found: Found): DomainRecord {
  const published = found.texts ?? [];
  // the texts of a wildcard belong to other names
  const { value, fault } = mergeLockdown(found.note.isWildcard ? [] : published, account);
  const status = compare(found, fault ?? (found.note.isWildcard ? 'another-value' : null));
  return { key: 'domain-lockdown', name, value, status, hints: aliasHint(found), published };
}

/** Whether the domain takes mail. The value is up to the service that has the domain's mailboxes. */
function mxRecords(name: string, verdict: Verdict): DomainRecord[] {
  if (verdict === undefined || verdict === 'passed') return [];
  const status: RecordStatus =
    verdict === 'failed'
      ? { state: 'missing', why: { because: 'nothing-there' } }
      : { state: 'unknown', why: 'no-verdict' };
  return [{ key: 'mx', name, value: '', status, hints: [], published: [] }];
}
