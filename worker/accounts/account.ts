import * as v from 'valibot';
import type { ContactId, MemberId, WorkspaceId } from '../db/ids.ts';
import type { Email } from '../values/email-address.ts';

/**
 * Who signs in: a contact of one workspace; a member; or a newcomer, whose address may open a workspace
 * but who becomes a member only by proving that it is theirs.
 */
export type Account =
  | { kind: 'contact'; workspace: WorkspaceId; id: ContactId }
  | { kind: 'member'; id: MemberId }
  | { kind: 'newcomer'; email: Email };

/** An account that has a row: whose sessions and password there are to speak of. */
export type KnownAccount = Exclude<Account, { kind: 'newcomer' }>;

/** An account as it is written down, in KV and in a queue's messages. */
export const StoredAccount = v.variant('kind', [
  v.object({
    kind: v.literal('contact'),
    workspace: v.custom<WorkspaceId>((value) => typeof value === 'string'),
    id: v.custom<ContactId>((value) => typeof value === 'string'),
  }),
  v.object({
    kind: v.literal('member'),
    id: v.custom<MemberId>((value) => typeof value === 'string'),
  }),
  v.object({
    kind: v.literal('newcomer'),
    email: v.object({ address: v.string(), key: v.string() }),
  }),
]);

/** The columns that name an account in a row about it; a newcomer has none. */
export function ownerOf(account: Account) {
  return {
    workspace: account.kind === 'contact' ? account.workspace : null,
    contact: account.kind === 'contact' ? account.id : null,
    member: account.kind === 'member' ? account.id : null,
  };
}

/** One text per account, for keyed hashes. */
export function accountKey(account: Account): string {
  switch (account.kind) {
    case 'contact':
      return `contact ${account.workspace} ${account.id}`;
    case 'member':
      return `member ${account.id}`;
    case 'newcomer':
      return `newcomer ${account.email.key}`;
  }
}
