import type { Brand } from '../../ui/brand.ts';
import * as paths from '../../ui/paths.ts';
import type { Standing } from '../accounts/find.ts';
import type { Door } from '../accounts/realm.ts';
import { LINK_LIFETIME } from '../limits/rules.ts';
import { mint, type Stores } from '../sign-in/issue.ts';
import { addressKeyOf } from '../sign-in/request.ts';
import { minutesIn } from '../values/duration.ts';
import { storedEmail } from '../values/email-address.ts';
import type { NewDeviceOrder, PasswordOrder, SampleOrder, SignInOrder } from './jobs.ts';
import { newDeviceMail } from './messages/new-device.tsx';
import { passwordMail } from './messages/password-changed.tsx';
import { signInMail } from './messages/sign-in.tsx';

/** What stands in a mail. */
export type Words = { subject: string; html: string; text: string };

/** The door that a mail leads to, whose it is, and who goes in there. */
export type Place = { door: Door; brand: Brand; standing: Standing };

/** The mail of a link, minted now. Null when nobody needs it any more. */
export async function writeLink(
  stores: Stores,
  { door, brand, standing }: Place,
  order: SignInOrder,
  now: number,
): Promise<Words | null> {
  const { link, at: askedAt, seen } = order;
  const minted = await mint(stores, door, standing, link, order, now);
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

/** The notice of a password. Not to another mailbox than the one it concerns: a changed address may be another person's. */
export async function writeNotice(
  { keyring }: Stores,
  { door, brand, standing: { address } }: Place,
  { addressKey, what, at: doneAt, seen }: PasswordOrder,
): Promise<Words | null> {
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

/** The notice of a new device. */
export function writeNewDevice(
  { door, brand, standing: { address } }: Place,
  { method, at, seen }: NewDeviceOrder,
): Words {
  return newDeviceMail({
    brand,
    method,
    address,
    host: new URL(door.origin).host,
    link: `${door.origin}${paths.devices()}`,
    seen: { browser: seen.device, place: seen.place, at },
  });
}

/** The mail of a link without a link: nothing is minted for it, and its code is none. */
export function writeSample({ door, brand }: Place, { at, seen }: SampleOrder): Words {
  const minutes = minutesIn(LINK_LIFETIME);
  return signInMail({
    brand,
    link: `${door.origin}${paths.signIn()}`,
    minutes,
    code: { text: 'SAMPLE', minutes },
    portalHost: new URL(door.origin).host,
    asked: { browser: seen.device, place: seen.place, at },
    isSample: true,
  });
}
