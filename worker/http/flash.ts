import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { AppContext } from '../context.ts';
import { HOST_COOKIE } from './cookies.ts';

const FLASH = 'flash';
/** The most characters of a sentence, as people count them. */
const LONGEST = 200;
/** The most bytes of a sentence in its cookie: browsers drop one of more than 4096, name and all (RFC 6265bis, 5.7). */
const MOST_BYTES = 3000;

/** Leaves a sentence for the page that the visitor is redirected to. */
export function leaveFlash(c: AppContext, words: string): void {
  setCookie(c, FLASH, shorten(words), { ...HOST_COOKIE, maxAge: 60 });
}

/** The sentence that was left for this page. It is shown once. */
export function takeFlash(c: AppContext): string | undefined {
  const words = getCookie(c, FLASH, 'host');
  if (words === undefined) return undefined;
  deleteCookie(c, FLASH, HOST_COOKIE);
  return shorten(words);
}

const CHARACTERS = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * A sentence within both limits. A longer one is cut after a word, so that no name or address is cut in two; a word
 * that is too long by itself is cut between characters. Half a surrogate pair would throw, so it is replaced first.
 */
export function shorten(words: string): string {
  let kept = '';
  let bytes = 0;
  let characters = 0;
  for (const { segment } of CHARACTERS.segment(words.toWellFormed())) {
    characters += 1;
    bytes += encodeURIComponent(segment).length;
    if (characters > LONGEST || bytes > MOST_BYTES) return `${upToLastWord(kept)}…`;
    kept += segment;
  }
  return kept;
}

function upToLastWord(text: string): string {
  const end = text.lastIndexOf(' ');
  return end < 1 ? text : text.slice(0, end);
}
