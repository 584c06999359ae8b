import * as v from 'valibot';
import type { Account } from '../accounts/account.ts';
import type { WorkspaceId } from '../db/ids.ts';
import type { MailTraits } from './messages/common.ts';
import { CONFIRM_SENDER_MAIL, ConfirmSenderJob } from './messages/confirm-sender.tsx';
import { INVITATION_MAIL, InvitationJob } from './messages/invitation.tsx';
import { MAIL_USE_MAIL, MailUseJob } from './messages/mail-use.tsx';
import { NEW_DEVICE_MAIL, NewDeviceJob } from './messages/new-device.tsx';
import { PASSWORD_CHANGED_MAIL, PasswordChangedJob } from './messages/password-changed.tsx';
import { SAMPLE_MAIL, SampleJob } from './messages/sample.ts';
import { SENDER_BROKEN_MAIL, SenderBrokenJob } from './messages/sender-broken.tsx';
import { SENDER_CHANGED_MAIL, SenderChangedJob } from './messages/sender-changed.tsx';
import { SIGN_IN_MAIL, SignInJob } from './messages/sign-in.tsx';

const Job = v.variant('kind', [
  SignInJob,
  PasswordChangedJob,
  NewDeviceJob,
  ConfirmSenderJob,
  SenderBrokenJob,
  SenderChangedJob,
  SampleJob,
  InvitationJob,
  MailUseJob,
]);

/**
 * A mail to be composed and sent, as a queue's message holds it. Nothing in it opens anything: no token, no code, no
 * verifier. The words and the address are looked up when the mail leaves, except an invitation's sentence, which is kept
 * nowhere else, and the address of a newcomer, who has no row yet.
 */
export type MailJob = v.InferOutput<typeof Job>;
export type MailKind = MailJob['kind'];

const TRAITS: Record<MailKind, MailTraits> = {
  'sign-in': SIGN_IN_MAIL,
  password: PASSWORD_CHANGED_MAIL,
  'new-device': NEW_DEVICE_MAIL,
  'confirm-sender': CONFIRM_SENDER_MAIL,
  'sender-broken': SENDER_BROKEN_MAIL,
  'sender-changed': SENDER_CHANGED_MAIL,
  sample: SAMPLE_MAIL,
  invitation: INVITATION_MAIL,
  'mail-use': MAIL_USE_MAIL,
};

/** What is decided about a kind of mail. */
export function mailTraits(kind: MailKind): MailTraits {
  return TRAITS[kind];
}

/** The job in a queue's message; null for what is none of ours. */
export function readMailJob(body: unknown): MailJob | null {
  const parsed = v.safeParse(Job, renamed(body));
  return parsed.success ? parsed.output : null;
}

/** As jobs were written before: some may still wait in the queue when a new version is deployed. */
const Earlier = v.looseObject({ seen: v.object({ device: v.string(), place: v.string() }) });

function renamed(body: unknown): unknown {
  const earlier = v.safeParse(Earlier, body);
  if (!earlier.success) return body;
  const { seen, ...job } = earlier.output;
  return { ...job, client: { device: seen.device, location: seen.place } };
}

/** Whose mail it is. */
export function recipientAccount(job: MailJob): Account {
  return job.kind === 'sign-in' ? job.link.account : job.account;
}

/** The workspace that it is about; null for what is a member's own. */
export function jobWorkspace(job: MailJob): WorkspaceId | null {
  if ('workspace' in job) return job.workspace;
  const account = recipientAccount(job);
  return account.kind === 'contact' ? account.workspace : null;
}
