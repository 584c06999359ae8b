import { mac } from './hash.ts';
import type { Keyring } from './keyring.ts';

declare const kind: unique symbol;
/** A code as it is mailed and compared: six characters of the alphabet. */
export type Code = string & { readonly [kind]: 'Code' };

/** Crockford's base 32: no I, L, O, U, so nothing looks like anything else. 6 x 5 = 30 bits. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 6;
/** A code with whatever was copied along with it. */
const LONGEST = 60;
const CODE = new RegExp(`^[${ALPHABET}]{${CODE_LENGTH}}$`);

/** Reads a code as people type it: any case, `o` for 0, `i` or `l` for 1, with spaces or hyphens. */
export function parseCode(typed: string): Code | null {
  // normalising long junk takes the square of its length
  if (typed.length > LONGEST) return null;
  const text = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}_.]/gu, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  return CODE.test(text) ? (text as Code) : null;
}

/** The code of any list of parts, which begins by what it is for: one per key, the current key's first. */
export async function deriveCodes(
  keyring: Keyring,
  ...parts: string[]
): Promise<[Code, ...Code[]]> {
  const [current, ...older] = await Promise.all(
    keyring.all.map(async (keys) => spell(await mac(keys.mac, ...parts))),
  );
  if (current === undefined) throw new Error('a keyring has at least one key');
  return [current, ...older];
}

function spell(bytes: Uint8Array): Code {
  const letters = Array.from(bytes.subarray(0, CODE_LENGTH), (byte) => ALPHABET[byte & 31]);
  return letters.join('') as Code;
}
