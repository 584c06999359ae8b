import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { AppContext } from '../context.ts';
import { HOST_COOKIE } from './cookies.ts';

const FLASH = 'flash';
/** The most characters of a sentence. */
const LONGEST = 200;

/** Leaves a sentence for the page that the visitor is redirected to. */
export function leaveFlash(c: AppContext, words: string): void {
  setCookie(c, FLASH, words.slice(0, LONGEST), { ...HOST_COOKIE, maxAge: 60 });
}

/** The sentence that was left for this page. It is shown once. */
export function takeFlash(c: AppContext): string | undefined {
  const words = getCookie(c, FLASH, 'host')?.slice(0, LONGEST);
  if (words !== undefined) deleteCookie(c, FLASH, HOST_COOKIE);
  return words;
}
