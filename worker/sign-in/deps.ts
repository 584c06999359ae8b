import type { Peppers } from '../crypto/pepper.ts';
import type { Db } from '../db/client.ts';
import type { Stores } from '../db/stores.ts';

/**
 * Runs work after the response; `what` names it in the log. Attack: work that is done for known addresses only must not
 * make their answers slower.
 */
export type Later = (what: string, work: () => Promise<unknown>) => void;

/** What checking a link or a code needs. */
export type SignInDeps = Stores & { later: Later };

/** What checking a password needs. */
export type PasswordDeps = { db: Db; peppers: Peppers; later: Later };
