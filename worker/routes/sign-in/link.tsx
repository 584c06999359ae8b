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
import { askDeps, signInDeps, storesOf } from '../../http/request-stores.ts';
import { askerOf } from '../../http/who-asks.ts';
import { LINK_LIFETIME } from '../../limits/lifetimes.ts';
import { enqueueLink } from '../../mail/enqueue.ts';
import type { Client, Member } from '../../sessions/resume.ts';
import { linkForRenewal } from '../../sign-in/link-request.ts';
import { inspectLink } from '../../sign-in/link-status.ts';
import { findMagicLink, type MagicLink, tokenIn } from '../../sign-in/magic-link.ts';
import { readPageName } from '../../sign-in/page-name.ts';
import { openLink } from '../../sign-in/record-opened.ts';
import { type CodeRefusal, proveByLink, proveByLinkAndCode } from '../../sign-in/redeem.ts';
import { isRequestingBrowser, newRenewal } from '../../sign-in/sign-in-request.ts';
import { minutesIn } from '../../values/duration.ts';
import { maskEmail } from '../../values/email-address.ts';
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
  return (await signInByLink(c, link)) ?? afterPress(c, link);
});

signInLink.post('/sign-in/link/:token/renewal', async (c) => {
  const link = await findLink(c);
  if (link === null) return unknownLink(c);
  const { db, keyring, realm, now } = c.var;
  const inspected = await inspectLink(db, realm, link, now);
  if (inspected === null) return unknownLink(c);
  const from = readPageName(field(await readForm(c), 'page'));
  const earlier = await readSignInRequestCookie(c);
  const renewed = { address: inspected.address, earlier, page: from };
  const request = await newRenewal(keyring, realm, link, renewed, now);
  await setSignInRequestCookie(c, request);
  enqueueAndSendAfterResponse(c, async () => {
    const asker = { ...(await askerOf(c)), page: from };
    const wanted = await linkForRenewal(askDeps(c), realm, request, link.account, asker);
    return enqueueLink(storesOf(c), wanted, clientInfo(c), now);
  });
  return c.redirect(paths.checkEmail(), 303);
});

/** A link that was opened, with the token of its address and the token's hash. */
type OpenedLink = MagicLink & { token: string; tokenHash: string };

async function findLink(c: AppContext): Promise<OpenedLink | null> {
  const opened = await tokenIn(c.req.param('token') ?? '');
  if (opened === null) return null;
  const { token, hash: tokenHash } = opened;
  const link = await findMagicLink(c.env.TOKENS, c.var.realm, tokenHash);
  return link === null ? null : { ...link, token, tokenHash };
}

/**
 * Whether this browser asked for the link; for a renewed one, whether it asked for the first. Attack (login CSRF, and
 * scanners that press every button): who is passed a used link can renew it, and it may be another person's. So in
 * every other browser the page names the account first, and also where another account is signed in.
 */
async function isRequester(c: AppContext, link: OpenedLink, visitor: Client | Member | null) {
  const request = await readSignInRequestCookie(c);
  if (request === null || !request.askedFirst) return false;
  const isOther = visitor !== null && !isAccountOf(visitor, link);
  if (request.renews !== null && isOther) return false;
  return isRequestingBrowser(link, request);
}

async function signInByLink(c: AppContext, link: MagicLink): Promise<Response | null> {
  const proof = proveByLink(c.var.realm, link, c.var.now);
  return proof === null ? null : completeSignIn(c, proof);
}

/**
 * The answer to a button that signed nobody in, perhaps because it was pressed twice: a visitor whom the first press has
 * signed in goes on. The first answer may still be on its way to our page, so that is sent to the link, which sees its cookie.
 */
async function afterPress(c: AppContext, link: OpenedLink) {
  const visitor = await currentVisitor(c);
  if (visitor !== null && isAccountOf(visitor, link)) return c.redirect(link.next, 303);
  const isFromOurPage = readPageName(field(await readForm(c), 'page')) !== null;
  return isFromOurPage
    ? c.redirect(paths.signInLink(link.token), 303)
    : explainLink(c, link, visitor);
}

async function signInByLinkAndCode(c: AppContext, link: OpenedLink) {
  const { db, realm, now } = c.var;
  const typed = field(await readForm(c), 'code');
  const inspected = await inspectLink(db, realm, link, now);
  if (inspected?.status !== 'open') return afterPress(c, link);
  const result = await proveByLinkAndCode(signInDeps(c), realm, link, typed, now);
  if (result.ok) return (await completeSignIn(c, result.proof)) ?? explainLink(c, link, null);
  const maskedAddress = maskEmail(inspected.address);
  return confirmPage(c, link, { maskedAddress, visitor: null }, { refusal: result, typed });
}

/** The page of a link that signed nobody in: it says why, and offers the next step. */
async function explainLink(c: AppContext, link: OpenedLink, visitor: Client | Member | null) {
  const given = await giveAgainByLink(c, link);
  if (given !== null) return given;
  const { realm, now } = c.var;
  const by = isScannerNetwork(c) || isPrefetch(c) ? 'scanner' : clientInfo(c);
  const inspected = await openLink(signInDeps(c), realm, link, by, now);
  if (inspected === null) return unknownLink(c);
  const { status, address } = inspected;
  const maskedAddress = maskEmail(address);
  switch (status) {
    case 'open':
      return confirmPage(c, link, { maskedAddress, visitor });
    case 'used':
    case 'expired':
    case 'access-off': {
      const props = { ...signInProps(c), token: link.token, maskedAddress, why: status };
      return page(c, <LinkGonePage {...props} />, 410);
    }
  }
}

/** The page of a valid link, with a button or a code field to sign in. */
function confirmPage(
  c: AppContext,
  link: OpenedLink,
  { maskedAddress, visitor }: { maskedAddress: string; visitor: Client | Member | null },
  refused?: { refusal: CodeRefusal; typed: string },
) {
  const status = refused === undefined ? 200 : refused.refusal.why === 'locked' ? 429 : 422;
  return page(
    c,
    <ConfirmLinkPage
      {...signInProps(c)}
      token={link.token}
      maskedAddress={maskedAddress}
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
