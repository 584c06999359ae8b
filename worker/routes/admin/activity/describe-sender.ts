import { senderBrokenPhrase } from '../../../../ui/phrases.ts';
import type { Details } from '../../../activity/details.ts';
import { readable } from '../../../values/email-address.ts';
import { bad, type Describers, good, neutral } from './description.ts';

/** The freelancer's own sender, in words. */
export const SENDERS: Describers<
  | 'sender_confirmed'
  | 'sender_verified'
  | 'sender_broken'
  | 'sender_removed'
  | 'portal_contact_changed'
> = {
  sender_confirmed: (detail) => good('Sender’s address confirmed', replacedWords(detail)),
  sender_verified: (detail) => good(`Mail leaves from ${replacedWords(detail)}`),
  sender_broken: (detail) =>
    bad(`Mail no longer leaves from ${readable(detail.address)}`, senderBrokenPhrase(detail)),
  sender_removed: ({ address, remains }) => {
    const removed = readable(address);
    const words = remains === '' ? removed : `${removed}; ${readable(remains)} remains`;
    return neutral('Sender’s address removed', words);
  },
  portal_contact_changed: (detail, { by }) =>
    neutral(`Portal contact changed${by}`, contactWords(detail)),
};

/** The address that clients are shown, and the one before it. */
function contactWords({ address, instead }: Details['portal_contact_changed']): string {
  return `${address === '' ? 'nobody' : readable(address)}, in place of ${instead === '' ? 'nobody' : readable(instead)}`;
}

/** An address, and the one that it replaced. */
function replacedWords({ address, instead }: Details['sender_verified']): string {
  const entered = readable(address);
  return instead === '' ? entered : `${entered}, in place of ${readable(instead)}`;
}
