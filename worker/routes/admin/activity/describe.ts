import { moment } from '../../../../ui/dates.ts';
import { accessEndedPhrase } from '../../../../ui/phrases.ts';
import { readDetail } from '../../../activity/details.ts';
import type { ActivityKind } from '../../../activity/kinds.ts';
import { whereWords } from '../../../sessions/device.ts';
import { durationWords } from '../../../values/duration.ts';
import { MAILS } from './describe-mail.ts';
import { SENDERS } from './describe-sender.ts';
import {
  type ActivityDescription,
  bad,
  type Describers,
  good,
  neutral,
  type Reader,
} from './description.ts';
import { withheldDetail } from './withheld-words.ts';

/** `detail` as it is stored; `member`: the address of the member who did it, if a member did. */
type Described<Kind extends ActivityKind> = { kind: Kind; detail: string; member: string | null };

/** Puts an activity into words for the freelancer. */
export function describeActivity<Kind extends ActivityKind>(
  { kind, detail, member }: Described<Kind>,
  reader: Reader,
): ActivityDescription {
  const by = member === null ? '' : ` by ${member}`;
  return DESCRIBERS[kind](readDetail(kind, detail), { ...reader, by });
}

const CONTACTS: Describers<'contact_added' | 'access_on' | 'access_off' | 'invited'> = {
  contact_added: (_, { by }) => neutral(`Contact added${by}`),
  access_on: (_, { by }) => neutral(`Portal access switched on${by}`),
  access_off: ({ sessions, links }, { by }) =>
    neutral(`Portal access switched off${by}`, accessEndedPhrase(sessions, links)),
  invited: (_, { by }) => neutral(`Invited to the portal${by}`),
};

const NOT_SIGNED_IN = 'not signed in there';

const LINKS: Describers<
  'link_sent' | 'link_offered' | 'link_withheld' | 'link_scanned' | 'link_opened' | 'code_locked'
> = {
  link_sent: () => neutral('Asked for a sign-in link'),
  link_offered: (_, { by }) => neutral(`Sent a sign-in link${by}`),
  link_withheld: ({ until, ceiling }, { dates }) =>
    bad('Asked for a link too often', withheldDetail(ceiling, moment(until, dates))),
  link_scanned: () =>
    neutral(
      'A mail scanner looked at the link',
      'as machines do on the way to an inbox; it still works',
    ),
  link_opened: (detail) => {
    const parts = [whereWords(detail), NOT_SIGNED_IN].filter((part) => part !== '');
    return neutral('Opened the link in another browser', parts.join('; '));
  },
  code_locked: () => bad('Too many wrong codes', 'the link still works'),
};

const SESSIONS: Describers<'signed_in' | 'session_ended'> = {
  signed_in: (detail) => good(`Signed in by ${detail.method}`, whereWords(detail)),
  session_ended: ({ device }, { by }) => neutral(`Signed out of a device${by}`, device),
};

const PASSWORDS: Describers<
  'password_set' | 'password_changed' | 'password_removed' | 'password_locked'
> = {
  password_set: () => neutral('Set a password'),
  password_changed: () => neutral('Changed the password'),
  password_removed: () => neutral('Removed the password', 'back to the link'),
  password_locked: ({ pause }) =>
    bad(
      'Somebody typed too many wrong passwords',
      `the password is paused for ${durationWords(pause)}, the link still works`,
    ),
};

const DESCRIBERS: Describers<ActivityKind> = {
  ...CONTACTS,
  ...LINKS,
  ...MAILS,
  ...SESSIONS,
  ...PASSWORDS,
  ...SENDERS,
};
