import type { CheckedRecord, DomainVerdict } from '../../mail-services/mailchannels/domains.ts';
import type { MisplacedBecause, RecordNote } from '../dns/notes.ts';
import type { TxtRecords } from '../dns/published.ts';
import type { DkimFault } from './dkim.ts';
import type { DmarcFault, DmarcPolicy } from './dmarc.ts';
import type { LockdownFault } from './domain-lockdown.ts';
import type { SpfFault } from './spf.ts';

/** A DNS record of a freelancer's domain: what is needed, what is published, and how the two compare. */
export type DomainRecord = {
  key: CheckedRecord | 'dmarc';
  name: string;
  /**
   * The value that is needed. '' where there is none to copy: the mail service has not made it, it is not ours to say (`mx`), or
   * what is published has to be put right first.
   */
  value: string;
  status: RecordStatus;
  /** What else there is to know about it. */
  hints: readonly RecordHint[];
  published: string[];
};

export type RecordStatus =
  | { state: 'right' }
  | { state: 'missing' | 'advised'; why: AbsentBecause }
  | { state: 'wrong'; fault: RecordFault }
  | { state: 'unknown'; why: UnknownBecause };

/** How we know that a record is missing: nothing is there, only a wildcard's texts are, or it is at another name. */
export type AbsentBecause =
  | { because: 'nothing-there' | 'wildcard' }
  | { because: MisplacedBecause; at: string };

/** `not-accepted`: the mail service says that it is wrong, and DNS did not answer. `alias`: a CNAME takes its place. */
export type RecordFault =
  | SpfFault
  | DkimFault
  | LockdownFault
  | DmarcFault
  | 'not-accepted'
  | 'alias'
  | 'alias-domain'
  | 'include-without-spf'
  | 'too-many-void';

/** `not-seen-yet`: it is published, but the mail service says no. `no-verdict`: the mail service did not say. */
export type UnknownBecause =
  | 'not-made-yet'
  | 'not-seen-yet'
  | 'no-verdict'
  | 'no-dns'
  | 'more-than-read';

/** `add-to-existing`: DNS did not answer, and a domain with an SPF record must not get a second one. */
export type RecordHint =
  | { hint: 'lets-anybody-send' | 'no-end' | 'add-to-existing' | 'look-ups-not-counted' }
  | { hint: 'look-ups'; own: number; withOurs: number }
  | { hint: 'unreadable-term'; term: string }
  | { hint: 'include-without-spf' | 'too-many-void'; names: string[] }
  | { hint: 'alias'; to: string }
  | { hint: 'lives-by-wildcard' | 'strict-alignment' | 'no-policy' }
  | { hint: 'policy-above'; of: string }
  | { hint: 'asks-to-refuse'; asks: DmarcPolicy['asks'] };

export type Verdict = DomainVerdict | undefined;

/** What is known about one record. */
export type Found = { verdict: Verdict; texts: TxtRecords; note: RecordNote };

/** Compares a needed record with what is published. `fault`: what is wrong with that; null for nothing. */
export function compare({ verdict, texts, note }: Found, fault: RecordFault | null): RecordStatus {
  const isRefused = verdict === 'failed';
  if (verdict === 'passed') return { state: 'right' };
  if (note.isCut) return { state: 'unknown', why: 'more-than-read' };
  if (texts === null) {
    return isRefused
      ? { state: 'wrong', fault: 'not-accepted' }
      : { state: 'unknown', why: 'no-dns' };
  }
  if (texts.length === 0) return absent('missing', note);
  if (fault === null) return { state: 'unknown', why: isRefused ? 'not-seen-yet' : 'no-verdict' };
  if (note.isWildcard) return { state: 'missing', why: { because: 'wildcard' } };
  return { state: 'wrong', fault: note.alias === undefined ? fault : 'alias' };
}

/** The status of a record that is not there for sure. A name with a CNAME takes no other record (RFC 1034, 3.6.2). */
export function absent(
  state: 'missing' | 'advised',
  { alias, isWildcard, misplaced }: RecordNote,
): RecordStatus {
  if (alias !== undefined && !isWildcard) return { state: 'wrong', fault: 'alias' };
  if (misplaced !== undefined) return { state, why: misplaced };
  return { state, why: { because: isWildcard ? 'wildcard' : 'nothing-there' } };
}

/** Says where the CNAME at a name leads, unless it is a wildcard's, which a record of the name's own ends. */
export function aliasHint({
  verdict,
  note,
}: Pick<Found, 'note'> & { verdict?: Verdict }): RecordHint[] {
  const { alias, isWildcard } = note;
  return alias === undefined || isWildcard || verdict === 'passed'
    ? []
    : [{ hint: 'alias', to: alias }];
}
