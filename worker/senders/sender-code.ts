import { type Code, deriveCodes } from '../crypto/code.ts';
import { sameText } from '../crypto/hash.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { SENDER_CODE_LIFETIME } from '../limits/rules.ts';
import type { Sender } from './store.ts';

type Asked = Pick<Sender, 'id' | 'workspaceId' | 'askedAt'>;

/**
 * The code that proves who reads a sender's address. Not stored: a keyed hash of the row's id, its workspace and when
 * it was asked for gives it again (decision 0007). So it is another after each asking, for each address that is entered,
 * and in each workspace. All keys of the keyring count, so that rotation breaks no mail under way.
 */
export async function senderCode(keyring: Keyring, sender: Asked): Promise<Code> {
  const [current] = await codes(keyring, sender);
  return current;
}

export async function isSenderCode(keyring: Keyring, sender: Asked, code: Code): Promise<boolean> {
  return (await codes(keyring, sender)).some((candidate) => sameText(candidate, code));
}

/** For how long the code of a sender still works: 0 or less when it has lapsed. */
export function codeTimeLeft({ askedAt }: Pick<Sender, 'askedAt'>, now: number): number {
  return askedAt + SENDER_CODE_LIFETIME - now;
}

function codes(keyring: Keyring, { id, workspaceId, askedAt }: Asked) {
  return deriveCodes(keyring, 'sender code', id, workspaceId, String(askedAt));
}
