import { codeInText } from './code-in-text.ts';
import { mac } from './hash.ts';
import type { Keyring } from './keyring.ts';

declare const kind: unique symbol;
/** A code in the form that is mailed and compared: six characters of ALPHABET. */
export type Code = string & { readonly [kind]: 'Code' };

/** Crockford's base 32. It has no I, L, O or U, so no two characters look alike. Six of them are 30 bits. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 6;
/** The most characters that are read: as many as a mail has, because people paste all of it. */
const LONGEST = 4000;
const CODE = new RegExp(`^[${ALPHABET}]{${CODE_LENGTH}}$`);

/**
 * Reads a code as people type it: any case, `o` for 0, `i` or `l` for 1, spaces, hyphens; or finds it in what they pasted.
 * Null for other texts, and where more than one code could be meant.
 */
export function parseCode(typed: string): Code | null {
  if (typed.length > LONGEST) return null;
  const text = typed.replace(/[！-～]/g, halfWidth).replace(/\p{Cf}/gu, '');
  return asCode(text) ?? codeInText(text, asCode);
}

function asCode(typed: string): Code | null {
  const text = typed
    .toUpperCase()
    .replace(/[\s\p{Pd}_.]/gu, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  return CODE.test(text) ? (text as Code) : null;
}

function halfWidth(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) - 0xfee0);
}

/**
 * Derives the code of a list of parts; the first part names the purpose, so no code works for another purpose.
 * @returns one code for each key of the keyring, the current key's code first
 */
export async function deriveCodes(
  keyring: Keyring,
  ...parts: string[]
): Promise<[Code, ...Code[]]> {
  const [current, ...older] = await Promise.all(
    keyring.all.map(async (keys) => codeFrom(await mac(keys.mac, ...parts))),
  );
  if (current === undefined) throw new Error('a keyring has at least one key');
  return [current, ...older];
}

function codeFrom(bytes: Uint8Array): Code {
  const characters = Array.from(bytes.subarray(0, CODE_LENGTH), (byte) => ALPHABET[byte & 31]);
  return characters.join('') as Code;
}
