// Short pieces of text that pages, mails and flash messages share. The switch island has a copy of `counted`.

/** 'Acme Corp and Globex' */
export function listed(items: string[]): string {
  return new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(items);
}

/** The first of somebody's names, or '' when there is none. */
export function firstName(name: string): string {
  return name.trim().split(/\s+/u)[0] ?? '';
}

/** What ended with portal access: '2 sessions ended, 1 link voided.' */
export function accessEndedPhrase(sessions: number, links: number): string {
  return `${counted(sessions, 'session')} ended, ${counted(links, 'link')} voided.`;
}

/** What signing out everywhere else did: '2 other devices were signed out. Links mailed before no longer work.' */
export function othersSignedOutPhrase(sessions: number): string {
  const devices = `${counted(sessions, 'other device')} ${sessions === 1 ? 'was' : 'were'} signed out.`;
  const links = 'Links mailed before no longer work.';
  return sessions === 0 ? links : `${devices} ${links}`;
}

/** '1 session', '2 sessions' */
export function counted(n: number, thing: string): string {
  return `${n} ${thing}${n === 1 ? '' : 's'}`;
}

/** '2nd', '3rd', '11th' */
export function ordinal(n: number): string {
  return `${n}${ENDINGS[new Intl.PluralRules('en', { type: 'ordinal' }).select(n)] ?? 'th'}`;
}

const ENDINGS: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };

/** Why mail no longer leaves from a freelancer's address, to stand after a colon; '' if no record is known to be wrong. */
export function senderBrokenPhrase(
  because: { cause: 'refused' } | { cause: 'records'; records: (keyof typeof RECORD_NAMES)[] },
): string {
  if (because.cause === 'refused') return 'the mail service refused mail from it';
  const names = because.records.map((record) => RECORD_NAMES[record]);
  return names.length === 0 ? '' : `its DNS records are no longer right (${names.join(', ')})`;
}

const RECORD_NAMES = { spf: 'SPF', dkim: 'DKIM', 'domain-lockdown': 'Domain Lockdown', mx: 'MX' };
