import type { CodeForm, SenderView } from '../../../../../ui/pages/admin/settings/email/types.ts';
import type { IsolateState } from '../../../../context.ts';
import { hasDomains } from '../../../../mail-services/mailchannels/domains.ts';
import type { CodeClosed } from '../../../../senders/confirm.ts';
import { type DnsResults, readDnsResults } from '../../../../senders/dns-results.ts';
import { recordsOf } from '../../../../senders/records/records.ts';
import { isScheduled } from '../../../../senders/schedule.ts';
import { SENDER_CODE_LIFETIME } from '../../../../senders/sender-code.ts';
import { senderState } from '../../../../senders/status.ts';
import type { Sender } from '../../../../senders/store.ts';
import { usabilityOf } from '../../../../senders/usability.ts';
import { durationWords, minutesIn } from '../../../../values/duration.ts';
import { readable, readableDomain, storedEmail } from '../../../../values/email-address.ts';
import { describeRecord } from './describe-records.ts';

/** The form for the code, as typed. */
export type CodeTyped = Pick<CodeForm, 'typed' | 'error' | 'again'>;

export const NO_CODE: CodeTyped = { typed: '', error: undefined };

/** Why no code can be typed, and what to do. */
export function closedWords(closed: CodeClosed | null, now: number): string | null {
  switch (closed?.why) {
    case undefined:
      return null;
    case 'lapsed':
      return 'That code is too old. Send it again, and type the new one.';
    case 'locked':
      return 'Too many wrong codes, so this one no longer counts. Send another.';
    case 'paused':
      return `Too many wrong codes for one day, so none counts at present. Send another in ${durationWords(closed.until - now)}.`;
  }
}

/** A sender as the page shows it, from what checks have found. Nothing is looked up now. */
export async function presentSender(
  sender: Sender,
  settings: IsolateState['settings'],
  code: Omit<CodeForm, 'minutes'>,
  now: number,
): Promise<SenderView> {
  const { id, slot, address, domain, use, checkedAt, brokenAt, brokenBy } = sender;
  const results = readDnsResults(sender.dnsResults);
  const state = senderState(sender);
  const minutes = minutesIn(SENDER_CODE_LIFETIME);
  const records = use === 'from' ? recordsOf(sender, settings.mailchannelsAccount, results) : [];
  return {
    ...{ id, slot, use, state, checkedAt, brokenAt, brokenBy },
    address: readable(address),
    domain: readableDomain(domain),
    asciiDomain: domain,
    records: records.map(describeRecord),
    answeredAt: answeredAtOf(results, checkedAt),
    isScheduled: isScheduled(sender, now),
    repliesOnly: use === 'from' ? null : await repliesOnlyBecause(address, settings),
    code: state === 'unconfirmed' ? { ...code, minutes } : null,
  };
}

/** When the mail service last answered. A row from before this was kept counts its last check as answered. */
function answeredAtOf(results: DnsResults | null, checkedAt: number | null): number | null {
  if (results?.answeredAt === undefined) return results?.verdicts ? checkedAt : null;
  return results.answeredAt;
}

async function repliesOnlyBecause(
  address: string,
  settings: IsolateState['settings'],
): Promise<SenderView['repliesOnly']> {
  const usability = await usabilityOf(storedEmail(address), settings, hasDomains(settings));
  return usability.use === 'reply-to' ? usability.why : 'no-domains';
}
