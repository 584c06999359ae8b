import type { VNode } from 'preact';
import { render } from 'preact-render-to-string';
import * as v from 'valibot';
import type { Brand } from '../../../ui/brand.ts';
import type { AccountStatus } from '../../accounts/find.ts';
import type { Realm } from '../../accounts/realm.ts';
import type { ContactId, MailId, MemberId, SenderId, WorkspaceId } from '../../db/ids.ts';
import type { Sender } from '../../senders/store.ts';
import type { Workspace } from '../../workspaces/workspaces.ts';

// What the files of messages/ have in common: fields of their jobs, what they are given, what they give back.

/** Fields of every job: the id of its row in `mails`, and when it was enqueued. */
export const anyJob = { mail: v.custom<MailId>(isText), at: v.number() };

/** The browser and location that it was enqueued from, for the mail to say. */
export const clientField = v.object({ device: v.string(), location: v.string() });

export const workspaceField = v.custom<WorkspaceId>(isText);
export const contactField = v.object({
  kind: v.literal('contact'),
  workspace: workspaceField,
  id: v.custom<ContactId>(isText),
});
export const memberField = v.object({
  kind: v.literal('member'),
  id: v.custom<MemberId>(isText),
});

/** Fields of a job about a sender, for a member of its workspace. */
export const senderJob = {
  ...anyJob,
  account: memberField,
  workspace: workspaceField,
  sender: v.custom<SenderId>(isText),
};

/** What is decided about a kind of mail. */
export type MailTraits = {
  /** How long after its job was enqueued it is still worth sending, in milliseconds. */
  worthSendingFor: number;
  /** What pages call it, at the beginning of a sentence. */
  name: string;
  /** What can be done when it failed, to stand after what went wrong; '' for nothing. */
  again: string;
};

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** Whom a mail is for: their account as it is now, the realm that links lead to, and the brand that speaks. */
export type Recipient = { status: AccountStatus; realm: Realm; brand: Brand };

/** The sender that a job names, as it is now; and from where mail leaves without it. */
export type AboutSender = { workspace: Workspace; sender: Sender; mailFrom: string };

/** What a mail says. `to`: where it goes, when that is not the account's own address. */
export type Content = { subject: string; html: string; text: string; to?: string };

/** The HTML part of a mail. */
export function htmlOf(mail: VNode): string {
  return `<!doctype html>${render(mail)}`;
}
