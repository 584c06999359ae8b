import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { RevokedPage } from '../../ui/pages/sign-in/revoked.tsx';
import * as paths from '../../ui/paths.ts';
import type { AppEnv } from '../context.ts';
import {
  type Client,
  isRecent,
  type Member,
  resumeClient,
  resumeMember,
  resumeMemberAt,
} from '../sessions/resume.ts';
import { isStale, touchSession } from '../sessions/touch.ts';
import { afterResponse } from './after-response.ts';
import { sessionClaim } from './cookies.ts';
import { refuse } from './errors.tsx';
import { brandOf, nonceOf, page, wantsJson } from './page.ts';
import { safeReturnTo } from './return-to.ts';

type Guard = MiddlewareHandler<AppEnv>;

/**
 * Puts a guard, or several in order, in front of every one of some routes. Routes are mounted `behind` guards
 * or `open`: app.ts shows which in one word, and there is no third way to mount any.
 */
export function behind(guards: Guard | Guard[], routes: Hono<AppEnv>): Hono<AppEnv> {
  const guarded = new Hono<AppEnv>();
  for (const { method, path, handler } of routes.routes) {
    guarded.on([method], [path], ...[guards].flat(), handler);
  }
  return guarded;
}

/** Routes for everybody, on purpose. */
export function open(routes: Hono<AppEnv>): Hono<AppEnv> {
  return routes;
}

/** A contact of this workspace who is signed in and has access, as of this request. */
export const clients = createMiddleware<AppEnv>(async (c, next) => {
  const { db, portal: workspace, now } = c.var;
  const claim = await sessionClaim(c);
  if (claim === null || workspace === null) return toSignIn(c);
  const visit = await resumeClient(db, workspace.id, claim, now);
  if (visit === null) return toSignIn(c);
  if (visit.kind === 'revoked') {
    return page(c, <RevokedPage nonce={nonceOf(c)} brand={brandOf(c)} />, 403);
  }
  c.set('client', visit.client);
  welcome(c, visit.client);
  return next();
});

/** A member who is signed in, in whichever workspace. */
export const members = createMiddleware<AppEnv>(async (c, next) => {
  const { db, now } = c.var;
  const claim = await sessionClaim(c);
  const member = claim === null ? null : await resumeMember(db, claim, now);
  if (member === null) return toSignIn(c);
  c.set('member', member);
  welcome(c, member);
  return next();
});

/** A member of the workspace that `:slug` names. To everybody else it does not exist. */
export const workspaceMembers = createMiddleware<AppEnv>(async (c, next) => {
  const { db, now } = c.var;
  const claim = await sessionClaim(c);
  const slug = c.req.param('slug') ?? '';
  const visit = claim === null ? null : await resumeMemberAt(db, slug, claim, now);
  if (visit === null) return toSignIn(c);
  if (visit.workspace === null) return refuse(c, 404);
  c.set('member', visit.member);
  c.set('workspace', visit.workspace);
  welcome(c, visit.member);
  return next();
});

/**
 * For what is sensitive, behind one of the guards above: lets through who signed in within RECENT. Anybody else
 * proves now that it is still them, by signing in once more, and comes back to the page they were on.
 */
export const recentSignIn = createMiddleware<AppEnv>(async (c, next) => {
  const { visitor, now } = c.var;
  if (isRecent(visitor, now)) return next();
  if (wantsJson(c)) return c.json({ error: 'Sign in once more first.' }, 401);
  return c.redirect(paths.confirmIdentity(pageAt(c)), 303);
});

/** Whoever this browser is signed in as at this door; null when nobody. Never refuses. */
export async function currentVisitor(c: Context<AppEnv>): Promise<Client | Member | null> {
  const { db, portal: workspace, now } = c.var;
  const claim = await sessionClaim(c);
  if (claim === null) return null;
  if (workspace === null) return resumeMember(db, claim, now);
  const visit = await resumeClient(db, workspace.id, claim, now);
  return visit?.kind === 'client' ? visit.client : null;
}

/** To the sign-in page, and afterwards back here if "here" can be opened again. */
function toSignIn(c: Context<AppEnv>): Response {
  if (wantsJson(c)) return c.json({ error: 'Sign in first.' }, 401);
  const { pathname, search } = new URL(c.req.url);
  const next = c.req.method === 'GET' ? safeReturnTo(pathname + search) : paths.home();
  return c.redirect(paths.signIn(next), 303);
}

function welcome(c: Context<AppEnv>, visitor: Client | Member): void {
  const { db, now } = c.var;
  c.set('visitor', visitor);
  if (isStale(visitor, now))
    afterResponse(c, 'touch session', () => touchSession(db, visitor, now));
}

/** The page to come back to: this one, or the one whose form was sent (same origin, as sameOrigin has seen to). */
function pageAt(c: Context<AppEnv>): string {
  const at = c.req.method === 'GET' ? c.req.url : c.req.header('referer');
  const { pathname, search } = URL.parse(at ?? '') ?? { pathname: paths.home(), search: '' };
  return safeReturnTo(pathname + search);
}
