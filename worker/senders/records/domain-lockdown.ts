import { type CopiedMark, copiedMark, withoutCopiedMarks } from './copied.ts';

/** What is wrong with a published Domain Lockdown record. */
export type LockdownFault = CopiedMark | 'several' | 'another-value' | 'another-account';

/** The value that a domain's Domain Lockdown record needs, and what is wrong with what is published. */
type MergedLockdown = {
  value: string;
  /** null if nothing is wrong, or nothing is published. */
  fault: LockdownFault | null;
};

/** Adds the operator's account to those that may send as a domain. The other accounts stay: they are in use. */
export function mergeLockdown(published: string[], account: string): MergedLockdown {
  const marked = published.filter(looksLikeLockdown);
  const records = marked.map(withoutCopiedMarks);
  const fields = new Set(records.flatMap(fieldsOf));
  const ours = `auth=${account}`;
  const hasOurs = fields.has(ours);
  const mark = marked.map(copiedMark).find((each) => each !== null) ?? null;
  const value = ['v=mc1', ...fields.add(ours)].join(' ');
  const isExact =
    records[0]?.split(' ').filter(Boolean).join(' ').toLowerCase() === value.toLowerCase();
  const fault = mark ?? faultOf(records, hasOurs, isExact);
  return { value, fault: published.length === 0 ? null : fault };
}

/** Whether a text is, or was meant to be, a Domain Lockdown record. */
export function looksLikeLockdown(text: string): boolean {
  return /^v\s*=\s*mc1(?:[\s;,]|$)/i.test(withoutCopiedMarks(text));
}

/** The fields behind the version, such as `auth=acme`. */
function fieldsOf(record: string): string[] {
  const [, ...fields] = record.replace(/ *= */g, '=').split(/[\s;,]+/);
  return fields.filter((field) => field !== '');
}

function faultOf(records: string[], hasOurs: boolean, isExact: boolean): LockdownFault | null {
  if (records.length > 1) return 'several';
  if (hasOurs) return isExact ? null : 'another-value';
  return records.length === 0 ? 'another-value' : 'another-account';
}
