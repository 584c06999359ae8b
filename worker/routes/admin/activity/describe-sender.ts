import type { Details } from '../../../activity/details.ts';
import { readable } from '../../../values/email-address.ts';
import { bad, type Describers, good, plain } from './description.ts';

/** The freelancer's own sender, in words. */
export const SENDERS: Describers<
  'sender_confirmed' | 'sender_verified' | 'sender_broken' | 'sender_removed'
> = {
  sender_confirmed: (detail) => good('Sender’s address confirmed', replacedWords(detail)),
  sender_verified: (detail) => good(`Mail leaves from ${replacedWords(detail)}`),
  sender_broken: (detail) =>
    bad(`Mail no longer leaves from ${readable(detail.address)}`, causeWords(detail)),
  sender_removed: ({ address, remains }) => {
    const removed = readable(address);
    const words = remains === '' ? removed : `${removed}; ${readable(remains)} remains`;
    return plain('Sender’s address removed', words);
  },
};

/** An address, and the one that it replaced. */
function replacedWords({ address, instead }: Details['sender_verified']): string {
  const entered = readable(address);
  return instead === '' ? entered : `${entered}, in place of ${readable(instead)}`;
}

/** Why mail no longer leaves from an address. */
function causeWords({ cause, records }: Details['sender_broken']): string {
  switch (cause) {
    case '':
      return '';
    case 'refused':
      return 'the mail service refused mail from it';
    case 'records': {
      const named = Object.entries(RECORD_NAMES).filter(([record]) => records.includes(record));
      return `its DNS records are no longer right (${named.map(([, name]) => name).join(', ')})`;
    }
  }
}

const RECORD_NAMES = { spf: 'SPF', dkim: 'DKIM', lockdown: 'lock-down', senderDomain: 'MX' };
