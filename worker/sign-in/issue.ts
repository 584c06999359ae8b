import { sql } from 'drizzle-orm';
import { type Account, accountColumns, accountKey } from '../accounts/account.ts';
import {
  type AccountStatus,
  accountStatusOf,
  findAccount,
  findByAddress,
  newcomerAt,
  newcomerOf,
} from '../accounts/find.ts';
import type { Realm } from '../accounts/realm.ts';
import { recordActivityIf } from '../activity/record.ts';
import type { Code } from '../crypto/code.ts';
import { sha256 } from '../crypto/hash.ts';
import { randomToken } from '../crypto/random.ts';
import type { Db } from '../db/client.ts';
import type { ActivityId, MailId } from '../db/ids.ts';
import { activity } from '../db/schema.ts';
import type { Stores } from '../db/stores.ts';
import { LINK_LIFETIME } from '../limits/lifetimes.ts';
import { MAILS_PER_ADDRESS } from '../limits/rules.ts';
import { type Email, maskEmail } from '../values/email-address.ts';
import { emailCodesFor } from './email-code.ts';
import { storeMagicLink } from './magic-link.ts';
import { type SignInRequest, verifierHashOf } from './request.ts';

/**
 * A request for a link whose account was found and may sign in: the account, its epoch, and the browser that asked. It
 * holds no secret. The link itself is issued when its mail is sent, which may be later (decision 0015).
 */
export type LinkRequest = {
  account: Account;
  epoch: number;
  verifierHash: string;
  addressKey: string;
  next: string;
};

/** A new link, to be mailed to the account's stored address. */
export type IssuedLink = {
  token: string;
  /** `lasts`: milliseconds until the code expires. Null when the sign-in request has expired, and the code with it. */
  code: { text: Code; lasts: number } | null;
};

/**
 * The link request for an address that was typed; null when no account that may sign in has it. Run it after the
 * response, so that its time does not show whether the address is known.
 */
export async function linkForAddress(
  stores: Stores,
  realm: Realm,
  request: SignInRequest,
  email: Email,
): Promise<LinkRequest | null> {
  const found = await findByAddress(stores.db, realm, email);
  return linkFor(request, accountStatusOf(found, newcomerAt(realm, email)));
}

/** The link request for the account of an older link; null when that account may no longer sign in. */
export async function linkForRenewal(
  stores: Stores,
  realm: Realm,
  request: SignInRequest,
  account: Account,
): Promise<LinkRequest | null> {
  const found = await findAccount(stores.db, account);
  return linkFor(request, accountStatusOf(found, newcomerOf(realm, account)));
}

async function linkFor(
  request: SignInRequest,
  status: AccountStatus | null,
): Promise<LinkRequest | null> {
  if (status === null || !status.maySignIn) return null;
  const { account, epoch } = status;
  const { addressKey, next } = request;
  return { account, epoch, verifierHash: await verifierHashOf(request), addressKey, next };
}

/**
 * The statement that records that a link is sent, unless the address has had MAILS_PER_ADDRESS: then it returns no row.
 * Check and insert are one statement, so parallel requests cannot exceed the limit. The row also dates the code.
 */
export function recordLinkSent(
  db: Db,
  { id, mail }: { id: ActivityId; mail: MailId },
  request: LinkRequest,
  now: number,
) {
  const { account, addressKey, epoch, verifierHash } = request;
  const asked = { addressKey, epoch, verifierHash };
  const entry = {
    id,
    mail,
    kind: 'link_sent',
    ...accountColumns(account),
    request: asked,
  } as const;
  const underLimit = sql`(
    SELECT count(*) FROM activity
    WHERE address_key = ${addressKey} AND kind = 'link_sent' AND at > ${now - MAILS_PER_ADDRESS.window}
  ) < ${MAILS_PER_ADDRESS.most}`;
  return recordActivityIf(db, entry, underLimit, now).returning({ id: activity.id });
}

/**
 * The statement that records that a contact's link is not sent, because the address has had MAILS_PER_ADDRESS, and
 * until when. Run it before `recordLinkSent`, in its batch. It records once until then, and again in a new epoch,
 * because a sign-in or a switch of access hides the earlier row.
 */
export function recordLinkWithheld(
  db: Db,
  { account, addressKey, epoch }: LinkRequest,
  now: number,
) {
  const { workspace, contact } = accountColumns(account);
  const { most, window } = MAILS_PER_ADDRESS;
  const ofAddress = sql`address_key = ${addressKey} AND at > ${now - window}`;
  const until = sql`(
    SELECT at + ${window} FROM activity WHERE ${ofAddress} AND kind = 'link_sent'
    ORDER BY at DESC LIMIT 1 OFFSET ${most - 1}
  )`;
  const request = { addressKey, epoch, verifierHash: null };
  const entry = { kind: 'link_withheld', workspace, contact, request, detail: { until } } as const;
  const isNew = sql`${contact} IS NOT NULL AND ${until} IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM activity
    WHERE ${ofAddress} AND kind = 'link_withheld' AND link_epoch = ${epoch} AND detail ->> 'until' > ${now}
  )`;
  return recordActivityIf(db, entry, isNew, now);
}

/**
 * Issues a link just before its mail is sent; it is valid for LINK_LIFETIME from now.
 * @param sent the mail that carries the link, and when it was asked for: the code expires LINK_LIFETIME after that
 * @returns null when the account has signed in, lost access, changed its address or was deleted since
 */
export async function issueLink(
  { tokens, keyring }: Pick<Stores, 'tokens' | 'keyring'>,
  realm: Realm,
  status: AccountStatus,
  request: LinkRequest,
  sent: { mail: MailId; at: number },
  now: number,
): Promise<IssuedLink | null> {
  const { account, epoch, verifierHash, addressKey, next } = request;
  if (!isUnchanged(status, request)) return null;
  const token = randomToken();
  const masked = maskEmail(status.address);
  const { mail } = sent;
  const link = { mail, account, epoch, verifierHash, addressKey, masked, next };
  await storeMagicLink(tokens, realm, await sha256(token), link, now);
  const [text] = await emailCodesFor(keyring, verifierHash, account, epoch);
  const lasts = sent.at + LINK_LIFETIME - now;
  return { token, code: lasts > 0 ? { text, lasts } : null };
}

/** Whether the account is the same one, may still sign in, and has the epoch of the request. */
function isUnchanged(status: AccountStatus, { account, epoch }: LinkRequest): boolean {
  const isSame = accountKey(status.account) === accountKey(account);
  return isSame && status.maySignIn && status.epoch === epoch;
}
