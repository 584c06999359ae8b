import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { AppContext } from '../context.ts';
import { HOST_COOKIE } from './cookies.ts';

const FLASH = 'flash';
const LONGEST = 200;

/** Leaves a sentence for the page that the visitor is sent to next. */
export function leaveFlash(c: AppContext, words: string): void {
  setCookie(c, FLASH, words.slice(0, LONGEST), { ...HOST_COOKIE, maxAge: 60 });
}

/** The sentence left for this page, once. */
export function takeFlash(c: AppContext): string | undefined {
  const words = getCookie(c, FLASH, 'host')?.slice(0, LONGEST);
  if (words !== undefined) deleteCookie(c, FLASH, HOST_COOKIE);
  return words;
}
