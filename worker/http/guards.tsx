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

/** A type check. It is `never` when the routes read variables that the guard does not set, so that the call does not compile. */
type Granted<Grants, Reads extends AppEnv> = Grants extends Reads ? unknown : never;
type GrantsOf<AnyGuard> = AnyGuard extends Guard<infer Grants> ? Grants : never;

/**
 * Puts a guard in front of each of the routes. The call does not compile if the routes read variables that the guard
 * does not set.
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

/** Lets everybody use the routes. The call does not compile if the routes read variables that only a guard sets. */
export function open<Reads extends AppEnv>(
  routes: Hono<Reads> & Granted<AppEnv, Reads>,
): Hono<Reads> {
  return routes;
}

/** Lets a signed-in contact of this portal through, if the contact has access now. */
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

/** Lets a signed-in member of any workspace or of none through. */
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
 * Lets a signed-in member of the workspace that `:slug` names through, if the member's role has the permission. Answers
 * 404 to other members, as for a workspace that does not exist.
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
 * Lets a visitor whom another guard lets through pass only if they signed in within RECENT_SIGN_IN (OWASP ASVS 5.0,
 * 7.5.1). Redirects others to the page that asks them to sign in again, which leads back to this page.
 */
export function recentSignIn<AnyGuard extends Guard<VisitorEnv>>(signedIn: AnyGuard): AnyGuard {
  const both: Guard<VisitorEnv> = async (c) => (await signedIn(c)) ?? isRecentHere(c);
  return both as AnyGuard;
}

const isRecentHere = guard<VisitorEnv>(async (c) => {
  return isRecent(c.var.visitor, c.var.now) ? null : toConfirmation(c, pageAt(c));
});

/** To the page that asks a visitor to sign in again, and afterwards to `next`. */
export function toConfirmation(c: AppContext, next: string): Response {
  if (wantsJson(c)) return c.json({ error: 'Sign in once more first.' }, 401);
  return c.redirect(paths.confirmIdentity(next), 303);
}

/** Turns a check into a guard. The check must set the variables of E when it lets a request through. */
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
