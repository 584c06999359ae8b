import { accountStatusOf, findAccount } from '../accounts/find.ts';
import type { Realm } from '../accounts/realm.ts';
import { batchByName } from '../db/batch.ts';
import type { ContactId, MemberId, WorkspaceId } from '../db/ids.ts';
import type { Ceiling } from '../limits/mail-rules.ts';
import { addressKeyOf } from '../sign-in/address-key.ts';
import { type AskDeps, NO_BROWSER } from '../sign-in/link-request.ts';
import { memberLinkShares } from '../sign-in/link-shares.ts';
import { refusedBy } from '../sign-in/sent-links.ts';
import { storedEmail } from '../values/email-address.ts';
import { newLinkJob, sendingLink } from './enqueue.ts';
import type { SignInJob } from './messages/sign-in.tsx';

/** The contact that a member sends a link to. */
export type LinkRecipient = { workspace: WorkspaceId; contact: ContactId };

export type SentLink =
  | { ok: true; job: SignInJob }
  | { ok: false; why: 'no-access' }
  | { ok: false; why: Ceiling; until: number };

/**
 * Enqueues a link that a member sends to a contact's stored address, and records who did. No browser has asked for it, so it
 * opens with a button and has no code. Strangers cannot use its limits up.
 * @param realm the portal of the contact's workspace
 */
export async function sendLink(
  deps: AskDeps,
  realm: Realm,
  { workspace, contact }: LinkRecipient,
  member: MemberId,
  now: number,
): Promise<SentLink> {
  const { db, keyring, budget } = deps;
  const account = { kind: 'contact', workspace, id: contact } as const;
  const status = accountStatusOf(await findAccount(db, account), null);
  if (!status?.maySignIn) return { ok: false, why: 'no-access' };
  const [addressKey, shares] = await Promise.all([
    addressKeyOf(keyring, realm, storedEmail(status.address)),
    memberLinkShares(keyring, budget, status, member),
  ]);
  const { epoch } = status;
  const link = { account, epoch, verifierHash: NO_BROWSER, addressKey, next: '/' };
  const job = { ...newLinkJob(link, now), client: null };
  const actor = { kind: 'member', id: member } as const;
  const entry = { kind: 'link_offered', workspace, contact, actor, mail: job.mail } as const;
  const { refused, sent } = await batchByName(db, {
    refused: refusedBy(db, shares, now),
    ...sendingLink(db, job, shares, entry, now),
  });
  if (sent.length > 0) return { ok: true, job };
  const { ceiling, until } = refused[0] ?? { ceiling: 'deployment', until: now };
  return { ok: false, why: ceiling, until };
}
