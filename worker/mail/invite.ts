import { and, eq, exists, sql } from 'drizzle-orm';
import type { Actor } from '../activity/actor.ts';
import { recordActivityIf } from '../activity/record.ts';
import { batchByName } from '../db/batch.ts';
import type { Db } from '../db/client.ts';
import { type ContactId, type MailId, newId, type WorkspaceId } from '../db/ids.ts';
import { contacts, mails } from '../db/schema.ts';
import { countTry } from '../limits/limiter.ts';
import type { MailBudget } from '../limits/mail-budget.ts';
import { wholeBudget } from '../limits/mail-use.ts';
import { INVITATIONS_PER_ACTOR, INVITATIONS_PER_ADDRESS } from '../limits/rules.ts';
import { countShares, sharesLeft } from '../limits/shares.ts';
import { insertMail, wasEnqueued } from './enqueue.ts';
import type { InvitationJob } from './messages/invitation.tsx';

/** A contact to be invited. `addressKey` is what mails to their address are counted by: see addressKeyOf. */
export type Invited = {
  workspace: WorkspaceId;
  contact: { id: ContactId; portalAccess: boolean };
  addressKey: string;
  budget: MailBudget;
};

export type InvitationRefusal =
  | 'no-access'
  | 'too-many-by-actor'
  | 'too-many-to-address'
  | 'no-budget';
export type Invitation = { ok: true; job: InvitationJob } | { ok: false; why: InvitationRefusal };

/**
 * Enqueues the mail that brings a contact the portal's address, and records who invited. Tries are counted first. Attack: an
 * inviter over their own limit does not use up the limit of the address.
 */
export async function inviteContact(
  db: Db,
  { workspace, contact, addressKey, budget }: Invited,
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
  const withAccess = db
    .select({ id: contacts.id })
    .from(contacts)
    .where(
      and(
        eq(contacts.workspaceId, workspace),
        eq(contacts.id, contact.id),
        eq(contacts.portalAccess, true),
      ),
    );
  const shares = wholeBudget(budget, workspace);
  // access may be switched off at any moment
  const mayLeave = sql`${exists(withAccess)} AND ${sharesLeft(shares, now)}`;
  const { access, enqueued } = await batchByName(db, {
    access: withAccess,
    recorded: recordActivityIf(db, entry, mayLeave, now),
    enqueued: insertMail(db, job, mayLeave).returning({ id: mails.id }),
    counted: countShares(db, shares, wasEnqueued(job.mail), now),
  });
  if (enqueued.length > 0) return { ok: true, job };
  return { ok: false, why: access.length > 0 ? 'no-budget' : 'no-access' };
}
