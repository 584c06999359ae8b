// Ids that cannot be mistaken for one another: a ContactId never stands where a WorkspaceId belongs.

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

/** Mints a random (version 4) UUID as an id of the kind the caller asks for. */
export function newId<Id extends Branded<string>>(): Id {
  return crypto.randomUUID() as string as Id;
}
