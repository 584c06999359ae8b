import { and, asc, eq, inArray } from 'drizzle-orm';
import * as v from 'valibot';
import type { Brand } from '../../../ui/brand.ts';
import { moment } from '../../../ui/dates.ts';
import { branding, senderSettings } from '../../../ui/paths.ts';
import { type Details, readDetail } from '../../activity/details.ts';
import type { ActivityKind } from '../../activity/kinds.ts';
import type { Db } from '../../db/client.ts';
import type { ActivityId } from '../../db/ids.ts';
import { activity, members } from '../../db/schema.ts';
import type { Sender } from '../../senders/store.ts';
import { whereWords } from '../../sessions/device.ts';
import { days } from '../../values/duration.ts';
import { readableAndExact } from '../../values/email-address.ts';
import { oneLine, wholeLine } from '../../values/plain-text.ts';
import type { Workspace } from '../../workspaces/workspaces.ts';
import { ownSender, type PlatformSender, repliesTo } from '../from.ts';
import { BrandHeader } from '../layout/brand-header.tsx';
import { EmailLayout, Facts, Heading, INK, P } from '../layout/layout.tsx';
import { NotYou, notYouText } from '../layout/not-you.tsx';
import {
  anyJob,
  type Content,
  clientField,
  htmlOf,
  type MailTraits,
  memberField,
  type Recipient,
  workspaceField,
} from './common.ts';

/**
 * A notice to an owner that mail of a workspace comes from elsewhere, or that replies go elsewhere. `activity`: what recorded it.
 * `client`: null when nobody did it, but a check found the records of a domain right.
 */
export const SenderChangedJob = v.object({
  kind: v.literal('sender-changed'),
  ...anyJob,
  client: v.nullable(clientField),
  account: memberField,
  workspace: workspaceField,
  activity: v.array(v.custom<ActivityId>((value) => typeof value === 'string')),
});
export type SenderChangedJob = v.InferOutput<typeof SenderChangedJob>;

export const SENDER_CHANGED_MAIL: MailTraits = {
  worthSendingFor: days(1),
  name: 'The notice about a changed address',
  again: '',
};

/** Where mail of a workspace comes from and where replies go is worked out from these. */
export type AboutWorkspace = {
  platform: PlatformSender;
  workspace: Workspace | undefined;
  sender: Sender | undefined;
};

/**
 * The notice; null when nothing is recorded any more. It leaves from the platform's sender, which nobody in the workspace can
 * change, and goes to owners only: a portal contact was never proven to be theirs, and a sender's mailbox may be read by others.
 */
export async function composeSenderChanged(
  db: Db,
  { realm, brand }: Recipient,
  job: SenderChangedJob,
  { platform, workspace, sender }: AboutWorkspace,
): Promise<Content | null> {
  if (workspace === undefined) return null;
  const repliesWithout = repliesTo(workspace, undefined) ?? '';
  const before = { from: platform.mailFrom, replies: repliesWithout, current: sender };
  const recorded = await recordedChanges(db, job);
  const changes = recorded.flatMap(({ kind, detail }) =>
    isNotified(kind) ? [changeOf(kind, detail, before)] : [],
  );
  const [first, last] = [recorded[0], changes.at(-1)];
  if (first === undefined || last === undefined) return null;
  const name = oneLine(workspace.name);
  const from = ownSender(platform, sender)?.address ?? platform.mailFrom;
  const replies = repliesTo(workspace, sender) ?? from;
  const settings = last.isOfBrand ? branding(workspace.slug) : senderSettings(workspace.slug);
  const props: Props = {
    brand,
    link: `${realm.origin}${settings}`,
    title: `“${name}”: ${last.title}`,
    facts: changes.flatMap(({ what, was, is }) => [
      { label: `${what}, before`, text: shown(was) },
      { label: `${what}, now`, text: shown(is) },
    ]),
    done: doneWords(first.by, moment(first.at, workspace), job.client),
    asNow: `The mails of “${name}” to your clients now come from ${shown(from)}, and replies reach ${replies === from ? 'it' : shown(replies)}.`,
    otherwise: otherwiseOf(first.by),
  };
  return { subject: props.title, html: htmlOf(<Mail {...props} />), text: plainText(props) };
}

type Fact = { label: string; text: string };
type Props = { brand: Brand; facts: Fact[] } & Record<
  'link' | 'title' | 'done' | 'asNow' | 'otherwise',
  string
>;

function recordedChanges(db: Db, { activity: ids, workspace }: SenderChangedJob) {
  const { at, kind, detail } = activity;
  return db
    .select({ at, kind, detail, by: members.email })
    .from(activity)
    .leftJoin(members, eq(members.id, activity.memberId))
    .where(and(inArray(activity.id, ids), eq(activity.workspaceId, workspace)))
    .orderBy(asc(at));
}

/** What was changed. `was`, `is`: addresses; '' for none. `isOfBrand`: it is set in Settings → Branding. */
type Change = { title: string; what: string; was: string; is: string; isOfBrand?: true };

/** What mail had without a sender of the workspace, and the current sender. */
type Before = { from: string; replies: string; current: Sender | undefined };

/** The kinds of activity that owners are notified of, each with what it changed. */
const CHANGES: {
  [Kind in NotifiedKind]: (detail: Details[Kind], before: Before) => Change;
} = {
  sender_confirmed: confirmed,
  sender_verified: ({ address, instead }, { from }) => ({
    title: 'mail comes from another address',
    what: 'Sender',
    was: instead === '' ? from : instead,
    is: address,
  }),
  sender_removed: ({ address, remains }) => ({
    title: 'a sender was removed',
    what: 'Sender',
    was: address,
    is: remains,
  }),
  portal_contact_changed: ({ address, instead }) => ({
    title: 'clients write to another address',
    what: 'Portal contact',
    was: instead,
    is: address,
    isOfBrand: true,
  }),
};

type NotifiedKind =
  | 'sender_confirmed'
  | 'sender_verified'
  | 'sender_removed'
  | 'portal_contact_changed';

function isNotified(kind: ActivityKind): kind is NotifiedKind {
  return Object.hasOwn(CHANGES, kind);
}

function changeOf<Kind extends NotifiedKind>(kind: Kind, detail: string, before: Before): Change {
  return CHANGES[kind](readDetail(kind, detail), before);
}

/** A confirmed address is in use for replies at once, unless it is to replace one that mail leaves from. */
function confirmed({ address, instead }: Details['sender_confirmed'], before: Before): Change {
  const { current, replies } = before;
  if (current !== undefined && current.address !== address) {
    const title = 'another sender was confirmed';
    return { title, what: 'Sender, once its records are right', was: current.address, is: address };
  }
  const title = 'replies reach another address';
  return { title, what: 'Replies reach', was: instead === '' ? replies : instead, is: address };
}

function shown(address: string): string {
  return address === '' ? 'none' : wholeLine(readableAndExact(address));
}

/** Who did it, when, and from where; or that a check did, and who asked for it. */
function doneWords(by: string | null, at: string, client: SenderChangedJob['client']): string {
  const where = client === null ? null : whereWords(client) || 'a browser';
  if (by !== null) return `Changed by ${wholeLine(by)} on ${at}, from ${where ?? 'a browser'}.`;
  const asked = where === null ? '' : `, asked for from ${where}`;
  return `Changed on ${at} by a check that found the DNS records right${asked}.`;
}

function otherwiseOf(by: string | null): string {
  const repair = 'Put the address right on the page below.';
  if (by === null) return repair;
  return `${repair} Whoever it was is signed in as ${wholeLine(by)}: in that account, open Devices and sign out all others.`;
}

const WAS_IT_YOU = 'Was it you, or another owner? Then there is nothing to do.';

function plainText({ title, facts, done, asNow, otherwise, link }: Props): string {
  const lines = facts.map(({ label, text }) => `${label}: ${text}`);
  const notYou = notYouText(otherwise, link);
  return [`${title}.`, '', ...lines, '', done, asNow, '', WAS_IT_YOU, '', ...notYou].join('\n');
}

function Mail({ brand, title, facts, done, asNow, otherwise, link }: Props) {
  return (
    <EmailLayout title={title} preview={`${done} ${asNow}`}>
      <BrandHeader brand={brand} link={link} />
      <Heading>{title}</Heading>
      <Facts facts={facts} />
      <P style={`margin:0 0 12px;color:${INK};`}>{done}</P>
      <P style={`margin:0 0 12px;color:${INK};`}>{asNow}</P>
      <P style={`margin:0;color:${INK};`}>{WAS_IT_YOU}</P>
      <NotYou link={link} accentColor={brand.accentColor} button="Check the address">
        {otherwise}
      </NotYou>
    </EmailLayout>
  );
}
