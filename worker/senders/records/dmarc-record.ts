import {
  absent,
  aliasHint,
  type DomainRecord,
  type Found,
  type RecordHint,
  type RecordStatus,
} from './compare.ts';
import { DMARC_VALUE, dmarcFault, looksLikeDmarc, mendedDmarc, policyOf } from './dmarc.ts';

/**
 * The DMARC policy of a domain. Mail leaves without one, and what a policy asks for is the freelancer's own affair, as long as
 * receivers read it.
 * @param isReady whether SPF and DKIM are right
 */
export function dmarcRecord(
  name: string,
  { texts, note }: Pick<Found, 'texts' | 'note'>,
  isReady: boolean,
): DomainRecord {
  const published = (texts ?? []).filter(looksLikeDmarc);
  const rest = { key: 'dmarc', name, published } as const;
  const isAbove = note.above !== undefined;
  const policy = policyOf(published, isAbove);
  if (policy !== null) {
    const hints: RecordHint[] = [
      ...(note.above === undefined ? [] : [{ hint: 'policy-above', of: note.above } as const]),
      ...(policy.isAssumed ? [{ hint: 'no-policy' } as const] : []),
      ...(policy.asks === 'none' || isReady
        ? []
        : [{ hint: 'asks-to-refuse', asks: policy.asks } as const]),
      ...(policy.isStrict ? [{ hint: 'strict-alignment' } as const] : []),
    ];
    // a policy from above stays the only one: another would take its place
    const value = isAbove ? '' : policy.isAssumed ? mendedDmarc(published) : policy.record;
    return { ...rest, value, hints, status: { state: 'right' } };
  }
  const value = published.length === 0 || note.isWildcard ? DMARC_VALUE : mendedDmarc(published);
  const status = statusOf(texts && published, note);
  return { ...rest, value, hints: aliasHint({ note }), status };
}

function statusOf(published: string[] | null, note: Found['note']): RecordStatus {
  if (note.isCut) return { state: 'unknown', why: 'more-than-read' };
  if (published === null) return { state: 'unknown', why: 'no-dns' };
  const fault = dmarcFault(published);
  if (fault === null) return absent('advised', note);
  if (note.isWildcard) return { state: 'advised', why: { because: 'wildcard' } };
  return { state: 'wrong', fault };
}
