import { carla } from './cast.ts';
import { rows } from './database.ts';
import {
  activeSender,
  enter,
  HELLO,
  mailsTo,
  read,
  signedInOwner,
  withDomains,
} from './senders.ts';
import { visit } from './visitor.ts';

export const NEW_DOMAIN = 'new.example';
export const NEW = `hi@${NEW_DOMAIN}`;

export const FROM_HELLO = { from: HELLO, replyTo: undefined };
export const FROM_NEW = { from: NEW, replyTo: undefined };

/** Mail leaves from HELLO, and NEW is entered and confirmed; its records are still to be published. */
export async function waitingNext() {
  const owner = await activeSender();
  await enter(owner, NEW);
  return owner;
}

/** Carla asks for a link: from whom its mail comes, and whom an answer reaches. */
export async function mailToCarla() {
  await visit('demo', withDomains).post('/sign-in/link', { email: carla });
  const { from, reply_to } = mailsTo(carla).at(-1)?.body ?? {};
  return { from: from?.email, replyTo: reply_to?.email };
}

/** What is recorded of the newest change of a sender. */
export async function lastRecorded() {
  const [row] = await rows(
    "SELECT kind, detail FROM activity WHERE kind LIKE 'sender_%' ORDER BY rowid DESC LIMIT 1",
  );
  return { kind: row?.kind, ...JSON.parse(String(row?.detail)) };
}

/** The source of Activity, as the owner sees it. */
export async function activityShown(): Promise<string> {
  return read(await (await signedInOwner()).get('/w/demo/activity'));
}
