import { isCommon } from './common.ts';
import { normalizePassword } from './password-hash.ts';

/**
 * NIST SP 800-63B-4, 3.1.1.2: 15 characters for a password that is the only factor. Ours may keep to it,
 * because nobody is made to have one: who finds 15 too many has the link. docs/decisions/0011.
 */
export const PASSWORD_LEAST = 15;

/** Far beyond any password manager's longest (ASVS 5.0, 6.2.9 asks for 64); it bounds what is normalised and hashed. */
export const PASSWORD_MOST = 512;

/** Whose password it is to be: their names, address and companies, and the workspace's name and slug. */
export type About = { names: string[]; email: string };

/** Why a password is refused: length and guessability, never its composition. */
export type Fault =
  | { why: 'short'; missing: number }
  | { why: 'long' | 'common' }
  | { why: 'guessable'; word: string };

/** What speaks against a password, as far as can be told without asking anybody; null when nothing does. */
export async function findFault(password: string, about: About): Promise<Fault | null> {
  if (isTooLong(password)) return { why: 'long' };
  const length = lengthOf(password);
  if (length < PASSWORD_LEAST) return { why: 'short', missing: PASSWORD_LEAST - length };
  if (await isCommon(password)) return { why: 'common' };
  const word = builtFrom(password, guessableWords(about));
  return word === null ? null : { why: 'guessable', word };
}

/**
 * Whether a password is beyond PASSWORD_MOST. To be asked before anything else is done with one: normalising takes
 * the square of the length when somebody sends nothing but combining marks.
 */
export function isTooLong(password: string): boolean {
  return password.length > 4 * PASSWORD_MOST || lengthOf(password) > PASSWORD_MOST;
}

/** Counted in code points, as NIST does, as typed or normalised: some single characters stand for whole sentences. */
export function lengthOf(password: string): number {
  const normalized = normalizePassword(password);
  return Math.min(Array.from(password).length, Array.from(normalized).length);
}

/**
 * The words that a guesser tries first for this very account (ASVS 5.0, 6.1.2 and 6.2.11): of the person, the
 * address, the company, the workspace, and of what a sign-in page is about.
 */
export function guessableWords({ names, email }: About): string[] {
  const [local = '', domain = ''] = email.split('@');
  const labels = domain.split('.').slice(0, -1);
  const words = [...names, local, ...labels, ...OURS].flatMap((text) => [
    fold(text).replaceAll(/[^\p{L}\p{N}]+/gu, ''),
    ...fold(text).split(/[^\p{L}\p{N}]+/u),
  ]);
  const longEnough = words.filter((word) => Array.from(word).length >= WORD_LEAST);
  return [...new Set(longEnough)].sort((a, b) => b.length - a.length);
}

const OURS = ['latchkey', 'password', 'portal', 'login', 'welcome', 'client'];
/** Shorter words turn up in other words by chance. */
const WORD_LEAST = 4;
/** What has to be left of a password once its guessable words are taken out. */
const OWN_LEAST = 8;

/** The guessable word that makes up most of a password; null when enough of it is its owner's own. */
function builtFrom(password: string, guessable: string[]): string | null {
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

function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase();
}
