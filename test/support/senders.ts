import { createScheduledController } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import worker from '../../worker/index.ts';
import { hours } from '../../worker/values/duration.ts';
import { demoId, olivia } from './cast.ts';
import { moveClock } from './clock.ts';
import { rows } from './database.ts';
import { ACCOUNT } from './doubles/mailchannels/domains.ts';
import { textOf, type WireMail } from './doubles/mailchannels/send.ts';
import { codeIn } from './mail.ts';
import { domainService, onTheWire } from './network.ts';
import { deliverQueued } from './queue.ts';
import { copyOf, type Visitor, visit } from './visitor.ts';

/** A deployment on which freelancers' domains can be set up. */
export const withDomains: Env = {
  ...env,
  MAIL_TRANSPORT: 'mailchannels',
  MAILCHANNELS_ACCOUNT: ACCOUNT,
};

/** The platform's own sender. */
export const PLATFORM = 'portal@portal.localhost';
export const STUDIO = 'studio.example';
export const HELLO = `hello@${STUDIO}`;
/** At a free mail service, so for replies only. */
export const GMAIL = 'olivia@gmail.com';
export const EMAIL = '/w/demo/settings/email';
export const RIVAL_EMAIL = '/w/rival/settings/email';
export const CONFIRMATION = `${EMAIL}/confirmation`;

/** A member who is signed in to the admin. They sign in by the mailbox; what they do then goes over the wire. */
export async function signedInOwner(
  email: string = olivia,
  bindings: Env = withDomains,
): Promise<Visitor> {
  return copyOf(await visit('app').signInAs(email), bindings);
}

/** The code of the newest mail to an address. */
export function codeFor(address: string): string {
  return codeIn({ text: textOf(mailsTo(address).at(-1)) });
}

/** The mails to an address, but for the notices of changed addresses, which every sender that is set up causes. */
export function mailsTo(address: string): WireMail[] {
  return allMailsTo(address).filter((mail) => !isChangeNotice(mail));
}

/** The notices to an owner that a sender or the portal contact was changed, oldest first. */
export function changeNoticesTo(owner: string): WireMail[] {
  return allMailsTo(owner).filter(isChangeNotice);
}

function allMailsTo(address: string): WireMail[] {
  return onTheWire().filter(({ body }) => body.personalizations[0]?.to[0]?.email === address);
}

/** Whether a mail is one of worker/mail/messages/sender-changed.tsx, of which no two kinds have one subject. */
export function isChangeNotice({ body: { subject } }: WireMail): boolean {
  return /^“.*”: (?:replies|mail|clients|another sender|a sender) /.test(subject);
}

/** Enters an address and confirms it by the code that was mailed to it. */
export async function enter(owner: Visitor, address = HELLO, slug = 'demo'): Promise<void> {
  const entered = await owner.post(`/w/${slug}/settings/email`, { email: address });
  expect(entered.status).toBe(303);
  const code = codeFor(address);
  const confirmed = await owner.post(`/w/${slug}/settings/email/confirmation`, { code });
  expect(confirmed.status).toBe(303);
}

/** An owner whose address waits for its code, and the code. */
export async function enteredAddress(address = HELLO): Promise<{ owner: Visitor; code: string }> {
  const owner = await signedInOwner();
  expect((await owner.post(EMAIL, { email: address })).status).toBe(303);
  return { owner, code: codeFor(address) };
}

/** Sets up the sender of demo until it is active: confirmed, its records published and checked. */
export async function activeSender(): Promise<Visitor> {
  const owner = await signedInOwner();
  await enter(owner);
  domainService.publish(STUDIO);
  await owner.post(`${EMAIL}/check`);
  expect(await sender()).toMatchObject({ broken_at: null, verified_at: expect.any(Number) });
  return owner;
}

/** The row of a workspace's current sender. */
export function sender(workspace: string = demoId) {
  return inSlot('current', workspace);
}

/** The row of the next sender, which is to replace the current one. */
export function nextSender(workspace: string = demoId) {
  return inSlot('next', workspace);
}

/** The row of rival's current sender. */
export async function rivalsSender() {
  const [row] = await rows(
    "SELECT senders.* FROM senders JOIN workspaces ON workspaces.id = workspace_id WHERE slug = 'rival'",
  );
  return row;
}

async function inSlot(slot: string, workspace: string) {
  const both = 'SELECT * FROM senders WHERE workspace_id = ? AND slot = ?';
  const [row] = await rows(both, workspace, slot);
  return row;
}

/** Presses the button that removes the current sender of demo, or gives up the next one. */
export async function remove(owner: Visitor, slot: 'current' | 'next' = 'current') {
  const row = await inSlot(slot, demoId);
  return owner.post(`${EMAIL}/removal`, { id: String(row?.id), slot });
}

/** The kinds of activity of senders, oldest first. */
export async function recorded(): Promise<unknown[]> {
  const found = await rows("SELECT kind FROM activity WHERE kind LIKE 'sender_%' ORDER BY rowid");
  return found.map(({ kind }) => kind);
}

/** An hour passes; the schedule checks the senders, and the queue delivers its notices. */
export async function runSchedule(bindings: Env = withDomains): Promise<void> {
  moveClock(hours(1));
  const scheduledTime = new Date(Date.now());
  const controller = createScheduledController({ scheduledTime, cron: '*/10 * * * *' });
  await worker.scheduled(controller, bindings);
  await deliverQueued(bindings);
}

/** The source of a page without styles and scripts, its entities decoded. */
export async function read(answer: Response): Promise<string> {
  const html = await answer.text();
  const shown = html.replace(/<(style|script)[\s\S]*?<\/\1>/g, '');
  return shown.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}

/** The words of a page, without tags. */
export async function wordsOf(answer: Response): Promise<string> {
  const text = (await read(answer)).replace(/<\/(?:p|li|h2|h3|summary)>|<br\/>/g, ' ');
  return text.replace(/<[^>]+>/g, '').replace(/\s+/g, ' ');
}

/** The words of Settings → Email of demo. */
export async function emailPage(by: Visitor): Promise<string> {
  return wordsOf(await by.get(EMAIL));
}
