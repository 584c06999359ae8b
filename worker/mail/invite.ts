import { and, eq, exists } from 'drizzle-orm';
import type { Actor } from '../activity/actor.ts';
import { recordActivityIf } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import { type ContactId, type MailId, newId, type WorkspaceId } from '../db/ids.ts';
import { contacts, mails } from '../db/schema.ts';
import { countTry } from '../limits/limiter.ts';
import { INVITATIONS_PER_ACTOR, INVITATIONS_PER_ADDRESS } from '../limits/rules.ts';
import { insertMail } from './enqueue.ts';
import type { InvitationJob } from './messages/invitation.tsx';

/** A contact to be invited. `addressKey` is what mails to their address are counted by: see addressKeyOf. */
export type Invited = {
  workspace: WorkspaceId;
  contact: { id: ContactId; portalAccess: boolean };
  addressKey: string;
};

export type InvitationRefusal = 'no-access' | 'too-many-by-actor' | 'too-many-to-address';
export type Invitation = { ok: true; job: InvitationJob } | { ok: false; why: InvitationRefusal };

/**
 * Enqueues the mail that brings a contact the portal's address, and records who invited. Tries are counted first. Attack: an
 * inviter over their own limit does not use up the limit of the address.
 */
export async function inviteContact(
  db: Db,
  { workspace, contact, addressKey }: Invited,
  message: string,
  actor: Actor,
  now: number,
): Promise<Invitation> {
  if (!contact.portalAccess) return { ok: false, why: 'no-access' };
  const inviter = actor.kind === 'system' ? 'system' : actor.id;
  const byActor = await countTry(db, INVITATIONS_PER_ACTOR, inviter, now);
  if (byActor.length === 0) return { ok: false, why: 'too-many-by-actor' };
  const toAddress = await countTry(db, INVITATIONS_PER_ADDRESS, addressKey, now);
  if (toAddress.length === 0) return { ok: false, why: 'too-many-to-address' };

  const account = { kind: 'contact', workspace, id: contact.id } as const;
  const job: InvitationJob = {
    kind: 'invitation',
    mail: newId<MailId>(),
    at: now,
    account,
    message,
  };
  const entry = { kind: 'invited', workspace, contact: contact.id, actor, mail: job.mail } as const;
  // access may be switched off at any moment
  const hasAccess = exists(
    db
      .select({ id: contacts.id })
      .from(contacts)
      .where(
        and(
          eq(contacts.workspaceId, workspace),
          eq(contacts.id, contact.id),
          eq(contacts.portalAccess, true),
        ),
      ),
  );
  const [, enqueued] = await db.batch([
    recordActivityIf(db, entry, hasAccess, now),
    insertMail(db, job, hasAccess).returning({ id: mails.id }),
  ]);
  return enqueued.length === 0 ? { ok: false, why: 'no-access' } : { ok: true, job };
}
