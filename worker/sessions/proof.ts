import { and, eq, exists, type SQL, sql } from 'drizzle-orm';
import type { Account, KnownAccount } from '../accounts/account.ts';
import type { Db } from '../db/client.ts';
import type { PasswordId } from '../db/ids.ts';
import { type contacts, type members, passwords } from '../db/schema.ts';

/**
 * Proof that a visitor owns an account. A link or code proves it once, while the account has this epoch. A password
 * proves it while the account has the password of this id.
 */
export type Proof = { next: string } & (
  | { method: 'link' | 'code'; account: Account; epoch: number }
  | { method: 'password'; account: KnownAccount; password: PasswordId }
);

type EpochColumn = typeof contacts.linkEpoch | typeof members.linkEpoch;

/**
 * A condition on the account's row: the proof is still valid, because the epoch or the password is the account's.
 * @param ofAccount joins `passwords` to the account's row
 */
export function validProof(db: Db, proof: Proof, epoch: EpochColumn, ofAccount: SQL): SQL {
  if (proof.method !== 'password') return eq(epoch, proof.epoch);
  const byId = and(ofAccount, eq(passwords.id, proof.password));
  return exists(db.select({ id: passwords.id }).from(passwords).where(byId));
}

/** The account's next epoch, in SQL. A link or code uses the present epoch up; a password does not change it. */
export function nextEpoch(proof: Proof, epoch: EpochColumn): SQL {
  return proof.method === 'password' ? sql`${epoch}` : sql`${epoch} + 1`;
}

/** The epoch that a proof uses up; null for a password. */
export function consumedEpoch(proof: Proof): number | null {
  return proof.method === 'password' ? null : proof.epoch;
}
