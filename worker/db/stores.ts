import type { Keyring } from '../crypto/keyring.ts';
import type { Db } from './client.ts';

/** Where things are stored, and the keys to them: D1, the KV of magic links, the keyring. Most verbs take it first. */
export type Stores = { db: Db; tokens: KVNamespace; keyring: Keyring };
