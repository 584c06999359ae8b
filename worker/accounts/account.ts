import * as v from 'valibot';
import type { ContactId, MemberId, WorkspaceId } from '../db/ids.ts';
import type { Email } from '../values/email-address.ts';

/**
 * What a person signs in to: a contact of one workspace, a member, or a newcomer. A newcomer is an address without a row
 * that may create a workspace. Its owner becomes a member by signing in.
 */
export type Account =
  | { kind: 'contact'; workspace: WorkspaceId; id: ContactId }
  | { kind: 'member'; id: MemberId }
  | { kind: 'newcomer'; email: Email };

/** An account that has a row, and so may have sessions and a password. */
export type KnownAccount = Exclude<Account, { kind: 'newcomer' }>;

/** The schema of an account as it is stored in KV and in queue messages. */
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

/** The ids that name an account in a row about it. All are null for a newcomer. */
export function accountColumns(account: Account) {
  return {
    workspace: account.kind === 'contact' ? account.workspace : null,
    contact: account.kind === 'contact' ? account.id : null,
    member: account.kind === 'member' ? account.id : null,
  };
}

/** One text for each account, for keyed hashes. */
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
