import { sql } from 'drizzle-orm';
import { type Account, accountKey, ownerOf } from '../accounts/account.ts';
import {
  findAccount,
  findByAddress,
  newcomerAt,
  newcomerOf,
  type SignInDoor,
  type Standing,
  standingOf,
} from '../accounts/find.ts';
import type { Door } from '../accounts/realm.ts';
import { sha256 } from '../crypto/hash.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { randomToken } from '../crypto/random.ts';
import type { Db } from '../db/client.ts';
import { type ActivityId, type MailId, newId } from '../db/ids.ts';
import { activity } from '../db/schema.ts';
import { LINK_LIFETIME, MAILS_PER_ADDRESS } from '../limits/rules.ts';
import { type Email, maskEmail } from '../values/email-address.ts';
import { type Code, codesFor } from './email-code.ts';
import { keepAttempt } from './magic-link.ts';
import { type Asking, verifierHashOf } from './request.ts';

/** What sign-in works with: the records, the pending links, the keys. */
export type Stores = { db: Db; tokens: KVNamespace; keyring: Keyring };

/**
 * A link that somebody asked for and may have: whose account, of which epoch, for which browser. It holds no secret
 * and makes nobody's way in; the link itself is minted when its mail leaves, which may be later.
 */
export type LinkOrder = {
  account: Account;
  epoch: number;
  verifierHash: string;
  addressKey: string;
  next: string;
};

/** A fresh link, ready to be mailed to the account's stored address. */
export type Minted = {
  token: string;
  /** With how long it still works; null once the browser's asking has lapsed, and codes with it. */
  code: { text: Code; lasts: number } | null;
};

/**
 * The link that a browser asked for by typing an address; null when it belongs to nobody who may sign in. Runs after
 * the response, so that its time tells nothing.
 */
export async function askedByAddress(
  stores: Stores,
  at: SignInDoor,
  asking: Asking,
  email: Email,
): Promise<LinkOrder | null> {
  const found = await findByAddress(stores.db, at.door, email);
  return orderFor(asking, standingOf(found, newcomerAt(at, email)));
}

/** The link that a browser asked for in place of an older one, for the account of that. */
export async function askedByLink(
  stores: Stores,
  at: SignInDoor,
  asking: Asking,
  account: Account,
): Promise<LinkOrder | null> {
  const found = await findAccount(stores.db, account);
  return orderFor(asking, standingOf(found, newcomerOf(at, account)));
}

async function orderFor(asking: Asking, standing: Standing | null): Promise<LinkOrder | null> {
  if (standing === null || !standing.open) return null;
  const { account, epoch } = standing;
  const { addressKey, next } = asking;
  return { account, epoch, verifierHash: await verifierHashOf(asking), addressKey, next };
}

/**
 * The statement that records that a link is being sent, unless the address has had MAILS_PER_ADDRESS: check and
 * write are one, so that parallel requests cannot slip past. The row also dates the code, and says of its mail which
 * browser asked for it.
 */
export function recordSent(
  db: Db,
  { id, mail }: { id: ActivityId; mail: MailId },
  order: LinkOrder,
  now: number,
) {
  const { account, addressKey, epoch, verifierHash } = order;
  const { workspace, contact, member } = ownerOf(account);
  const since = now - MAILS_PER_ADDRESS.window;
  return db
    .insert(activity)
    .select(
      sql`SELECT ${id}, ${now}, 'link_sent', ${workspace}, ${contact}, ${member},
            ${addressKey}, ${epoch}, ${verifierHash}, '', ${mail}
          WHERE (
            SELECT count(*) FROM activity
            WHERE address_key = ${addressKey} AND kind = 'link_sent' AND at > ${since}
          ) < ${MAILS_PER_ADDRESS.most}`,
    )
    .returning({ id: activity.id });
}

/**
 * The statement that records for the freelancer that a contact's link is not sent, because the address has had
 * MAILS_PER_ADDRESS, and until when: to be run before `recordSent`, in its transaction. Once until then, however often
 * somebody asks; anew when they have signed in or were switched off meanwhile, which takes the row before out of sight.
 */
export function recordWithheld(db: Db, { account, addressKey, epoch }: LinkOrder, now: number) {
  const { workspace, contact } = ownerOf(account);
  const { most, window } = MAILS_PER_ADDRESS;
  const ofAddress = sql`address_key = ${addressKey} AND at > ${now - window}`;
  return db.insert(activity).select(
    sql`SELECT ${newId<ActivityId>()}, ${now}, 'link_withheld', ${workspace}, ${contact}, NULL,
          ${addressKey}, ${epoch}, NULL, json_object('until', sent.at + ${window}), NULL
        FROM (
          SELECT at FROM activity WHERE ${ofAddress} AND kind = 'link_sent'
          ORDER BY at DESC LIMIT 1 OFFSET ${most - 1}
        ) AS sent
        WHERE ${contact} IS NOT NULL AND NOT EXISTS (
          SELECT 1 FROM activity
          WHERE ${ofAddress} AND kind = 'link_withheld' AND link_epoch = ${epoch} AND detail ->> 'until' > ${now}
        )`,
  );
}

/**
 * Mints the link of an order, just before its mail leaves: valid for LINK_LIFETIME from now. Null when the account
 * has moved on since: signed in, access off, another address, gone.
 * @param standing how the account stands now
 * @param asked the mail it leaves with; and from when the code counts: it lapses with the browser's asking, however
 * late the mail is
 */
export async function mint(
  { tokens, keyring }: Pick<Stores, 'tokens' | 'keyring'>,
  door: Door,
  standing: Standing,
  order: LinkOrder,
  asked: { mail: MailId; at: number },
  now: number,
): Promise<Minted | null> {
  const { account, epoch, verifierHash, addressKey, next } = order;
  if (!isStill(standing, order)) return null;
  const token = randomToken();
  const masked = maskEmail(standing.address);
  const { mail } = asked;
  const attempt = { mail, account, epoch, verifierHash, addressKey, masked, next };
  await keepAttempt(tokens, door, await sha256(token), attempt, now);
  const [text] = await codesFor(keyring, verifierHash, account, epoch);
  const lasts = asked.at + LINK_LIFETIME - now;
  return { token, code: lasts > 0 ? { text, lasts } : null };
}

function isStill(standing: Standing, { account, epoch }: LinkOrder): boolean {
  const isSame = accountKey(standing.account) === accountKey(account);
  return isSame && standing.open && standing.epoch === epoch;
}
