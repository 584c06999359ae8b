// Each kind of id is a type of its own, so a ContactId cannot be passed where a WorkspaceId is expected.

declare const kind: unique symbol;
type Branded<Kind extends string> = string & { readonly [kind]: Kind };

export type WorkspaceId = Branded<'WorkspaceId'>;
export type MemberId = Branded<'MemberId'>;
export type CompanyId = Branded<'CompanyId'>;
export type ContactId = Branded<'ContactId'>;
export type SessionId = Branded<'SessionId'>;
export type PasswordId = Branded<'PasswordId'>;
export type ActivityId = Branded<'ActivityId'>;
export type MailId = Branded<'MailId'>;
export type SenderId = Branded<'SenderId'>;
export type ApiKeyId = Branded<'ApiKeyId'>;

/** Creates an id of the kind that the caller asks for: a random UUID (version 4). */
export function newId<Id extends Branded<string>>(): Id {
  return crypto.randomUUID() as string as Id;
}
