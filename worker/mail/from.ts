import { LATCHKEY } from '../../ui/brand.ts';
import type { Db } from '../db/client.ts';
import type { MailId } from '../db/ids.ts';
import type { Stores } from '../db/stores.ts';
import { type DomainPolicy, hasDomains } from '../mail-services/mailchannels/domains.ts';
import type { OutgoingMail } from '../mail-services/service.ts';
import { isActive } from '../senders/status.ts';
import type { Sender } from '../senders/store.ts';
import { oneLine } from '../values/plain-text.ts';
import { findOwner } from '../workspaces/members.ts';
import type { Workspace } from '../workspaces/workspaces.ts';
import type { Words } from './letters.ts';

/**
 * A mail ready to leave; and, when it leaves from a freelancer's own address, the same from the platform's sender, for the
 * case that the mail service refuses it for that.
 */
export type Addressed = { mail: OutgoingMail; instead: OutgoingMail | null };

/** A mail that is written: its order's id, whom it is to, and the workspace in whose name it speaks, if in any. */
type Written = {
  id: MailId;
  to: string;
  words: Words;
  ofWorkspace: Workspace | undefined;
  sender: Sender | undefined;
};

/** The platform's own sender, and whether it looks after others. */
export type PlatformSender = DomainPolicy & { mailFrom: string };

/** Says from whom a mail comes, and who is reached by answering it. */
export async function addressed(
  { db }: Pick<Stores, 'db'>,
  platform: PlatformSender,
  { id, to, words, ofWorkspace, sender }: Written,
): Promise<Addressed> {
  const { mailFrom } = platform;
  const name = oneLine((ofWorkspace ?? LATCHKEY).name);
  const mail: OutgoingMail = {
    ...words,
    id: `${id}@${mailFrom.slice(mailFrom.lastIndexOf('@') + 1)}`,
    to,
    from: { name, email: mailFrom },
    replyTo: null,
    dkim: null,
  };
  if (ofWorkspace === undefined) return { mail, instead: null };
  const replyTo = await repliesTo(db, ofWorkspace, sender);
  const ofPlatform = { ...mail, replyTo };
  const own = ownSender(platform, sender);
  if (own === null) return { mail: ofPlatform, instead: null };
  const { address, domain, selector } = own;
  const ofFreelancer = { ...mail, from: { name, email: address }, dkim: { domain, selector } };
  return { mail: ofFreelancer, instead: ofPlatform };
}

type OwnSender = { address: string; domain: string; selector: string };

/** The freelancer's own sender, if mail can leave from it: not where nobody would notice that it broke. */
export function ownSender(policy: DomainPolicy, sender: Sender | undefined): OwnSender | null {
  if (sender === undefined || !isActive(sender) || !hasDomains(policy)) return null;
  const { address, domain, selector } = sender;
  return selector === null ? null : { address, domain, selector };
}

/** Whom an answer to mail from the platform's sender reaches: somebody of the workspace. */
export async function repliesTo(
  db: Db,
  workspace: Workspace,
  sender: Sender | undefined,
): Promise<string | null> {
  if (sender !== undefined && sender.confirmedAt !== null) return sender.address;
  if (workspace.portalContact !== '') return workspace.portalContact;
  return (await findOwner(db, workspace.id))?.email ?? null;
}
