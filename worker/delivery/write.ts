import { LATCHKEY } from '../../ui/theme.ts';
import { findAccount, newcomerOf, type Standing, standingOf } from '../sign-in/accounts.ts';
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
import {
  type Place,
  type Words,
  writeLink,
  writeNewDevice,
  writeNotice,
  writeSample,
} from './letters.ts';
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
  const standing = addresseeOf(platform, order, found);
  const voice = voiceOf(platform, order, workspace);
  if (standing === null || voice === null) return null;
  const { ofWorkspace, ...place } = voice;
  const words = await wordsOf(stores, order, { ...place, standing }, now);
  if (words === null) return null;
  return addressed(stores, platform, { id: order.mail, to: standing.address, words, ofWorkspace });
}

/** To whom: the account's owner, while they may come in. A newcomer is one of the desk's. */
function addresseeOf(platform: Platform, order: Order, found: LookedUp['found']): Standing | null {
  const desk = { door: adminDoor(platform), admits: admitsNewcomer.bind(null, platform) };
  const standing = standingOf(found, newcomerOf(desk, accountOf(order)));
  return standing?.open ? standing : null;
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
  now: number,
): Promise<Words | null> {
  switch (order.kind) {
    case 'sign-in':
      return writeLink(stores, place, order, now);
    case 'password':
      return writeNotice(stores, place, order);
    case 'new-device':
      return writeNewDevice(place, order);
    case 'sample':
      return writeSample(place, order);
    case 'confirm-sender':
    case 'sender-broken':
      return null;
  }
}
