import * as v from 'valibot';
import type { Account, KnownAccount } from '../accounts/account.ts';
import { StoredAccount } from '../accounts/account.ts';
import type { MailId, MemberId, SenderId, WorkspaceId } from '../db/ids.ts';

const mail = v.custom<MailId>(isText);
const workspace = v.custom<WorkspaceId>(isText);
const sender = v.custom<SenderId>(isText);
const member = v.object({ kind: v.literal('member'), id: v.custom<MemberId>(isText) });
/** From which browser and place it was ordered, for the mail to tell. */
const client = v.union([
  v.object({ device: v.string(), location: v.string() }),
  // as jobs were written before: some may still wait in the queue
  v.pipe(
    v.object({ device: v.string(), place: v.string() }),
    v.transform(({ device, place }) => ({ device, location: place })),
  ),
]);
/** When it was ordered. */
const at = v.number();

const SignIn = v.object({
  kind: v.literal('sign-in'),
  ...{ mail, at, seen: client },
  link: v.object({
    account: StoredAccount,
    epoch: v.number(),
    verifierHash: v.string(),
    addressKey: v.string(),
    next: v.string(),
  }),
});

const Password = v.object({
  kind: v.literal('password'),
  ...{ mail, at, seen: client },
  account: v.custom<KnownAccount>(isKnown),
  addressKey: v.string(),
  what: v.picklist(['set', 'changed', 'removed']),
});

const NewDevice = v.object({
  kind: v.literal('new-device'),
  ...{ mail, at, seen: client },
  account: member,
  method: v.picklist(['link', 'code', 'password']),
});

const ofSender = { mail, at, account: member, workspace, sender };
const ConfirmSender = v.object({ kind: v.literal('confirm-sender'), ...ofSender });
const SenderBroken = v.object({ kind: v.literal('sender-broken'), ...ofSender });

const Sample = v.object({
  kind: v.literal('sample'),
  ...{ mail, at, seen: client },
  account: member,
  workspace,
});

const Message = v.variant('kind', [
  SignIn,
  Password,
  NewDevice,
  ConfirmSender,
  SenderBroken,
  Sample,
]);

/**
 * A mail to be written and sent: what a queue's message holds. Nothing in it opens anything: no token, no code, no
 * verifier. Nor does it say in whose words, or where to send: both are looked up when the mail leaves. Only a newcomer, who
 * has no row yet, is known by the address itself.
 */
export type MailJob = v.InferOutput<typeof Message>;

/** A link that was asked for. */
export type SignInJob = v.InferOutput<typeof SignIn>;
/** A notice that the password was changed, for the owner of the address that it was changed at. */
export type PasswordChangedJob = v.InferOutput<typeof Password>;
/** A notice that a member signed in where they had not before. */
export type NewDeviceJob = v.InferOutput<typeof NewDevice>;
/** A notice that mail no longer leaves from the freelancer's address, for `account`. */
export type SenderBrokenJob = v.InferOutput<typeof SenderBroken>;
/** The sign-in mail as a client would get it, for `account` to look at. */
export type SampleJob = v.InferOutput<typeof Sample>;

/** The order in a queue's message; null for what is none of ours. */
export function readMailJob(body: unknown): MailJob | null {
  const parsed = v.safeParse(Message, body);
  return parsed.success ? parsed.output : null;
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

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isKnown(value: unknown): boolean {
  const parsed = v.safeParse(StoredAccount, value);
  return parsed.success && parsed.output.kind !== 'newcomer';
}
