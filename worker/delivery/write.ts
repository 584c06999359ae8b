import { type Brand, LATCHKEY } from '../../ui/theme.ts';
import type { Account } from '../sessions/account.ts';
import { findAccount, newcomerOf, type SignInDoor, standingOf } from '../sign-in/accounts.ts';
import type { Stores } from '../sign-in/issue.ts';
import { admitsNewcomer, type SignUpPolicy } from '../tenancy/members.ts';
import {
  adminDoor,
  findWorkspace,
  portalDoor,
  type Site,
  type Workspace,
} from '../tenancy/workspaces.ts';
import { type Addressed, addressed } from './envelope.ts';
import { type Place, type Words, writeLink, writeNotice } from './letters.ts';
import { findMail } from './mails.ts';
import { accountOf, type Order, workspaceOf } from './order.ts';

/** This deployment, as mail shows it: its hosts, whom it admits, its own sender. */
export type Platform = Site & SignUpPolicy & { mailFrom: string };

/** What a try has to know, read in one go: the mail, its account, and the workspace it is about. */
export type LookedUp = Awaited<ReturnType<typeof lookUp>>;

export async function lookUp({ db }: Stores, order: Order) {
  const about = workspaceOf(order);
  const [[mail], found, [workspace] = []] = await db.batch([
    findMail(db, order.mail),
    findAccount(db, accountOf(order)),
    ...(about === null ? [] : [findWorkspace(db, about)]),
  ]);
  return { mail, found, workspace };
}

/**
 * Writes the mail of an order, as things stand now: to the account's stored address, in the brand and with the stored
 * host of its workspace. Null when nobody needs it any more.
 */
export async function write(
  stores: Stores,
  platform: Platform,
  order: Order,
  { found, workspace }: LookedUp,
  now: number,
): Promise<Addressed | null> {
  const account = accountOf(order);
  const entrance = entranceOf(platform, account, workspace);
  const standing = entrance && standingOf(found, newcomerOf(entrance.at, account));
  if (entrance === null || standing === null || !standing.open) return null;
  const { at, brand } = entrance;
  const words = await wordsOf(stores, order, { door: at.door, brand, standing }, now);
  if (words === null) return null;
  const ofWorkspace = account.kind === 'contact' ? workspace : undefined;
  return addressed(stores, platform, { id: order.mail, to: standing.address, words, ofWorkspace });
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
  now: number,
): Promise<Words | null> {
  switch (order.kind) {
    case 'sign-in':
      return writeLink(stores, place, order, now);
    case 'password':
      return writeNotice(stores, place, order);
    case 'new-device':
    case 'confirm-sender':
    case 'sender-broken':
    case 'sample':
      return null;
  }
}
