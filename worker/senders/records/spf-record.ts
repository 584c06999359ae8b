import type { SpfCount } from '../dns/notes.ts';
import {
  aliasHint,
  compare,
  type DomainRecord,
  type Found,
  type RecordFault,
  type RecordHint,
} from './compare.ts';
import { type MergedSpf, mergeSpf, SPF_MOST_LOOKUPS, SPF_MOST_VOID, spfFault } from './spf.ts';

/** The SPF record of a domain. It is shown with a value only where publishing that breaks no mail. */
export function spfRecord(name: string, found: Found): DomainRecord {
  const { texts, note } = found;
  const merged = mergeSpf(texts ?? []);
  const { records, unread } = merged;
  const published = records.length > 0 ? records : unread;
  const { lookUps } = note;
  const compared = compare({ ...found, texts: texts && published }, faultOf(merged, lookUps));
  const status = isAlias(compared)
    ? ({ state: 'wrong', fault: 'alias-domain' } as const)
    : compared;
  const rest = { key: 'spf', name, status, published } as const;
  if (status.state === 'right') {
    // a right record stays as it is, whichever way it names the mail service
    const hints = endHints(merged).filter(({ hint }) => hint === 'lets-anybody-send');
    return { ...rest, value: records[0] ?? merged.value, hints };
  }
  const isSafe = !note.isCut && merged.unreadable === null && !exceeds(lookUpsOf(merged, lookUps));
  const hints = [
    ...endHints(merged),
    ...(texts === null || note.isCut ? [{ hint: 'add-to-existing' } as const] : []),
    ...(note.livesByWildcard ? [{ hint: 'lives-by-wildcard' } as const] : []),
    ...aliasHint(found),
    ...(published.length > 0 && !note.isCut ? countHints(merged, lookUps) : []),
  ];
  return { ...rest, value: isSafe ? merged.value : '', hints };
}

function faultOf(merged: MergedSpf, count: SpfCount | undefined): RecordFault | null {
  const { own, withOurs } = lookUpsOf(merged, count);
  const fault = spfFault(merged);
  if (fault !== null && fault !== 'not-included') return fault;
  if (own > SPF_MOST_LOOKUPS) return 'too-many-lookups';
  if (withOurs > SPF_MOST_LOOKUPS) return 'too-many-with-ours';
  if (fault !== null || count === undefined) return fault;
  if (count.broken.length > 0) return 'include-without-spf';
  return count.void.length > SPF_MOST_VOID ? 'too-many-void' : null;
}

/** Whether a CNAME takes the record's place. It carries the website and the mail of the domain, so it can't just go. */
function isAlias(status: DomainRecord['status']): boolean {
  return status.state === 'wrong' && status.fault === 'alias';
}

type LookUps = { own: number; withOurs: number };

/** How many look-ups are known: those that were counted, else those that the record itself shows. */
function lookUpsOf({ lookups, isIncluded }: MergedSpf, count: SpfCount | undefined): LookUps {
  const ours = isIncluded ? 0 : 1;
  const own = Math.max(lookups - ours, count?.own ?? 0);
  return { own, withOurs: own + Math.max(ours, count?.ours ?? 0) };
}

function exceeds({ withOurs }: LookUps): boolean {
  return withOurs > SPF_MOST_LOOKUPS;
}

function endHints({ letsAnybody, hasEnd, records }: MergedSpf): RecordHint[] {
  if (letsAnybody) return [{ hint: 'lets-anybody-send' }];
  return hasEnd || records.length === 0 ? [] : [{ hint: 'no-end' }];
}

/** What receivers find when they follow what the record includes. */
function countHints(merged: MergedSpf, count: SpfCount | undefined): RecordHint[] {
  const hints: RecordHint[] = [];
  const lookUps = lookUpsOf(merged, count);
  if (merged.unreadable !== null) hints.push({ hint: 'unreadable-term', term: merged.unreadable });
  if (exceeds(lookUps)) hints.push({ hint: 'look-ups', ...lookUps });
  else if (!merged.isIncluded && count?.isComplete !== true && lookUps.own > 0)
    hints.push({ hint: 'look-ups-not-counted' });
  if (count === undefined) return hints;
  const { broken, void: missing } = count;
  if (broken.length > 0) hints.push({ hint: 'include-without-spf', names: broken });
  if (missing.length > SPF_MOST_VOID) hints.push({ hint: 'too-many-void', names: missing });
  return hints;
}
