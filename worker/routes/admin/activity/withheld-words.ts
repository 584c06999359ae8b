import type { Ceiling } from '../../../limits/mail-rules.ts';

/** Why no link was mailed to a contact, and what to do, for Home. `until`: when there is mail again. */
export function withheldWords(ceiling: Ceiling, until: string): string {
  return `Asked for a link too often: ${WHAT[ceiling]}. No more mail until ${until}. ${ADVICE}`;
}

/** The same for a timeline, to stand under a title that says "too often". */
export function withheldDetail(ceiling: Ceiling, until: string): string {
  return `${WHAT[ceiling]}; no more mail until ${until}, ${EXCEPT[ceiling]}`;
}

const ADVICE = 'Did the mails arrive? You can send a link from their card.';

const OWN_BUTTON = 'and you can send a link from this card';
const ELSEWHERE = `to that network; elsewhere it goes on, ${OWN_BUTTON}`;
const TO_STRANGERS = `to browsers that have not signed in before; ${OWN_BUTTON}`;

const WHAT: Record<Ceiling, string> = {
  page: 'the same page was sent twice',
  'network-mailbox': 'one network had its share of mails to this address',
  network: 'one network had its share of mails to all addresses',
  mailbox: 'this mailbox had its share of mails',
  workspace: 'your workspace had its share of mails',
  deployment: 'Latchkey had its share of mails for all its workspaces',
};

const EXCEPT: Record<Ceiling, string> = {
  page: 'and no other is needed',
  'network-mailbox': ELSEWHERE,
  network: ELSEWHERE,
  mailbox: TO_STRANGERS,
  workspace: TO_STRANGERS,
  deployment: TO_STRANGERS,
};
