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
import { findAccount, type SignInDoor, standingOf } from '../sign-in/accounts.ts';
import { addressKeyOf } from '../sign-in/asking.ts';
import { mint, type Stores } from '../sign-in/issue.ts';
import { admitsNewcomer, ownerAddress, type SignUpPolicy } from '../tenancy/members.ts';
import { adminOrigin, findWorkspace, portalOrigin, type Site } from '../tenancy/workspaces.ts';
import { accountOf, type Order, type PasswordOrder, type SignInOrder } from './order.ts';

/** In whose name mail leaves: this deployment's own domain and sender. */
export type Sender = Site & SignUpPolicy & { mailFrom: string };

/**
 * Writes the mail of an order, as things stand now: to the account's stored address, in the brand and with the stored
 * host of its workspace. Null when nobody needs it any more.
 */
export async function write(
  stores: Stores,
  sender: Sender,
  order: Order,
  now: number,
): Promise<OutgoingMail | null> {
  const place = await findPlace(stores, sender, accountOf(order));
  if (place === null) return null;
  const written =
    order.kind === 'sign-in'
      ? await writeLink(stores, place, order, now)
      : await writeNotice(stores, place, order);
  if (written === null) return null;
  const { brand, replyTo } = place;
  const domain = sender.mailFrom.slice(sender.mailFrom.lastIndexOf('@') + 1);
  return {
    ...written,
    id: `${order.mail}@${domain}`,
    from: { name: oneLine(brand.name), email: sender.mailFrom },
    replyTo,
  };
}

/** The door that the mail leads to, whose it is, and whom replies reach. */
type Place = { at: SignInDoor; brand: Brand; replyTo: string | null };
type Written = { to: string; subject: string; html: string; text: string };

async function findPlace({ db }: Stores, sender: Sender, account: Account): Promise<Place | null> {
  if (account.kind !== 'contact') {
    const door = { kind: 'admin', origin: adminOrigin(sender) } as const;
    const at = { door, admits: admitsNewcomer.bind(null, sender) };
    return { at, brand: LATCHKEY, replyTo: null };
  }
  const workspace = await findWorkspace(db, account.workspace);
  if (workspace === null) return null;
  const origin = portalOrigin(sender, workspace.slug);
  const door = { kind: 'portal', workspace: workspace.id, origin } as const;
  const replyTo = workspace.portalContact || (await ownerAddress(db, workspace.id));
  return { at: { door, admits: () => false }, brand: workspace, replyTo };
}

async function writeLink(
  stores: Stores,
  { at, brand }: Place,
  { link, at: askedAt, seen }: SignInOrder,
  now: number,
): Promise<Written | null> {
  const minted = await mint(stores, at, link, askedAt, now);
  if (minted === null) return null;
  const { address, token, code } = minted;
  const codeMinutes = minutesIn(code?.lasts ?? 0);
  const mail = signInMail({
    brand,
    link: `${at.door.origin}${paths.signInLink(token)}`,
    minutes: minutesIn(LINK_LIFETIME),
    code: code === null || codeMinutes === 0 ? null : { text: code.text, minutes: codeMinutes },
    portalHost: new URL(at.door.origin).host,
    asked: { browser: seen.device, place: seen.place, at: askedAt },
  });
  return { to: address, ...mail };
}

/** Not to another mailbox than the one it concerns: a changed address may be another person's. */
async function writeNotice(
  { db, keyring }: Stores,
  { at, brand }: Place,
  { account, addressKey, what, at: doneAt, seen }: PasswordOrder,
): Promise<Written | null> {
  const standing = standingOf(await findAccount(db, account), null);
  if (standing === null || !standing.open) return null;
  const { address } = standing;
  const currentKey = await addressKeyOf(keyring, at.door, storedEmail(address));
  if (currentKey !== addressKey) return null;
  const { origin } = at.door;
  const mail = passwordMail({
    brand,
    what,
    address,
    portalHost: new URL(origin).host,
    link: `${origin}${paths.accountPassword()}`,
    contact: brand.portalContact,
    done: { browser: seen.device, place: seen.place, at: doneAt },
  });
  return { to: address, ...mail };
}
