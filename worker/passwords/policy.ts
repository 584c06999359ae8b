import { isCommon } from './common.ts';
import { normalizePassword } from './password-hash.ts';

/**
 * The least characters of a password: 15 when it is the only factor (NIST SP 800-63B-4, 3.1.1.2). A person who finds
 * 15 too many can sign in by link instead (decision 0011).
 */
export const PASSWORD_LEAST = 15;

/** The most characters of a password (OWASP ASVS 5.0, 6.2.9: at least 64). It bounds what is normalised and hashed. */
export const PASSWORD_MOST = 512;

/** What a guesser knows of an account: the names of person, companies and workspace, its slug, and the address. */
export type About = { names: string[]; email: string };

/** Why a password is refused: its length, or because it is easy to guess. Never because of its kinds of characters. */
export type Fault =
  | { why: 'short'; missing: number }
  | { why: 'long' | 'common' }
  | { why: 'guessable'; word: string };

/** Why a password is refused, as far as we know without the network; null when it is accepted. */
export async function findFault(password: string, about: About): Promise<Fault | null> {
  if (isTooLong(password)) return { why: 'long' };
  const length = lengthOf(password);
  if (length < PASSWORD_LEAST) return { why: 'short', missing: PASSWORD_LEAST - length };
  if (await isCommon(password)) return { why: 'common' };
  const word = guessablePart(password, guessableWords(about));
  return word === null ? null : { why: 'guessable', word };
}

/**
 * Whether a password is longer than PASSWORD_MOST. Ask this before any other work on a password. Attack: normalising a
 * text of combining marks only takes time in the square of its length.
 */
export function isTooLong(password: string): boolean {
  return password.length > 4 * PASSWORD_MOST || lengthOf(password) > PASSWORD_MOST;
}

/**
 * The length in code points, as NIST counts: of the typed or of the normalised text, whichever is shorter. NFKC expands
 * some single characters to whole sentences.
 */
export function lengthOf(password: string): number {
  const normalized = normalizePassword(password);
  return Math.min(Array.from(password).length, Array.from(normalized).length);
}

/**
 * The words that a guesser tries first for this account (OWASP ASVS 5.0, 6.1.2 and 6.2.11), the longest first: of the
 * person, the address, the companies, the workspace, and COMMON_WORDS.
 */
export function guessableWords({ names, email }: About): string[] {
  const [local = '', domain = ''] = email.split('@');
  const labels = domain.split('.').slice(0, -1);
  const words = [...names, local, ...labels, ...COMMON_WORDS].flatMap((text) => [
    fold(text).replaceAll(/[^\p{L}\p{N}]+/gu, ''),
    ...fold(text).split(/[^\p{L}\p{N}]+/u),
  ]);
  const longEnough = words.filter((word) => Array.from(word).length >= WORD_LEAST);
  return [...new Set(longEnough)].sort((a, b) => b.length - a.length);
}

/** Words that everybody connects with a sign-in page. */
const COMMON_WORDS = ['latchkey', 'password', 'portal', 'login', 'welcome', 'client'];
/** The least characters of a guessable word. Shorter ones occur in other words by chance. */
const WORD_LEAST = 4;
/** The least characters that must remain of a password without its guessable words. */
const OWN_LEAST = 8;

/** The guessable word that a password is mostly made of; null when at least OWN_LEAST other characters remain. */
function guessablePart(password: string, guessable: string[]): string | null {
  let rest = fold(password);
  let first: string | null = null;
  for (const word of guessable) {
    if (!rest.includes(word)) continue;
    first ??= word;
    rest = rest.replaceAll(word, ' ');
  }
  const own = Array.from(rest.replaceAll(/[^\p{L}\p{N}]+/gu, '')).length;
  return own < OWN_LEAST ? first : null;
}

/** A text without accents and case, for comparing. */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase();
}
