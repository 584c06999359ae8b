import { Hono } from 'hono';
import { ConfirmLinkPage } from '../../../ui/pages/sign-in/confirm-link.tsx';
import { LinkGonePage } from '../../../ui/pages/sign-in/link-gone.tsx';
import { LinkUnknownPage } from '../../../ui/pages/sign-in/link-unknown.tsx';
import * as paths from '../../../ui/paths.ts';
import type { AppContext, AppEnv } from '../../context.ts';
import { clientInfo } from '../../http/client-info.ts';
import { readSignInRequestCookie, setSignInRequestCookie } from '../../http/cookies.ts';
import { leaveFlash } from '../../http/flash.ts';
import { field, readForm } from '../../http/form.ts';
import { currentVisitor } from '../../http/guards.tsx';
import { isPrefetch, isScannerNetwork } from '../../http/mail-scanners.ts';
import { page, signInProps } from '../../http/page.ts';
import { signInDeps, storesOf } from '../../http/request-stores.ts';
import { LINK_LIFETIME } from '../../limits/lifetimes.ts';
import { enqueueLink } from '../../mail/enqueue.ts';
import type { Client, Member } from '../../sessions/resume.ts';
import { linkForRenewal } from '../../sign-in/link-request.ts';
import { inspectLink, isRequestingBrowser } from '../../sign-in/link-status.ts';
import { findMagicLink, hashToken, type MagicLink } from '../../sign-in/magic-link.ts';
import { openLink } from '../../sign-in/record-opened.ts';
import { type CodeRefusal, proveByLink, proveByLinkAndCode } from '../../sign-in/redeem.ts';
import { newRenewal } from '../../sign-in/sign-in-request.ts';
import { minutesIn } from '../../values/duration.ts';
import { enqueueAndSendAfterResponse } from '../send-mail.ts';
import { codeRefused } from './code-refusal-text.ts';
import { completeSignIn } from './complete.ts';
import { giveAgainByLink } from './give-again.ts';

/** Opening a magic link. The browser that asked is signed in at once; another one gets a button first (decision 0002). */
export const signInLink = new Hono<AppEnv>();

signInLink.get('/sign-in/link/:token', async (c) => {
  const link = await findLink(c);
  if (link === null) return unknownLink(c);
  const visitor = await currentVisitor(c);
  const isSignedIn = visitor !== null && isAccountOf(visitor, link);
  // a link that is newer than the session was asked for to sign in again, so it is still needed
  const isNeeded = !isSignedIn || visitor.createdAt < link.createdAt;
  if (isNeeded && !isPrefetch(c) && (await isRequester(c, link, visitor))) {
    const signedIn = await signInByLink(c, link);
    if (signedIn !== null) return signedIn;
    if (isSignedIn) leaveFlash(c, 'That link had expired or been used. You are still signed in.');
  }
  return isSignedIn ? c.redirect(link.next, 303) : explainLink(c, link, visitor);
});

signInLink.post('/sign-in/link/:token', async (c) => {
  const link = await findLink(c);
  if (link === null) return unknownLink(c);
  if (isScannerNetwork(c) && !(await isRequester(c, link, null)))
    return signInByLinkAndCode(c, link);
  return (await signInByLink(c, link)) ?? explainLink(c, link, null);
});

signInLink.post('/sign-in/link/:token/renewal', async (c) => {
  const link = await findLink(c);
  if (link === null) return unknownLink(c);
  const { realm, now } = c.var;
  const request = newRenewal(link, link.tokenHash, await readSignInRequestCookie(c), now);
  await setSignInRequestCookie(c, request);
  enqueueAndSendAfterResponse(c, async () => {
    const renewed = await linkForRenewal(storesOf(c), realm, request, link.account);
    return enqueueLink(storesOf(c), renewed, clientInfo(c), now);
  });
  return c.redirect(paths.checkEmail(), 303);
});

/** A link that was opened, with the token of its address and the token's hash. */
type OpenedLink = MagicLink & { token: string; tokenHash: string };

async function findLink(c: AppContext): Promise<OpenedLink | null> {
  const token = c.req.param('token') ?? '';
  const tokenHash = await hashToken(token);
  if (tokenHash === null) return null;
  const link = await findMagicLink(c.env.TOKENS, c.var.realm, tokenHash);
  return link === null ? null : { ...link, token, tokenHash };
}

/**
 * Whether this browser asked for the link. A renewal does not count on a scanner network, because scanners press every
 * button. Attack (login CSRF): it does not count either where another account is signed in, because the renewed link
 * may be the attacker's, and its visitor would silently change accounts.
 */
async function isRequester(c: AppContext, link: OpenedLink, visitor: Client | Member | null) {
  const request = await readSignInRequestCookie(c);
  const renewed = request !== null && request.renews !== null;
  const isOther = visitor !== null && !isAccountOf(visitor, link);
  if (renewed && (isScannerNetwork(c) || isOther)) return false;
  return isRequestingBrowser(link, request);
}

async function signInByLink(c: AppContext, link: MagicLink): Promise<Response | null> {
  const proof = proveByLink(c.var.realm, link, c.var.now);
  return proof === null ? null : completeSignIn(c, proof);
}

async function signInByLinkAndCode(c: AppContext, link: OpenedLink) {
  const { db, realm, now } = c.var;
  const typed = field(await readForm(c), 'code');
  const status = await inspectLink(db, realm, link, now);
  if (status !== 'open') return explainLink(c, link, null);
  const result = await proveByLinkAndCode(signInDeps(c), realm, link, typed, now);
  if (result.ok) return (await completeSignIn(c, result.proof)) ?? explainLink(c, link, null);
  return confirmPage(c, link, null, { refusal: result, typed });
}

/** The page of a link that signed nobody in: it says why, and offers the next step. */
async function explainLink(c: AppContext, link: OpenedLink, visitor: Client | Member | null) {
  const given = await giveAgainByLink(c, link);
  if (given !== null) return given;
  const { realm, now } = c.var;
  const by = isScannerNetwork(c) || isPrefetch(c) ? 'scanner' : clientInfo(c);
  const status = await openLink(signInDeps(c), realm, link, by, now);
  switch (status) {
    case 'open':
      return confirmPage(c, link, visitor);
    case 'gone':
      return unknownLink(c);
    case 'used':
    case 'expired':
    case 'access-off': {
      const props = {
        ...signInProps(c),
        token: link.token,
        maskedAddress: link.masked,
        why: status,
      };
      return page(c, <LinkGonePage {...props} />, 410);
    }
  }
}

/** The page of a valid link, with a button or a code field to sign in. */
function confirmPage(
  c: AppContext,
  link: OpenedLink,
  visitor: Client | Member | null,
  refused?: { refusal: CodeRefusal; typed: string },
) {
  const status = refused === undefined ? 200 : refused.refusal.why === 'locked' ? 429 : 422;
  return page(
    c,
    <ConfirmLinkPage
      {...signInProps(c)}
      token={link.token}
      maskedAddress={link.masked}
      minutes={minutesIn(LINK_LIFETIME)}
      ask={isScannerNetwork(c) ? 'code' : 'button'}
      signedInAs={visitor?.email}
      code={refused?.typed}
      {...(refused === undefined ? {} : codeRefused(refused.refusal))}
    />,
    status,
  );
}

function unknownLink(c: AppContext) {
  return page(c, <LinkUnknownPage {...signInProps(c)} />, 404);
}

/** Whether a visitor is signed in as the account of a link. */
function isAccountOf(visitor: Client | Member, { account }: MagicLink): boolean {
  return account.kind === 'newcomer'
    ? visitor.email === account.email.address
    : visitor.id === account.id;
}
