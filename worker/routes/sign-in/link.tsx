import { Hono } from 'hono';
import { ConfirmLinkPage } from '../../../ui/pages/sign-in/confirm-link.tsx';
import { LinkGonePage } from '../../../ui/pages/sign-in/link-gone.tsx';
import { LinkUnknownPage } from '../../../ui/pages/sign-in/link-unknown.tsx';
import * as paths from '../../../ui/paths.ts';
import type { AppContext, AppEnv } from '../../context.ts';
import { clientInfo } from '../../http/client-info.ts';
import { readRequestCookie, setRequestCookie } from '../../http/cookies.ts';
import { leaveFlash } from '../../http/flash.ts';
import { field, readForm } from '../../http/form.ts';
import { currentVisitor } from '../../http/guards.tsx';
import { page, signInProps } from '../../http/page.ts';
import { signInDeps, storesOf } from '../../http/request-stores.ts';
import { isLookingAhead, isScannerNetwork } from '../../http/scanners.ts';
import { LINK_LIFETIME } from '../../limits/rules.ts';
import type { Client, Member } from '../../sessions/resume.ts';
import { linkForRenewal } from '../../sign-in/issue.ts';
import { findMagicLink, hashToken, type MagicLink } from '../../sign-in/magic-link.ts';
import { openLink } from '../../sign-in/open-link.ts';
import {
  type CodeRefusal,
  inspectLink,
  isRequestingBrowser,
  proveByLink,
  proveByLinkAndCode,
} from '../../sign-in/redeem.ts';
import { newRenewal } from '../../sign-in/request.ts';
import { minutesIn } from '../../values/duration.ts';
import { codeRefused } from './code-refused.ts';
import { completeSignIn } from './complete.ts';
import { mailLinkLater } from './send-link.ts';

/** Opening a mailed link: at once for the browser that asked, after a button for any other. */
export const signInLink = new Hono<AppEnv>();

signInLink.get('/sign-in/link/:token', async (c) => {
  const link = await findLink(c);
  if (link === null) return unknownLink(c);
  const here = await currentVisitor(c);
  const isIn = here !== null && isSame(here, link.attempt);
  // signed in, but asked for the link since, to prove it once more: then it still has something to do
  const isDone = isIn && here.createdAt >= link.attempt.createdAt;
  if (!isDone && !isLookingAhead(c) && (await askedHere(c, link, here))) {
    const entered = await enterByLink(c, link.attempt);
    if (entered !== null) return entered;
    if (isIn) leaveFlash(c, 'That link had expired or been used. You are still signed in.');
  }
  return isIn ? c.redirect(link.attempt.next, 303) : explainLink(c, link, here);
});

signInLink.post('/sign-in/link/:token', async (c) => {
  const link = await findLink(c);
  if (link === null) return unknownLink(c);
  if (isScannerNetwork(c) && !(await askedHere(c, link, null))) return enterByLinkAndCode(c, link);
  return (await enterByLink(c, link.attempt)) ?? explainLink(c, link, null);
});

signInLink.post('/sign-in/link/:token/renewal', async (c) => {
  const link = await findLink(c);
  if (link === null) return unknownLink(c);
  const { realm, now } = c.var;
  const request = newRenewal(link.attempt, link.tokenHash, await readRequestCookie(c), now);
  await setRequestCookie(c, request);
  mailLinkLater(c, () => linkForRenewal(storesOf(c), realm, request, link.attempt.account));
  return c.redirect(paths.checkEmail(), 303);
});

/** A link that was opened: its attempt, and the token as it stands in the address, with its hash. */
type Link = { attempt: MagicLink; token: string; tokenHash: string };

async function findLink(c: AppContext): Promise<Link | null> {
  const token = c.req.param('token') ?? '';
  const tokenHash = await hashToken(token);
  if (tokenHash === null) return null;
  const link = await findMagicLink(c.env.TOKENS, c.var.realm, tokenHash);
  return link === null ? null : { attempt: link, token, tokenHash };
}

/**
 * Whether this browser asked for the link. Having renewed one counts for less, because the page that offers it may
 * be anybody's link: nothing on a network whose scanners press every button, and nothing where somebody else is
 * signed in, who would find themselves in another's account without a word (login CSRF).
 */
async function askedHere(c: AppContext, link: Link, here: Client | Member | null) {
  const request = await readRequestCookie(c);
  const renewed = request !== null && request.renews !== null;
  const isAnother = here !== null && !isSame(here, link.attempt);
  if (renewed && (isScannerNetwork(c) || isAnother)) return false;
  return isRequestingBrowser(link.attempt, request);
}

async function enterByLink(c: AppContext, link: MagicLink): Promise<Response | null> {
  const proof = proveByLink(c.var.realm, link, c.var.now);
  return proof === null ? null : completeSignIn(c, proof);
}

async function enterByLinkAndCode(c: AppContext, link: Link) {
  const { db, realm, now } = c.var;
  const typed = field(await readForm(c), 'code');
  const status = await inspectLink(db, realm, link.attempt, now);
  if (status !== 'open') return explainLink(c, link, null);
  const result = await proveByLinkAndCode(signInDeps(c), realm, link.attempt, typed, now);
  if (result.ok) return (await completeSignIn(c, result.proof)) ?? explainLink(c, link, null);
  return confirmPage(c, link, null, { refusal: result, typed });
}

/** A link that did not sign in: what has become of it, and what to do next. Never a dead end. */
async function explainLink(c: AppContext, link: Link, here: Client | Member | null) {
  const { realm, now } = c.var;
  const by = isScannerNetwork(c) || isLookingAhead(c) ? 'scanner' : clientInfo(c);
  const status = await openLink(signInDeps(c), realm, link.attempt, by, now);
  switch (status) {
    case 'open':
      return confirmPage(c, link, here);
    case 'gone':
      return unknownLink(c);
    case 'used':
    case 'expired':
    case 'access-off': {
      const props = {
        ...signInProps(c),
        token: link.token,
        maskedAddress: link.attempt.masked,
        why: status,
      };
      return page(c, <LinkGonePage {...props} />, 410);
    }
  }
}

function confirmPage(
  c: AppContext,
  link: Link,
  here: Client | Member | null,
  refused?: { refusal: CodeRefusal; typed: string },
) {
  const status = refused === undefined ? 200 : refused.refusal.why === 'locked' ? 429 : 422;
  return page(
    c,
    <ConfirmLinkPage
      {...signInProps(c)}
      token={link.token}
      maskedAddress={link.attempt.masked}
      minutes={minutesIn(LINK_LIFETIME)}
      ask={isScannerNetwork(c) ? 'code' : 'button'}
      signedInAs={here?.email}
      code={refused?.typed}
      {...(refused === undefined ? {} : codeRefused(refused.refusal))}
    />,
    status,
  );
}

function unknownLink(c: AppContext) {
  return page(c, <LinkUnknownPage {...signInProps(c)} />, 404);
}

function isSame(here: Client | Member, { account }: MagicLink): boolean {
  return account.kind === 'newcomer'
    ? here.email === account.email.address
    : here.id === account.id;
}
