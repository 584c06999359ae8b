import { LATCHKEY } from '../../ui/brand.ts';
import { keepVerbatim } from '../../ui/verbatim.ts';
import { accountStatusOf, newcomerOf } from '../accounts/find.ts';
import { adminRealm, portalRealm } from '../accounts/realm.ts';
import type { Stores } from '../db/stores.ts';
import { mailNameOf } from '../values/business-name.ts';
import { oneLine } from '../values/plain-text.ts';
import type { SignUpPolicy } from '../workspaces/sign-up-policy.ts';
import type { Site, Workspace } from '../workspaces/workspaces.ts';
import { addFrom, type Composed, type PlatformSender } from './from.ts';
import { type MailJob, recipientAccount } from './jobs.ts';
import type { LookedUp } from './look-up.ts';
import type { AboutSender, Content, Recipient } from './messages/common.ts';
import { composeConfirmSender } from './messages/confirm-sender.tsx';
import { composeInvitation } from './messages/invitation.tsx';
import { composeMailUse } from './messages/mail-use.tsx';
import { composeNewDevice } from './messages/new-device.tsx';
import { composePasswordChanged } from './messages/password-changed.tsx';
import { composeSample } from './messages/sample.ts';
import { composeSenderBroken } from './messages/sender-broken.tsx';
import { type AboutWorkspace, composeSenderChanged } from './messages/sender-changed.tsx';
import { composeSignIn } from './messages/sign-in.tsx';

/** This deployment, as mail shows it: its hosts, whom it admits, its own sender. */
export type Platform = Site & SignUpPolicy & PlatformSender;

/**
 * Composes the mail of a job from what is stored now: to the account's stored address, in the brand and with the stored host
 * of its workspace. Null when nobody needs it any more.
 */
export async function compose(
  stores: Stores,
  platform: Platform,
  job: MailJob,
  { account, workspace: stored, sender }: LookedUp,
  now: number,
): Promise<Composed | null> {
  const workspace = stored && { ...stored, name: mailNameOf(stored) };
  const newcomer = newcomerOf(adminRealm(platform), recipientAccount(job));
  const status = accountStatusOf(account, newcomer);
  if (!status?.maySignIn) return null;
  const speaker = isFromWorkspace(job) ? workspace : 'latchkey';
  if (speaker === undefined) return null;
  const recipient = { status, ...spokenBy(platform, speaker) };
  const about = { platform, workspace, sender };
  const content = await contentOf(stores, job, recipient, about, now);
  if (content === null) return null;
  const to = content.to ?? status.address;
  const names = [recipient.brand.name, workspace?.name ?? ''].map(oneLine);
  const html = keepVerbatim(content.html, names);
  const ofWorkspace = speaker === 'latchkey' ? null : speaker;
  return addFrom(platform, {
    id: job.mail,
    content: { ...content, html, to },
    ofWorkspace,
    sender,
  });
}

/** Contacts get mail in the name of their workspace, and so does a member who wants to see what contacts get. */
function isFromWorkspace(job: MailJob): boolean {
  return recipientAccount(job).kind === 'contact' || job.kind === 'sample';
}

function spokenBy(platform: Platform, speaker: Workspace | 'latchkey') {
  return speaker === 'latchkey'
    ? { realm: adminRealm(platform), brand: LATCHKEY }
    : { realm: portalRealm(platform, speaker), brand: speaker };
}

async function contentOf(
  stores: Stores,
  job: MailJob,
  recipient: Recipient,
  about: AboutWorkspace,
  now: number,
): Promise<Content | null> {
  switch (job.kind) {
    case 'sign-in':
      return composeSignIn(stores, recipient, job, now);
    case 'password':
      return composePasswordChanged(stores, recipient, job);
    case 'new-device':
      return composeNewDevice(recipient, job);
    case 'confirm-sender':
      return composeConfirmSender(stores, recipient, aboutSender(about), now);
    case 'sender-broken':
      return composeSenderBroken(recipient, aboutSender(about));
    case 'sender-changed':
      return composeSenderChanged(stores.db, recipient, job, about);
    case 'sample':
      return composeSample(recipient, job);
    case 'invitation':
      return composeInvitation(recipient, job);
    case 'mail-use':
      return composeMailUse(recipient, about.workspace, job);
  }
}

function aboutSender({ platform, workspace, sender }: AboutWorkspace): AboutSender | null {
  if (workspace === undefined || sender === undefined) return null;
  return { workspace, sender, mailFrom: platform.mailFrom };
}
