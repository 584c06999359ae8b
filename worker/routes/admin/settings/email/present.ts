import type {
  CodeShown,
  SenderShown,
} from '../../../../../ui/pages/admin/settings/email/email.tsx';
import type { IsolateState } from '../../../../context.ts';
import { SENDER_CODE_LIFETIME } from '../../../../limits/rules.ts';
import { hasDomains } from '../../../../mail-services/mailchannels/domains.ts';
import { judgeAddress } from '../../../../senders/address.ts';
import type { CodeClosed } from '../../../../senders/confirm.ts';
import { type DnsResults, readDnsResults } from '../../../../senders/dns-results.ts';
import { recordsOf } from '../../../../senders/records/records.ts';
import { isScheduled } from '../../../../senders/schedule.ts';
import { senderState } from '../../../../senders/status.ts';
import type { Sender } from '../../../../senders/store.ts';
import { durationWords, minutesIn } from '../../../../values/duration.ts';
import { readable, readableDomain, storedEmail } from '../../../../values/email-address.ts';

/** The form for the code, as typed. */
export type CodeTyped = Pick<CodeShown, 'typed' | 'error' | 'again'>;

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

/** A sender as the page shows it: what checks have found, and nothing that is looked up now. */
export function senderShown(
  sender: Sender,
  settings: IsolateState['settings'],
  code: Omit<CodeShown, 'minutes'>,
  now: number,
): SenderShown {
  const { id, slot, address, domain, use, checkedAt, brokenAt, brokenBy } = sender;
  const findings = readDnsResults(sender.findings);
  const state = senderState(sender);
  const minutes = minutesIn(SENDER_CODE_LIFETIME);
  const records = use === 'from' ? recordsOf(sender, settings.mailchannelsAccount, findings) : [];
  return {
    ...{ id, slot, use, state, records, checkedAt, brokenAt, brokenBy },
    address: readable(address),
    domain: readableDomain(domain),
    asciiDomain: domain,
    heardAt: heardAtOf(findings, checkedAt),
    isLookedAfter: isScheduled(sender, now),
    why: use === 'from' ? null : whyReplies(address, settings),
    code: state === 'unconfirmed' ? { ...code, minutes } : null,
  };
}

/** When the mail service last said something. Of checks before this was kept: whenever they were. */
function heardAtOf(findings: DnsResults | null, checkedAt: number | null): number | null {
  if (findings?.heardAt === undefined) return findings?.verdicts ? checkedAt : null;
  return findings.heardAt;
}

function whyReplies(address: string, settings: IsolateState['settings']): SenderShown['why'] {
  const usability = judgeAddress(storedEmail(address), settings, hasDomains(settings));
  return usability.use === 'reply-to' ? usability.why : 'no-domains';
}
