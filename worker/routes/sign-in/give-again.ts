import type { AppContext } from '../../context.ts';
import { readSignInRequestCookie } from '../../http/cookies.ts';
import { currentVisitor } from '../../http/guards.tsx';
import { isPrefetch } from '../../http/mail-scanners.ts';
import { storesOf } from '../../http/request-stores.ts';
import type { LostSession } from '../../sessions/lost.ts';
import type { MagicLink } from '../../sign-in/magic-link.ts';
import { recoverByCode, recoverByLink } from '../../sign-in/recover.ts';
import type { CodeRefusal } from '../../sign-in/redeem.ts';
import type { SignInRequest } from '../../sign-in/sign-in-request.ts';
import { finishSignIn } from './complete.ts';

/** Signs the browser that asked in again by a link that it used within a minute, in the same session; null otherwise. */
export async function giveAgainByLink(c: AppContext, link: MagicLink): Promise<Response | null> {
  if (c.req.method !== 'POST' && isPrefetch(c)) return null;
  const { realm, now } = c.var;
  const request = await readSignInRequestCookie(c);
  const lost = await recoverByLink(storesOf(c), realm, link, request, now);
  return lost === null ? null : giveAgain(c, lost, link.next);
}

/** The same by a code that was refused, because it is no longer the account's. */
export async function giveAgainByCode(
  c: AppContext,
  request: SignInRequest,
  typed: string,
  { why }: CodeRefusal,
): Promise<Response | null> {
  if (why !== 'wrong') return null;
  const { realm, now } = c.var;
  const lost = await recoverByCode(storesOf(c), realm, request, typed, now);
  return lost === null ? null : giveAgain(c, lost, request.next);
}

/** A browser that is signed in has lost no answer: it keeps the session that it has. */
async function giveAgain(c: AppContext, lost: LostSession, next: string): Promise<Response | null> {
  if ((await currentVisitor(c)) !== null) return null;
  return finishSignIn(c, lost, {
    method: lost.method,
    next,
    replaced: null,
  });
}
