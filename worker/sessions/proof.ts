import { and, eq, exists, type SQL, sql } from 'drizzle-orm';
import type { Account, KnownAccount } from '../accounts/account.ts';
import type { Db } from '../db/client.ts';
import type { PasswordId } from '../db/ids.ts';
import { type contacts, type members, passwords } from '../db/schema.ts';

/**
 * Somebody's proof that an account is theirs: a link or code of this epoch, not yet consumed, or the password
 * of this id, which may be used again as long as it is the account's.
 */
export type Proof = { next: string } & (
  | { method: 'link' | 'code'; account: Account; epoch: number }
  | { method: 'password'; account: KnownAccount; password: PasswordId }
);

type EpochColumn = typeof contacts.linkEpoch | typeof members.linkEpoch;

/**
 * Whether a proof still is one, for the `where` of what it starts: its epoch is the account's, or its password is.
 * @param theirs ties `passwords` to the account's row
 */
export function isAlive(db: Db, proof: Proof, epoch: EpochColumn, theirs: SQL): SQL {
  if (proof.method !== 'password') return eq(epoch, proof.epoch);
  const password = and(theirs, eq(passwords.id, proof.password));
  return exists(db.select({ id: passwords.id }).from(passwords).where(password));
}

/** The account's next epoch: a link or code consumes the present one, a password leaves it alone. */
export function nextEpoch(proof: Proof, epoch: EpochColumn): SQL {
  return proof.method === 'password' ? sql`${epoch}` : sql`${epoch} + 1`;
}

/** The epoch that a proof uses up; null for a password. */
export function consumed(proof: Proof): number | null {
  return proof.method === 'password' ? null : proof.epoch;
}
