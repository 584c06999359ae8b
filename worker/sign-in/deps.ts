import type { Peppers } from '../crypto/pepper.ts';
import type { Db } from '../db/client.ts';
import type { Stores } from '../db/stores.ts';

/**
 * Does work after the response, so that its time says nothing about the account: what is recorded about known addresses
 * only must not make their answers slower. `what` names the work in the log.
 */
export type Later = (what: string, work: () => Promise<unknown>) => void;

/** What checking a link or a code takes. */
export type SignInDeps = Stores & { later: Later };

/** What checking a password takes. */
export type PasswordDeps = { db: Db; peppers: Peppers; later: Later };
