import { type CopiedMark, copiedMark, withoutCopiedMarks } from './copied.ts';
import { readTags } from './tag-list.ts';

/** Why receivers read what is published as if no policy were there (RFC 9989, 4.7 and 5.4; RFC 7489, 6.6.3). */
export type DmarcFault = CopiedMark | 'several-dmarc' | 'dmarc-version' | 'dmarc-policy';

/** What a policy asks of receivers, as far as it concerns a sender. */
export type DmarcPolicy = {
  record: string;
  /** What happens to mail that fails. */
  asks: DmarcAction;
  /** Whether a signature, or the return address, has to be of exactly the domain of the sender. */
  isStrict: boolean;
  /** Whether it has no valid `p`, and counts only because it asks for reports. */
  isAssumed: boolean;
};
type DmarcAction = (typeof ACTIONS)[number];

const ACTIONS = ['none', 'quarantine', 'reject'] as const;

/** The value for a domain without a policy. */
export const DMARC_VALUE = 'v=DMARC1; p=none;';

/** Whether a text is, or was meant to be, a DMARC policy. */
export function looksLikeDmarc(text: string): boolean {
  return /dmarc1|(?:^|[;"])\s*p\s*=\s*(?:none|quarantine|reject)\b/i.test(text);
}

/** Whether a text is read as a DMARC record. Its version is spelled exactly so, comes first, and ends in `;`. */
function isDmarc(text: string): boolean {
  return /^[Vv][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/.test(text);
}

/** What is wrong with published policies; null if nothing is, or there are none. */
export function dmarcFault(published: string[]): DmarcFault | null {
  const found = published.filter(looksLikeDmarc);
  const records = found.filter(isDmarc);
  if (records.length > 1) return 'several-dmarc';
  const [only] = records;
  if (only !== undefined) {
    if (readPolicy(only, false) !== null) return null;
    return copiedMark(only) ?? 'dmarc-policy';
  }
  const [first] = found;
  return first === undefined ? null : (copiedMark(first) ?? 'dmarc-version');
}

/**
 * The policy that holds for a sender, of records that stand at its domain or at one above; null if none counts. `np` is for
 * names that don't exist, and a domain from which mail leaves has an SPF record.
 */
export function policyOf(published: string[], isAbove: boolean): DmarcPolicy | null {
  const [only, ...more] = published.filter(isDmarc);
  return only === undefined || more.length > 0 ? null : readPolicy(only, isAbove);
}

function readPolicy(record: string, isAbove: boolean): DmarcPolicy | null {
  const { tags, twice } = readTags(record);
  const [p, sp] = [actionIn(tags.get('p')), actionIn(tags.get('sp'))];
  const isStrict = [tags.get('adkim'), tags.get('aspf')].some(
    (mode) => mode?.toLowerCase() === 's',
  );
  const isValid = p !== null && (sp !== null || !tags.has('sp'));
  if (twice.has('p')) return null;
  if (isValid) return { record, asks: (isAbove ? sp : null) ?? p, isStrict, isAssumed: false };
  const asksForReports = /^mailto:[^@\s]+@[^@\s]/i.test(tags.get('rua') ?? '');
  return asksForReports ? { record, asks: 'none', isStrict, isAssumed: true } : null;
}

function actionIn(value: string | undefined): DmarcAction | null {
  return ACTIONS.find((action) => action === value?.toLowerCase()) ?? null;
}

/** Whether a record says that its domain has no policy for names below (`psd=y`), or ends the search (`psd=n`). */
export function psdOf(published: string[]): string | null {
  const [only] = published.filter(isDmarc);
  return only === undefined ? null : (readTags(only).tags.get('psd')?.toLowerCase() ?? null);
}

/**
 * What a faulty record becomes when it is put right: all its tags stay, those for reports as well. '' where only its owner
 * can say which of several is meant.
 */
export function mendedDmarc(published: string[]): string {
  const found = published.filter(looksLikeDmarc);
  const [first, ...more] = found;
  if (first === undefined) return DMARC_VALUE;
  if (more.length > 0) return '';
  const text = withoutCopiedMarks(first).replace(/(^|;) *v *= *"?dmarc1"?[ ,;]*/i, '$1');
  const { tags } = readTags(text);
  const isKept = (tag: string, value: string) => tag !== 'sp' || actionIn(value) !== null;
  const kept = [...tags].filter(([tag, of]) => tag !== 'v' && tag !== 'p' && isKept(tag, of));
  const policy = actionIn(tags.get('p')) ?? 'none';
  const parts = ['v=DMARC1', `p=${policy}`, ...kept.map(([tag, value]) => `${tag}=${value}`)];
  const mended = `${parts.join('; ')};`;
  return readPolicy(mended, false) === null ? DMARC_VALUE : mended;
}
