import type { Ceiling } from '../../../limits/mail-rules.ts';

/** Why no link is mailed to a contact, and what to do, for Home. `until`: when there is mail again. */
export function withheldWords(ceiling: Ceiling, until: string): string {
  return `Asked for a link too often: ${happened(ceiling, until)}. Did the mails arrive? You can send a link from their card.`;
}

/** The same for a timeline, to stand under a title that says "too often". */
export function withheldDetail(ceiling: Ceiling, until: string): string {
  return `${happened(ceiling, until)}; ${STILL[ceiling]}, and you can send a link from this card`;
}

function happened(ceiling: Ceiling, until: string): string {
  return `${WHO[ceiling]}, so no more is mailed there until ${until}`;
}

const WHO: Record<Ceiling, string> = {
  page: 'one page was sent twice',
  'network-mailbox': 'one network asked for as many as it may',
  network: 'one network asked for as many as it may, in several names',
  mailbox: 'strangers asked for as many as this mailbox may have',
  workspace: 'the mails of your workspace are used up for strangers',
  deployment: 'the mails of Latchkey are used up for strangers',
};

const OTHER_NETWORKS = 'other networks still get mail';
const KNOWN_BROWSERS = 'browsers that have signed in before still get mail';

/** Who still gets mail. */
const STILL: Record<Ceiling, string> = {
  page: OTHER_NETWORKS,
  'network-mailbox': OTHER_NETWORKS,
  network: OTHER_NETWORKS,
  mailbox: KNOWN_BROWSERS,
  workspace: KNOWN_BROWSERS,
  deployment: KNOWN_BROWSERS,
};
