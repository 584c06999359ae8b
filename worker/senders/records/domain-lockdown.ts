/** What a domain's lock-down record is to hold, given what is there. */
type MergedLockdown = {
  value: string;
  /** What is wrong with what is there; '' when nothing is, and null when nothing is there. */
  fault: string | null;
};

/** Adds the operator's account at the mail service to those that may send as a domain. The others stay: they are in use. */
export function mergeLockdown(found: string[], account: string): MergedLockdown {
  const records = found
    .map((text) => text.trim())
    .filter((text) => /^v=mc1(?:[\s;]|$)/i.test(text));
  const fields = new Set(records.flatMap(fieldsOf));
  const ours = `auth=${account}`;
  const isNamed = fields.has(ours);
  return {
    value: ['v=mc1', ...fields.add(ours)].join(' '),
    fault: found.length === 0 ? null : faultOf(records, isNamed),
  };
}

function fieldsOf(record: string): string[] {
  const [, ...fields] = record.split(/[\s;]+/);
  return fields.filter((field) => field !== '');
}

function faultOf(records: string[], isNamed: boolean): string {
  if (records.length > 1) return 'There are several. Keep one, with the value shown here.';
  if (isNamed) return '';
  return records.length === 0
    ? 'Another value is there. Replace it with the one shown here.'
    : 'It names another account only. Change it to the value shown here, which names both.';
}
