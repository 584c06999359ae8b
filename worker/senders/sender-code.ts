import { type Code, deriveCodes } from '../crypto/code.ts';
import { sameText } from '../crypto/hash.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { minutes } from '../values/duration.ts';
import type { Sender } from './store.ts';

/** How long the code works. Another mailbox has to be opened for it. */
export const SENDER_CODE_LIFETIME = minutes(30);

type CodeSource = Pick<Sender, 'id' | 'workspaceId' | 'askedAt'>;

/**
 * The code that proves who reads a sender's address. Not stored, but derived from the row's id, its workspace and
 * `askedAt` (decision 0007), so each address, workspace and request has its own.
 */
export async function senderCode(keyring: Keyring, sender: CodeSource): Promise<Code> {
  const [current] = await codes(keyring, sender);
  return current;
}

/** Whether a code is the sender's, by any key of the keyring: a rotation breaks no mail that is on its way. */
export async function isSenderCode(
  keyring: Keyring,
  sender: CodeSource,
  code: Code,
): Promise<boolean> {
  return (await codes(keyring, sender)).some((candidate) => sameText(candidate, code));
}

/** For how many milliseconds the code of a sender still works; 0 or less when it has expired. */
export function codeTimeLeft({ askedAt }: Pick<Sender, 'askedAt'>, now: number): number {
  return askedAt + SENDER_CODE_LIFETIME - now;
}

function codes(keyring: Keyring, { id, workspaceId, askedAt }: CodeSource) {
  return deriveCodes(keyring, 'sender code', id, workspaceId, String(askedAt));
}
