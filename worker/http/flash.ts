import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { AppEnv } from '../context.ts';

const FLASH = 'flash';
const KIND = { prefix: 'host', secure: true, httpOnly: true, sameSite: 'Lax', path: '/' } as const;
const LONGEST = 200;

/** Leaves a sentence for the page that the visitor is sent to next. */
export function leaveFlash(c: Context<AppEnv>, words: string): void {
  setCookie(c, FLASH, words.slice(0, LONGEST), { ...KIND, maxAge: 60 });
}

/** The sentence left for this page, once. */
export function takeFlash(c: Context<AppEnv>): string | undefined {
  const words = getCookie(c, FLASH, 'host')?.slice(0, LONGEST);
  if (words !== undefined) deleteCookie(c, FLASH, KIND);
  return words;
}
