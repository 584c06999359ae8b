import { type Context, Hono } from 'hono';
import { RevokedPage } from '../../ui/pages/sign-in/revoked.tsx';
import * as paths from '../../ui/paths.ts';
import type {
  AppContext,
  AppEnv,
  MemberEnv,
  PortalEnv,
  VisitorEnv,
  WorkspaceEnv,
} from '../context.ts';
import {
  type Client,
  isRecent,
  type Member,
  resumeClient,
  resumeMember,
  resumeMemberAt,
} from '../sessions/resume.ts';
import { isStale, touchSession } from '../sessions/touch.ts';
import { type Permission, roleMay } from '../workspaces/permissions.ts';
import { afterResponse } from './after-response.ts';
import { sessionClaim } from './cookies.ts';
import { refuse, refuseRole } from './errors.tsx';
import { brandOf, nonceOf, page, wantsJson } from './page.ts';
import { safeReturnTo } from './return-to.ts';

declare const grants: unique symbol;
/** Lets a request through (null) or answers it. Handlers behind it may read what E has in `c.var`. */
export type Guard<E extends AppEnv> = {
  (c: AppContext): Promise<Response | null>;
  readonly [grants]?: E;
};

/** Nothing, or `never`, which no routes are, when they read more than a guard grants. */
type Granted<Grants, Reads extends AppEnv> = Grants extends Reads ? unknown : never;
type GrantsOf<AnyGuard> = AnyGuard extends Guard<infer Grants> ? Grants : never;

/**
 * Puts a guard in front of every one of some routes. Routes are mounted `behind` a guard or `open`, and app.ts shows which
 * in one word. Behind a guard that grants less than they read they do not compile.
 */
export function behind<AnyGuard extends Guard<AppEnv>, Reads extends AppEnv>(
  guard: AnyGuard,
  routes: Hono<Reads> & Granted<GrantsOf<AnyGuard>, Reads>,
): Hono<AppEnv> {
  const guarded = new Hono<AppEnv>();
  for (const { method, path, handler } of routes.routes) {
    guarded.on([method], [path], async (c, next) => (await guard(c)) ?? next(), handler);
  }
  return guarded;
}

/** Routes for everybody, on purpose. Routes that read what a guard grants do not compile here. */
export function open<Reads extends AppEnv>(
  routes: Hono<Reads> & Granted<AppEnv, Reads>,
): Hono<Reads> {
  return routes;
}

/** A contact of this portal's workspace, signed in and with access as of this request. */
export const clients = guard<PortalEnv>(async (c) => {
  const { db, portal, now } = c.var;
  const claim = await sessionClaim(c);
  if (claim === null || portal === null) return toSignIn(c);
  const visit = await resumeClient(db, portal.id, claim, now);
  if (visit === null) return toSignIn(c);
  if (visit.kind === 'revoked') {
    return page(c, <RevokedPage nonce={nonceOf(c)} brand={brandOf(c)} />, 403);
  }
  c.set('client', visit.client);
  c.set('visitor', visit.client);
  touchIfStale(c, visit.client);
  return null;
});

/** A member who is signed in, in whichever workspace. */
export const members = guard<MemberEnv>(async (c) => {
  const { db, now } = c.var;
  const claim = await sessionClaim(c);
  const member = claim === null ? null : await resumeMember(db, claim, now);
  if (member === null) return toSignIn(c);
  c.set('member', member);
  c.set('visitor', member);
  touchIfStale(c, member);
  return null;
});

/**
 * A member of the workspace that `:slug` names, whose role has a permission. To people who are no members of it, the
 * workspace does not exist.
 */
export function may(permission: Permission): Guard<WorkspaceEnv> {
  return guard<WorkspaceEnv>(async (c) => {
    const { db, now } = c.var;
    const claim = await sessionClaim(c);
    const slug = c.req.param('slug') ?? '';
    const visit = claim === null ? null : await resumeMemberAt(db, slug, claim, now);
    if (visit === null) return toSignIn(c);
    if (visit.membership === null) return refuse(c, 404);
    const { workspace, role } = visit.membership;
    if (!roleMay(role, permission)) return refuseRole(c);
    c.set('member', visit.member);
    c.set('visitor', visit.member);
    c.set('workspace', workspace);
    c.set('role', role);
    touchIfStale(c, visit.member);
    return null;
  });
}

/**
 * Re-authentication (OWASP ASVS 5.0, 7.5.1): after another guard, requires a sign-in within RECENT_SIGN_IN. Else it leads
 * to the page that asks for one more, and from there back to this page.
 */
export function recentSignIn<AnyGuard extends Guard<VisitorEnv>>(signedIn: AnyGuard): AnyGuard {
  const both: Guard<VisitorEnv> = async (c) => (await signedIn(c)) ?? isRecentHere(c);
  return both as AnyGuard;
}

const isRecentHere = guard<VisitorEnv>(async (c) => {
  const { visitor, now } = c.var;
  if (isRecent(visitor, now)) return null;
  if (wantsJson(c)) return c.json({ error: 'Sign in once more first.' }, 401);
  return c.redirect(paths.confirmIdentity(pageAt(c)), 303);
});

/** A check as a guard: what E has is there once the check has let a request through. */
function guard<E extends AppEnv>(check: (c: Context<E>) => Promise<Response | null>): Guard<E> {
  return check as unknown as Guard<E>;
}

/** The visitor that this browser is signed in as in this realm; null when it is not signed in. Never refuses. */
export async function currentVisitor(c: AppContext): Promise<Client | Member | null> {
  const { db, portal, now } = c.var;
  const claim = await sessionClaim(c);
  if (claim === null) return null;
  if (portal === null) return resumeMember(db, claim, now);
  const visit = await resumeClient(db, portal.id, claim, now);
  return visit?.kind === 'client' ? visit.client : null;
}

/** To the sign-in page, and afterwards back here if "here" can be opened again. */
function toSignIn(c: AppContext): Response {
  if (wantsJson(c)) return c.json({ error: 'Sign in first.' }, 401);
  const { pathname, search } = new URL(c.req.url);
  const next = c.req.method === 'GET' ? safeReturnTo(pathname + search) : paths.home();
  return c.redirect(paths.signIn(next), 303);
}

function touchIfStale(c: AppContext, visitor: Client | Member): void {
  const { db, now } = c.var;
  if (isStale(visitor, now))
    afterResponse(c, 'touch session', () => touchSession(db, visitor, now));
}

/** The page to come back to: this one, or the one whose form was sent (`sameOrigin` has checked that it is ours). */
function pageAt(c: AppContext): string {
  const at = c.req.method === 'GET' ? c.req.url : c.req.header('referer');
  const { pathname, search } = URL.parse(at ?? '') ?? { pathname: paths.home(), search: '' };
  return safeReturnTo(pathname + search);
}
