import { type Brand, LATCHKEY } from '../../ui/theme.ts';
import { findSender, type Sender } from '../senders/senders.ts';
import type { Account } from '../sessions/account.ts';
import {
  findAccount,
  newcomerOf,
  type SignInDoor,
  type Standing,
  standingOf,
} from '../sign-in/accounts.ts';
import type { Stores } from '../sign-in/issue.ts';
import { admitsNewcomer, type SignUpPolicy } from '../tenancy/members.ts';
import {
  adminDoor,
  findWorkspace,
  portalDoor,
  type Site,
  type Workspace,
} from '../tenancy/workspaces.ts';
import { type Addressed, addressed, type PlatformSender } from './envelope.ts';
import { type Place, type Words, writeLink, writeNotice } from './letters.ts';
import { findMail } from './mails.ts';
import { accountOf, type Order, workspaceOf } from './order.ts';
import { type AboutSender, writeBroken, writeConfirmation } from './sender-letters.ts';

/** This deployment, as mail shows it: its hosts, whom it admits, its own sender. */
export type Platform = Site & SignUpPolicy & PlatformSender;

/** What a try has to know, read in one go: the mail, its account, the workspace it is about, and that one's sender. */
export type LookedUp = Awaited<ReturnType<typeof lookUp>>;

export async function lookUp({ db }: Stores, order: Order) {
  const about = workspaceOf(order);
  const [[mail], found, [workspace] = [], [sender] = []] = await db.batch([
    findMail(db, order.mail),
    findAccount(db, accountOf(order)),
    ...(about === null ? [] : ([findWorkspace(db, about), findSender(db, about)] as const)),
  ]);
  return { mail, found, workspace, sender };
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
  const account = accountOf(order);
  const entrance = entranceOf(platform, account, workspace);
  const standing = entrance && standingOf(found, newcomerOf(entrance.at, account));
  if (entrance === null || standing === null || !standing.open) return null;
  const { at, brand } = entrance;
  const place = { door: at.door, brand, standing };
  const words = await wordsOf(stores, order, place, aboutSender(platform, lookedUp), now);
  if (words === null) return null;
  const ofWorkspace = account.kind === 'contact' ? workspace : undefined;
  const to = recipientOf(order, standing, sender);
  return addressed(stores, platform, { id: order.mail, to, words, ofWorkspace, sender });
}

/** The stored address of the account; a code for a sender goes to the stored address that it is to prove. */
function recipientOf(order: Order, { address }: Standing, sender: Sender | undefined): string {
  return order.kind === 'confirm-sender' && sender !== undefined ? sender.address : address;
}

function aboutSender({ mailFrom }: Platform, { workspace, sender }: LookedUp): AboutSender | null {
  if (workspace === undefined || sender === undefined) return null;
  return { workspace, sender, mailFrom };
}

type Entrance = { at: SignInDoor; brand: Brand };

function entranceOf(
  platform: Platform,
  account: Account,
  workspace: Workspace | undefined,
): Entrance | null {
  if (account.kind !== 'contact') {
    const at = { door: adminDoor(platform), admits: admitsNewcomer.bind(null, platform) };
    return { at, brand: LATCHKEY };
  }
  if (workspace === undefined) return null;
  return { at: { door: portalDoor(platform, workspace), admits: () => false }, brand: workspace };
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
      return writeConfirmation(stores, place, order, about, now);
    case 'sender-broken':
      return writeBroken(place, order, about);
    case 'new-device':
    case 'sample':
      return null;
  }
}
