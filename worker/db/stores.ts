import type { Keyring } from '../crypto/keyring.ts';
import type { Db } from './client.ts';

/** The stores: D1, the KV namespace of magic links, and the keyring that signs and hashes. Most verbs take it first. */
export type Stores = { db: Db; tokens: KVNamespace; keyring: Keyring };
