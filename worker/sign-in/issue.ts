import { sql } from 'drizzle-orm';
import { sha256 } from '../crypto/hash.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { randomToken } from '../crypto/random.ts';
import type { Db } from '../db/client.ts';
import { type ActivityId, newId } from '../db/ids.ts';
import { activity } from '../db/schema.ts';
import { MAILS_PER_ADDRESS } from '../limits/rules.ts';
import { type Email, maskEmail } from '../mail/address.ts';
import type { Account } from '../sessions/account.ts';
import {
  findAccount,
  findByAddress,
  newcomerAt,
  newcomerOf,
  type SignInDoor,
  type Standing,
  standingOf,
} from './accounts.ts';
import { type Asking, verifierHashOf } from './asking.ts';
import { keepAttempt } from './attempt.ts';
import { type Code, codesFor } from './code.ts';

/** What sign-in works with: the records, the pending links, the keys. */
export type Stores = { db: Db; tokens: KVNamespace; keyring: Keyring };

/** A fresh link and code, ready to be mailed to the account's stored address. */
export type Issued = { account: Account; address: string; token: string; code: Code };

/**
 * Issues a link for an address that somebody typed; null when it belongs to nobody who may sign in, or
 * when it has had its share of mails. Runs after the response, so that its time tells nothing.
 */
export async function issue(
  stores: Stores,
  at: SignInDoor,
  asking: Asking,
  email: Email,
  now: number,
): Promise<Issued | null> {
  const found = await findByAddress(stores.db, at.door, email);
  return issueTo(stores, at, asking, standingOf(found, newcomerAt(at, email)), now);
}

/** Issues a fresh link to the account of an older one. */
export async function reissue(
  stores: Stores,
  at: SignInDoor,
  asking: Asking,
  account: Account,
  now: number,
): Promise<Issued | null> {
  const found = await findAccount(stores.db, account);
  return issueTo(stores, at, asking, standingOf(found, newcomerOf(at, account)), now);
}

async function issueTo(
  { db, tokens, keyring }: Stores,
  { door }: SignInDoor,
  asking: Asking,
  standing: Standing | null,
  now: number,
): Promise<Issued | null> {
  if (standing === null || !standing.open) return null;
  const { account, address, epoch } = standing;
  const verifierHash = await verifierHashOf(asking);
  const { addressKey, next } = asking;
  const [sent] = await recordSent(db, { account, addressKey, epoch, verifierHash }, now);
  if (sent === undefined) return null;

  const token = randomToken();
  const masked = maskEmail(address);
  const attempt = { account, epoch, verifierHash, addressKey, masked, next };
  await keepAttempt(tokens, door, await sha256(token), attempt, now);
  const [code] = await codesFor(keyring, verifierHash, account, epoch);
  return { account, address, token, code };
}

type Sent = { account: Account; addressKey: string; epoch: number; verifierHash: string };

/**
 * Records that a link is being sent, unless the address has had MAILS_PER_ADDRESS: check and write are
 * one statement, so that parallel requests cannot slip past. The row also dates the code.
 */
function recordSent(db: Db, { account, addressKey, epoch, verifierHash }: Sent, now: number) {
  const workspace = account.kind === 'contact' ? account.workspace : null;
  const contact = account.kind === 'contact' ? account.id : null;
  const member = account.kind === 'member' ? account.id : null;
  const since = now - MAILS_PER_ADDRESS.window;
  return db
    .insert(activity)
    .select(
      sql`SELECT ${newId<ActivityId>()}, ${now}, 'link_sent', ${workspace}, ${contact}, ${member},
            ${addressKey}, ${epoch}, ${verifierHash}, ''
          WHERE (
            SELECT count(*) FROM activity
            WHERE address_key = ${addressKey} AND kind = 'link_sent' AND at > ${since}
          ) < ${MAILS_PER_ADDRESS.most}`,
    )
    .returning({ id: activity.id });
}
