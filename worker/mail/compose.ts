import { LATCHKEY } from '../../ui/brand.ts';
import { findAccount, newcomerOf, type Standing, standingOf } from '../accounts/find.ts';
import { findSenders, type Sender } from '../senders/store.ts';
import type { Stores } from '../sign-in/issue.ts';
import { admitsNewcomer, type SignUpPolicy } from '../workspaces/members.ts';
import {
  adminDoor,
  findWorkspace,
  portalDoor,
  type Site,
  type Workspace,
} from '../workspaces/workspaces.ts';
import { type Addressed, addressed, type PlatformSender } from './from.ts';
import { accountOf, type Order, workspaceOf } from './jobs.ts';
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

export async function lookUp({ db }: Stores, order: Order) {
  const about = workspaceOf(order);
  const [[mail], found, [workspace] = [], senders = []] = await db.batch([
    findMail(db, order.mail),
    findAccount(db, accountOf(order)),
    ...(about === null ? [] : ([findWorkspace(db, about), findSenders(db, about)] as const)),
  ]);
  return { mail, found, workspace, sender: senders.find(isMeant.bind(null, order)) };
}

function isMeant(order: Order, { id, slot }: Sender): boolean {
  return 'sender' in order ? id === order.sender : slot === 'current';
}

/**
 * Writes the mail of an order, as things stand now: to the account's stored address, in the brand and with the stored
 * host of its workspace. Null when nobody needs it any more.
 */
export async function write(
  stores: Stores,
  platform: Platform,
  order: Order,
  lookedUp: LookedUp,
  now: number,
): Promise<Addressed | null> {
  const { found, workspace, sender } = lookedUp;
  const standing = addresseeOf(platform, order, found);
  const voice = voiceOf(platform, order, workspace);
  if (standing === null || voice === null) return null;
  const { ofWorkspace, ...shown } = voice;
  const place = { ...shown, standing };
  const words = await wordsOf(stores, order, place, aboutSender(platform, lookedUp), now);
  if (words === null) return null;
  const to = recipientOf(order, standing, sender);
  return addressed(stores, platform, { id: order.mail, to, words, ofWorkspace, sender });
}

/** Whose mail it is, while they may come in. A newcomer is one of the desk's. */
function addresseeOf(platform: Platform, order: Order, found: LookedUp['found']): Standing | null {
  const desk = { door: adminDoor(platform), admits: admitsNewcomer.bind(null, platform) };
  const standing = standingOf(found, newcomerOf(desk, accountOf(order)));
  return standing?.open ? standing : null;
}

/** The stored address of the account; a code for a sender goes to the stored address that it is to prove. */
function recipientOf(order: Order, { address }: Standing, sender: Sender | undefined): string {
  return order.kind === 'confirm-sender' && sender !== undefined ? sender.address : address;
}

function aboutSender({ mailFrom }: Platform, { workspace, sender }: LookedUp): AboutSender | null {
  if (workspace === undefined || sender === undefined) return null;
  return { workspace, sender, mailFrom };
}

/** In whose name, and to which door it leads. */
type Voice = Pick<Place, 'door' | 'brand'> & { ofWorkspace: Workspace | undefined };

/** Clients hear their freelancer's workspace, and so does who wants to hear what they hear; members hear us. */
function voiceOf(platform: Platform, order: Order, workspace: Workspace | undefined): Voice | null {
  if (accountOf(order).kind !== 'contact' && order.kind !== 'sample') {
    return { door: adminDoor(platform), brand: LATCHKEY, ofWorkspace: undefined };
  }
  if (workspace === undefined) return null;
  return { door: portalDoor(platform, workspace), brand: workspace, ofWorkspace: workspace };
}

async function wordsOf(
  stores: Stores,
  order: Order,
  place: Place,
  about: AboutSender | null,
  now: number,
): Promise<Words | null> {
  switch (order.kind) {
    case 'sign-in':
      return writeLink(stores, place, order, now);
    case 'password':
      return writeNotice(stores, place, order);
    case 'confirm-sender':
      return writeConfirmation(stores, place, about, now);
    case 'sender-broken':
      return writeBroken(place, about);
    case 'new-device':
      return writeNewDevice(place, order);
    case 'sample':
      return writeSample(place, order);
  }
}
