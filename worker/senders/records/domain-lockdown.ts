/** What is wrong with a published Domain Lockdown record. */
export type LockdownFault = 'several' | 'another-value' | 'another-account';

/** The value that a domain's Domain Lockdown record needs, and what is wrong with what is published. */
type MergedLockdown = {
  value: string;
  /** null if nothing is wrong, or nothing is published. */
  fault: LockdownFault | null;
};

/** Adds the operator's account to those that may send as a domain. The other accounts stay: they are in use. */
export function mergeLockdown(published: string[], account: string): MergedLockdown {
  const records = published
    .map((text) => text.trim())
    .filter((text) => /^v=mc1(?:[\s;]|$)/i.test(text));
  const fields = new Set(records.flatMap(fieldsOf));
  const ours = `auth=${account}`;
  const hasOurs = fields.has(ours);
  return {
    value: ['v=mc1', ...fields.add(ours)].join(' '),
    fault: published.length === 0 ? null : faultOf(records, hasOurs),
  };
}

function fieldsOf(record: string): string[] {
  const [, ...fields] = record.split(/[\s;]+/);
  return fields.filter((field) => field !== '');
}

function faultOf(records: string[], hasOurs: boolean): LockdownFault | null {
  if (records.length > 1) return 'several';
  if (hasOurs) return null;
  return records.length === 0 ? 'another-value' : 'another-account';
}
