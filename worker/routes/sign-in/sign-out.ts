import { Hono } from 'hono';
import * as paths from '../../../ui/paths.ts';
import type { AppEnv } from '../../context.ts';
import { clearSession, clearSignInRequestCookie, sessionClaim } from '../../http/cookies.ts';
import { endSession } from '../../sessions/end.ts';

/**
 * Signing out. The session ends on the server, so a copy of its cookie is refused. Pages of the account are no-store, and
 * ask for themselves again when a browser kept them (restored.island.js). `Clear-Site-Data` would add nothing but seconds.
 */
export const signOut = new Hono<AppEnv>();

signOut.post('/sign-out', async (c) => {
  const claim = await sessionClaim(c);
  if (claim !== null) await endSession(c.var.db, claim, c.var.now);
  clearSession(c);
  clearSignInRequestCookie(c);
  return c.redirect(paths.signIn(), 303);
});
