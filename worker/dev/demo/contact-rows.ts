import type { Details } from '../../activity/details.ts';
import type { ActivityKind } from '../../activity/kinds.ts';
import { nameKeyOf } from '../../contacts/companies.ts';
import type { ActivityId, ContactId, MailId, MemberId, WorkspaceId } from '../../db/ids.ts';
import type {
  activity,
  contacts,
  magicLinks,
  mails,
  passwords,
  sessions,
  tries,
} from '../../db/schema.ts';
import type { Person } from './people.ts';

/** The workspace and its owner, as seed.sql has them. */
export const WORKSPACE = '00000000-0000-4000-8000-00000000d001' as WorkspaceId;
export const OWNER = '00000000-0000-4000-8000-00000000d101' as MemberId;

/** The rows of one contact after the steps so far. */
export type History = {
  now: number;
  /** Keyed hash of the address on the portal. */
  addressKey: string;
  /** Id of the pepper that passwords are mixed with. */
  pepper: string;
  /** Two digits that all ids of this contact contain. */
  label: string;
  ids: number;
  contact: Omit<typeof contacts.$inferSelect, 'mailboxKey'>;
  companies: string[];
  activity: (typeof activity.$inferInsert)[];
  sessions: (typeof sessions.$inferSelect)[];
  mails: (typeof mails.$inferInsert)[];
  magicLinks: (typeof magicLinks.$inferInsert)[];
  password: typeof passwords.$inferInsert | null;
  wrongPasswords: typeof tries.$inferInsert | null;
};

/** What a history starts with: the contact's position in the table of people, and the keys of the deployment. */
export type Start = Pick<History, 'now' | 'addressKey' | 'pepper'> & { position: number };

/** The history of a contact before its first step. */
export function startHistory(person: Person, { position, ...start }: Start): History {
  const label = String(position + 1).padStart(2, '0');
  return {
    ...start,
    label,
    ids: 1,
    contact: {
      id: idOf<ContactId>(label, 0),
      workspaceId: WORKSPACE,
      name: person.name,
      nameKey: nameKeyOf(person.name),
      email: person.email,
      emailKey: person.email,
      portalAccess: false,
      linkEpoch: 0,
      lastSeenAt: null,
      createdAt: 0,
      updatedAt: 0,
    },
    companies: person.companies,
    activity: [],
    sessions: [],
    mails: [],
    magicLinks: [],
    password: null,
    wrongPasswords: null,
  };
}

/** The next id for a row of a contact. Every run gives the same ids. */
export function nextId<Id extends string>(history: History): Id {
  history.ids += 1;
  return idOf<Id>(history.label, history.ids);
}

function idOf<Id extends string>(label: string, serial: number): Id {
  return `00000000-0000-4000-8000-de${label}${String(serial).padStart(8, '0')}` as Id;
}

/** Records an activity: what happened and when, and by which member or to which mail. */
export function record<Kind extends ActivityKind>(
  history: History,
  kind: Kind,
  at: number,
  detail: Details[Kind],
  about: { member?: MemberId; mail?: MailId } = {},
): void {
  history.activity.push({
    id: nextId<ActivityId>(history),
    at,
    kind,
    workspaceId: WORKSPACE,
    contactId: history.contact.id,
    memberId: about.member ?? null,
    detail: detail === null ? '' : JSON.stringify(detail),
    mailId: about.mail ?? null,
  });
}
