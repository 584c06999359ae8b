import * as paths from '../../ui/paths.ts';
import { type Brand, LATCHKEY } from '../../ui/theme.ts';
import { minutesIn } from '../limits/duration.ts';
import { LINK_LIFETIME } from '../limits/rules.ts';
import { storedEmail } from '../mail/address.ts';
import type { OutgoingMail } from '../mail/mailer.ts';
import { oneLine } from '../mail/one-line.ts';
import { passwordMail } from '../mail/password-mail.tsx';
import { signInMail } from '../mail/sign-in-mail.tsx';
import type { Account } from '../sessions/account.ts';
import {
  findAccount,
  newcomerOf,
  type SignInDoor,
  type Standing,
  standingOf,
} from '../sign-in/accounts.ts';
import { addressKeyOf } from '../sign-in/asking.ts';
import { mint, type Stores } from '../sign-in/issue.ts';
import { admitsNewcomer, ownerAddress, type SignUpPolicy } from '../tenancy/members.ts';
import {
  adminDoor,
  findWorkspace,
  portalDoor,
  type Site,
  type Workspace,
} from '../tenancy/workspaces.ts';
import { findMail } from './mails.ts';
import { accountOf, type Order, type PasswordOrder, type SignInOrder } from './order.ts';

/** In whose name mail leaves: this deployment's own domain and sender. */
export type Sender = Site & SignUpPolicy & { mailFrom: string };

/** What a try has to know, read in one go: the mail, its account, and the workspace of a contact. */
export type LookedUp = Awaited<ReturnType<typeof lookUp>>;

export async function lookUp({ db }: Stores, order: Order) {
  const account = accountOf(order);
  const [[mail], found, [workspace] = []] = await db.batch([
    findMail(db, order.mail),
    findAccount(db, account),
    ...(account.kind === 'contact' ? [findWorkspace(db, account.workspace)] : []),
  ]);
  return { mail, found, workspace };
}

/**
 * Writes the mail of an order, as things stand now: to the account's stored address, in the brand and with the stored
 * host of its workspace. Null when nobody needs it any more.
 */
export async function write(
  stores: Stores,
  sender: Sender,
  order: Order,
  { found, workspace }: LookedUp,
  now: number,
): Promise<OutgoingMail | null> {
  const account = accountOf(order);
  const place = placeOf(sender, account, workspace);
  const standing = place && standingOf(found, newcomerOf(place.at, account));
  if (place === null || standing === null || !standing.open) return null;
  const written =
    order.kind === 'sign-in'
      ? await writeLink(stores, place, standing, order, now)
      : await writeNotice(stores, place, standing, order);
  if (written === null) return null;
  const { brand } = place;
  const domain = sender.mailFrom.slice(sender.mailFrom.lastIndexOf('@') + 1);
  return {
    ...written,
    id: `${order.mail}@${domain}`,
    to: standing.address,
    from: { name: oneLine(brand.name), email: sender.mailFrom },
    replyTo:
      workspace === undefined
        ? null
        : brand.portalContact || (await ownerAddress(stores.db, workspace.id)),
  };
}

/** The door that the mail leads to, and whose it is. */
type Place = { at: SignInDoor; brand: Brand };
type Written = { subject: string; html: string; text: string };

function placeOf(sender: Sender, account: Account, workspace: Workspace | undefined): Place | null {
  if (account.kind !== 'contact') {
    const at = { door: adminDoor(sender), admits: admitsNewcomer.bind(null, sender) };
    return { at, brand: LATCHKEY };
  }
  if (workspace === undefined) return null;
  return { at: { door: portalDoor(sender, workspace), admits: () => false }, brand: workspace };
}

async function writeLink(
  stores: Stores,
  { at: { door }, brand }: Place,
  standing: Standing,
  { link, at: askedAt, seen }: SignInOrder,
  now: number,
): Promise<Written | null> {
  const minted = await mint(stores, door, standing, link, askedAt, now);
  if (minted === null) return null;
  const { token, code } = minted;
  const codeMinutes = minutesIn(code?.lasts ?? 0);
  return signInMail({
    brand,
    link: `${door.origin}${paths.signInLink(token)}`,
    minutes: minutesIn(LINK_LIFETIME),
    code: code === null || codeMinutes === 0 ? null : { text: code.text, minutes: codeMinutes },
    portalHost: new URL(door.origin).host,
    asked: { browser: seen.device, place: seen.place, at: askedAt },
  });
}

/** Not to another mailbox than the one it concerns: a changed address may be another person's. */
async function writeNotice(
  { keyring }: Stores,
  { at: { door }, brand }: Place,
  { address }: Standing,
  { addressKey, what, at: doneAt, seen }: PasswordOrder,
): Promise<Written | null> {
  if ((await addressKeyOf(keyring, door, storedEmail(address))) !== addressKey) return null;
  return passwordMail({
    brand,
    what,
    address,
    portalHost: new URL(door.origin).host,
    link: `${door.origin}${paths.accountPassword()}`,
    contact: brand.portalContact,
    done: { browser: seen.device, place: seen.place, at: doneAt },
  });
}
