import type { Brand } from '../../ui/brand.ts';
import * as paths from '../../ui/paths.ts';
import type { AccountStatus } from '../accounts/find.ts';
import type { Realm } from '../accounts/realm.ts';
import type { Stores } from '../db/stores.ts';
import { LINK_LIFETIME } from '../limits/lifetimes.ts';
import { issueLink } from '../sign-in/issue.ts';
import { addressKeyOf } from '../sign-in/request.ts';
import { minutesIn } from '../values/duration.ts';
import { storedEmail } from '../values/email-address.ts';
import type { NewDeviceJob, PasswordChangedJob, SampleJob, SignInJob } from './jobs.ts';
import { newDeviceMail } from './messages/new-device.tsx';
import { passwordMail } from './messages/password-changed.tsx';
import { signInMail } from './messages/sign-in.tsx';

/** What stands in a mail. */
export type Words = { subject: string; html: string; text: string };

/** The door that a mail leads to, whose it is, and who goes in there. */
export type Place = { door: Realm; brand: Brand; standing: AccountStatus };

/** The mail of a link, minted now. Null when nobody needs it any more. */
export async function writeLink(
  stores: Stores,
  { door: realm, brand, standing: status }: Place,
  job: SignInJob,
  now: number,
): Promise<Words | null> {
  const { link, at: askedAt, seen: client } = job;
  const minted = await issueLink(stores, realm, status, link, job, now);
  if (minted === null) return null;
  const { token, code } = minted;
  const codeMinutes = minutesIn(code?.lasts ?? 0);
  return signInMail({
    brand,
    link: `${realm.origin}${paths.signInLink(token)}`,
    minutes: minutesIn(LINK_LIFETIME),
    code: code === null || codeMinutes === 0 ? null : { text: code.text, minutes: codeMinutes },
    portalHost: new URL(realm.origin).host,
    asked: { browser: client.device, location: client.location, at: askedAt },
  });
}

/** The notice of a password. Not to another mailbox than the one it concerns: a changed address may be another person's. */
export async function writeNotice(
  { keyring }: Stores,
  { door: realm, brand, standing: { address } }: Place,
  { addressKey, what, at: doneAt, seen: client }: PasswordChangedJob,
): Promise<Words | null> {
  if ((await addressKeyOf(keyring, realm, storedEmail(address))) !== addressKey) return null;
  return passwordMail({
    brand,
    what,
    address,
    portalHost: new URL(realm.origin).host,
    link: `${realm.origin}${paths.accountPassword()}`,
    contact: brand.portalContact,
    done: { browser: client.device, location: client.location, at: doneAt },
  });
}

/** The notice of a new device. */
export function writeNewDevice(
  { door: realm, brand, standing: { address } }: Place,
  { method, at, seen: client }: NewDeviceJob,
): Words {
  return newDeviceMail({
    brand,
    method,
    address,
    host: new URL(realm.origin).host,
    link: `${realm.origin}${paths.devices()}`,
    seen: { browser: client.device, location: client.location, at },
  });
}

/** The mail of a link without a link: nothing is minted for it, and its code is none. */
export function writeSample({ door: realm, brand }: Place, { at, seen: client }: SampleJob): Words {
  const minutes = minutesIn(LINK_LIFETIME);
  return signInMail({
    brand,
    link: `${realm.origin}${paths.signIn()}`,
    minutes,
    code: { text: 'SAMPLE', minutes },
    portalHost: new URL(realm.origin).host,
    asked: { browser: client.device, location: client.location, at },
    isSample: true,
  });
}
