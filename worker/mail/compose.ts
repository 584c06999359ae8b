import { LATCHKEY } from '../../ui/brand.ts';
import { type AccountStatus, accountStatusOf, findAccount, newcomerOf } from '../accounts/find.ts';
import { adminRealm, portalRealm } from '../accounts/realm.ts';
import type { Stores } from '../db/stores.ts';
import { findSenders, type Sender } from '../senders/store.ts';
import type { SignUpPolicy } from '../workspaces/members.ts';
import { findWorkspace, type Site, type Workspace } from '../workspaces/workspaces.ts';
import { type Addressed, addressed, type PlatformSender } from './from.ts';
import { jobWorkspace, type MailJob, recipientAccount } from './jobs.ts';
import {
  type Place,
  type Words,
  writeLink,
  writeNewDevice,
  writeNotice,
  writeSample,
} from './letters.ts';
import { findMail } from './mails.ts';
import { type AboutSender, writeBroken, writeConfirmation } from './sender-letters.ts';

/** This deployment, as mail shows it: its hosts, whom it admits, its own sender. */
export type Platform = Site & SignUpPolicy & PlatformSender;

/**
 * What a try has to know, read in one go: the mail, its account, the workspace it is about; and of that one's senders the
 * one that the mail is about, or else the current one, from which it may leave.
 */
export type LookedUp = Awaited<ReturnType<typeof lookUp>>;

export async function lookUp({ db }: Stores, job: MailJob) {
  const about = jobWorkspace(job);
  const [[mail], found, [workspace] = [], senders = []] = await db.batch([
    findMail(db, job.mail),
    findAccount(db, recipientAccount(job)),
    ...(about === null ? [] : ([findWorkspace(db, about), findSenders(db, about)] as const)),
  ]);
  return { mail, found, workspace, sender: senders.find(isMeant.bind(null, job)) };
}

function isMeant(job: MailJob, { id, slot }: Sender): boolean {
  return 'sender' in job ? id === job.sender : slot === 'current';
}

/**
 * Writes the mail of an order, as things stand now: to the account's stored address, in the brand and with the stored
 * host of its workspace. Null when nobody needs it any more.
 */
export async function write(
  stores: Stores,
  platform: Platform,
  job: MailJob,
  lookedUp: LookedUp,
  now: number,
): Promise<Addressed | null> {
  const { found, workspace, sender } = lookedUp;
  const status = addresseeOf(platform, job, found);
  const voice = voiceOf(platform, job, workspace);
  if (status === null || voice === null) return null;
  const { ofWorkspace, ...shown } = voice;
  const place = { ...shown, standing: status };
  const words = await wordsOf(stores, job, place, aboutSender(platform, lookedUp), now);
  if (words === null) return null;
  const to = recipientOf(job, status, sender);
  return addressed(stores, platform, { id: job.mail, to, words, ofWorkspace, sender });
}

/** Whose mail it is, while they may come in. A newcomer is one of the desk's. */
function addresseeOf(
  platform: Platform,
  job: MailJob,
  found: LookedUp['found'],
): AccountStatus | null {
  const status = accountStatusOf(found, newcomerOf(adminRealm(platform), recipientAccount(job)));
  return status?.maySignIn ? status : null;
}

/** The stored address of the account; a code for a sender goes to the stored address that it is to prove. */
function recipientOf(job: MailJob, { address }: AccountStatus, sender: Sender | undefined): string {
  return job.kind === 'confirm-sender' && sender !== undefined ? sender.address : address;
}

function aboutSender({ mailFrom }: Platform, { workspace, sender }: LookedUp): AboutSender | null {
  if (workspace === undefined || sender === undefined) return null;
  return { workspace, sender, mailFrom };
}

/** In whose name, and to which door it leads. */
type Voice = Pick<Place, 'door' | 'brand'> & { ofWorkspace: Workspace | undefined };

/** Clients hear their freelancer's workspace, and so does who wants to hear what they hear; members hear us. */
function voiceOf(platform: Platform, job: MailJob, workspace: Workspace | undefined): Voice | null {
  if (recipientAccount(job).kind !== 'contact' && job.kind !== 'sample') {
    return { door: adminRealm(platform), brand: LATCHKEY, ofWorkspace: undefined };
  }
  if (workspace === undefined) return null;
  return { door: portalRealm(platform, workspace), brand: workspace, ofWorkspace: workspace };
}

async function wordsOf(
  stores: Stores,
  job: MailJob,
  place: Place,
  about: AboutSender | null,
  now: number,
): Promise<Words | null> {
  switch (job.kind) {
    case 'sign-in':
      return writeLink(stores, place, job, now);
    case 'password':
      return writeNotice(stores, place, job);
    case 'confirm-sender':
      return writeConfirmation(stores, place, about, now);
    case 'sender-broken':
      return writeBroken(place, about);
    case 'new-device':
      return writeNewDevice(place, job);
    case 'sample':
      return writeSample(place, job);
  }
}
