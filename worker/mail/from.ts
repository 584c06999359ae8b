import { LATCHKEY } from '../../ui/brand.ts';
import type { MailId } from '../db/ids.ts';
import { type DomainPolicy, hasDomains } from '../mail-services/mailchannels/domains.ts';
import type { OutgoingMail } from '../mail-services/service.ts';
import { isActive } from '../senders/status.ts';
import type { Sender } from '../senders/store.ts';
import { oneLine } from '../values/plain-text.ts';
import type { Workspace } from '../workspaces/workspaces.ts';
import type { Content } from './messages/common.ts';

/**
 * A mail ready to leave. `fallback`: the same from the platform's sender, when `mail` leaves from a freelancer's own
 * address, which the mail service may refuse.
 */
export type Composed = { mail: OutgoingMail; fallback: OutgoingMail | null };

/** What a mail says and where it goes, and the workspace in whose name it speaks, if in any. */
type Unsent = {
  id: MailId;
  content: Required<Content>;
  ofWorkspace: Workspace | null;
  sender: Sender | undefined;
};

/** The platform's own sender, and whether freelancers can have theirs. */
export type PlatformSender = DomainPolicy & { mailFrom: string };

/** Says from whom a mail comes, and whom an answer to it reaches. */
export function addFrom(
  platform: PlatformSender,
  { id, content, ofWorkspace, sender }: Unsent,
): Composed {
  const { mailFrom } = platform;
  const name = oneLine((ofWorkspace ?? LATCHKEY).name);
  const mail: OutgoingMail = {
    ...content,
    id: `${id}@${mailFrom.slice(mailFrom.lastIndexOf('@') + 1)}`,
    from: { name, email: mailFrom },
    replyTo: null,
    dkim: null,
  };
  if (ofWorkspace === null) return { mail, fallback: null };
  const replyTo = repliesTo(ofWorkspace, sender);
  const fromPlatform = { ...mail, replyTo };
  const own = ownSender(platform, sender);
  if (own === null) return { mail: fromPlatform, fallback: null };
  const { address, domain, selector } = own;
  const fromFreelancer = { ...mail, from: { name, email: address }, dkim: { domain, selector } };
  return { mail: fromFreelancer, fallback: fromPlatform };
}

type OwnSender = { address: string; domain: string; selector: string };

/** The freelancer's own sender, if mail can leave from it. Null where domains cannot be set up: no check would notice that it broke. */
export function ownSender(policy: DomainPolicy, sender: Sender | undefined): OwnSender | null {
  if (sender === undefined || !isActive(sender) || !hasDomains(policy)) return null;
  const { address, domain, selector } = sender;
  return selector === null ? null : { address, domain, selector };
}

/**
 * Whom an answer to mail from the platform's sender reaches: the address that the workspace has chosen for it, or null. Attack
 * row 35: it is never the address that a member signs in with by itself. Who knows it can ask for links in its name.
 */
export function repliesTo(
  { portalContact }: Pick<Workspace, 'portalContact'>,
  sender: Sender | undefined,
): string | null {
  if (sender !== undefined && sender.confirmedAt !== null) return sender.address;
  return portalContact === '' ? null : portalContact;
}
