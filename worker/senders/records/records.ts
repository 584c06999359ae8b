import type { DomainVerdict } from '../../mail-services/mailchannels/domains.ts';
import { readableDomain } from '../../values/email-address.ts';
import type { Texts } from '../dns.ts';
import type { DnsResults } from '../dns-results.ts';
import { isDmarc } from '../published.ts';
import { dkimFault } from './dkim.ts';
import { mergeLockdown } from './domain-lockdown.ts';
import { mergeSpf, SPF_MOST_LOOKUPS } from './spf.ts';

/** A DNS record of a freelancer's domain: what is to be there, what is, and what to do about it. */
export type DomainRecord = {
  key: 'spf' | 'dkim' | 'lockdown' | 'mx' | 'dmarc';
  purpose: string;
  name: string;
  /** '' while the mail service has not made it yet, and where it is not ours to say: that of MX. */
  value: string;
  state: 'right' | 'missing' | 'wrong' | 'unknown' | 'advised';
  words: string;
  found: string[];
};

/** All but when it was heard. */
type Known = Omit<DnsResults, 'heardAt'>;
type OfDomain = { domain: string; selector: string | null; dkimValue: string | null };

/**
 * The records of a sender's domain, in words. Whether one is right is the mail service's to say; what is published makes the
 * words exact. That of MX is there only when it keeps mail from leaving.
 * @param account the operator's, at the mail service
 * @param findings null before the first check
 */
export function recordsOf(
  { domain, selector, dkimValue }: OfDomain,
  account: string,
  findings: Known | null,
): DomainRecord[] {
  const { verdicts } = findings ?? NOTHING;
  const { spf, dkim, lockdown, dmarc } = findings ?? NOTHING;
  return [
    spfRecord(domain, verdicts?.spf, spf),
    dkimRecord(`${selector}._domainkey.${domain}`, dkimValue ?? '', verdicts?.dkim, dkim),
    lockdownRecord(`_mailchannels.${domain}`, account, verdicts?.lockdown, lockdown),
    ...mxRecords(domain, verdicts?.senderDomain),
    dmarcRecord(`_dmarc.${domain}`, dmarc),
  ];
}

const NOTHING: Known = { verdicts: null, spf: null, dkim: null, lockdown: null, dmarc: null };

const IN_PLACE = 'In place.';
const MISSING = 'Not there yet. Add it where the DNS of your domain is managed.';
const NOT_SEEN =
  'It is there, but the mail service does not see it yet. DNS can take an hour: check again later.';
const UNANSWERED =
  'It is there. The mail service could not say just now whether it is right: check again in a moment.';
const NO_DNS = 'We could not look this up just now. Check again in a moment.';
const NOT_ACCEPTED =
  'The mail service does not accept what is there. Compare it with the value shown here.';

type Judged = Pick<DomainRecord, 'state' | 'words'>;

/**
 * Of a record that has to be there. `wanting` says what is wrong with what is published; '' when nothing is, and null when
 * nothing is published.
 */
function judge(verdict: DomainVerdict | undefined, found: Texts, wanting: string | null): Judged {
  if (verdict === 'passed') return { state: 'right', words: IN_PLACE };
  if (found === null) {
    return verdict === 'failed'
      ? { state: 'wrong', words: NOT_ACCEPTED }
      : { state: 'unknown', words: NO_DNS };
  }
  if (wanting === null) return { state: 'missing', words: MISSING };
  if (wanting !== '') return { state: 'wrong', words: wanting };
  return { state: 'unknown', words: verdict === 'failed' ? NOT_SEEN : UNANSWERED };
}

function spfRecord(domain: string, verdict: DomainVerdict | undefined, texts: Texts): DomainRecord {
  const merged = mergeSpf(texts ?? []);
  const judged = judge(verdict, texts, spfFault(merged));
  const open = merged.letsAnybody ? [LETS_ANYBODY] : [];
  const blind = texts === null && judged.state !== 'right' ? [ADD_TO_YOURS] : [];
  return {
    key: 'spf',
    purpose: 'Says that our mail service may send for your domain.',
    name: domain,
    // what is right stays as it is, whichever way it names the mail service
    value: (judged.state === 'right' && merged.records[0]) || merged.value,
    state: judged.state,
    words: [judged.words, ...open, ...blind].join(' '),
    found: merged.records,
  };
}

const LETS_ANYBODY =
  'It ends in “+all”, which lets anybody send as you: “~all” at its end is safer.';
const ADD_TO_YOURS =
  'If there is an SPF record already, add “include:relay.mailchannels.net” to it: a domain has one.';

function spfFault({ records, isIncluded, lookups }: ReturnType<typeof mergeSpf>): string | null {
  if (records.length === 0) return null;
  if (records.length > 1) {
    return 'There are several SPF records, which counts as none. Keep one: it is shown here, with everything in it.';
  }
  if (lookups > SPF_MOST_LOOKUPS) {
    return `More than ${SPF_MOST_LOOKUPS} look-ups are in it, so receivers give up on it. Take out services that you no longer use.`;
  }
  if (isIncluded) return '';
  return 'Your SPF record does not name our mail service. Change it to the value shown here: everything in it stays.';
}

function dkimRecord(
  name: string,
  value: string,
  verdict: DomainVerdict | undefined,
  texts: Texts,
): DomainRecord {
  const judged =
    value === ''
      ? { state: 'unknown' as const, words: NOT_MADE }
      : judge(verdict, texts, dkimFault(value, texts ?? []));
  const purpose = 'Signs your mail, so that receivers can tell that it is yours.';
  return { key: 'dkim', purpose, name, value, ...judged, found: texts ?? [] };
}

const NOT_MADE = 'The mail service has not made this record yet. Check again in a moment.';

function lockdownRecord(
  name: string,
  account: string,
  verdict: DomainVerdict | undefined,
  texts: Texts,
): DomainRecord {
  const { value, fault } = mergeLockdown(texts ?? [], account);
  return {
    key: 'lockdown',
    purpose: 'Keeps other customers of our mail service from sending as you.',
    name,
    value,
    ...judge(verdict, texts, fault),
    found: texts ?? [],
  };
}

/** Whether mail to the domain arrives anywhere: what to publish for that, only whoever has its mailboxes can say. */
function mxRecords(domain: string, verdict: DomainVerdict | undefined): DomainRecord[] {
  if (verdict === undefined || verdict === 'passed') return [];
  const purpose = 'Says where mail to your domain arrives.';
  const judged =
    verdict === 'failed'
      ? { state: 'missing' as const, words: `${readableDomain(domain)} takes no mail: ${NO_MX}` }
      : { state: 'unknown' as const, words: MX_UNANSWERED };
  return [{ key: 'mx', purpose, name: domain, value: '', ...judged, found: [] }];
}

const NO_MX =
  'it has neither an MX nor an A record, so receivers refuse what claims to come from there. Add the MX records that the service where your mailboxes are names for it.';
const MX_UNANSWERED =
  'The mail service could not say just now whether your domain takes mail: check again in a moment.';

/** Nothing waits for it, and one that is there is the freelancer's own affair. */
function dmarcRecord(name: string, texts: Texts): DomainRecord {
  const found = (texts ?? []).filter(isDmarc);
  const record = {
    key: 'dmarc',
    purpose: 'Tells receivers what to do with mail that only pretends to be yours.',
    name,
    value: 'v=DMARC1; p=none;',
    found,
  } as const;
  if (found.length > 0) return { ...record, state: 'right', words: IN_PLACE };
  if (texts === null) return { ...record, state: 'unknown', words: NO_DNS };
  return { ...record, state: 'advised', words: ADVISED };
}

const ADVISED = 'Advised: large mail services ask for it. Mail leaves from your address without.';
