import { type Context, Hono } from 'hono';
import { ConfirmLinkPage } from '../../../ui/pages/sign-in/confirm-link.tsx';
import { LinkGonePage } from '../../../ui/pages/sign-in/link-gone.tsx';
import { LinkUnknownPage } from '../../../ui/pages/sign-in/link-unknown.tsx';
import * as paths from '../../../ui/paths.ts';
import type { AppEnv } from '../../context.ts';
import { isLookingAhead, isScannerNetwork } from '../../http/client-info.ts';
import { readAskingCookie, setAskingCookie } from '../../http/cookies.ts';
import { leaveFlash } from '../../http/flash.ts';
import { field, readForm } from '../../http/form.ts';
import { whoIsHere } from '../../http/guards.tsx';
import { gateProps, page } from '../../http/page.ts';
import { storesOf } from '../../http/stores.ts';
import { LINK_LIFETIME } from '../../limits/rules.ts';
import type { Client, Member } from '../../sessions/resume.ts';
import { askedByLink } from '../../sign-in/issue.ts';
import { type Attempt, findAttempt, hashToken } from '../../sign-in/magic-link.ts';
import {
  type CodeRefusal,
  inspectLink,
  isAsker,
  proveByLink,
  proveByLinkAndCode,
} from '../../sign-in/redeem.ts';
import { askAgain } from '../../sign-in/request.ts';
import { minutesIn } from '../../values/duration.ts';
import { codeRefused, tellOfLastTry } from './code-refused.ts';
import { tellOfOpening } from './link-opened.ts';
import { mailLinkLater } from './send-link.ts';
import { enter } from './start-session.ts';

/** Opening a mailed link: at once for the browser that asked, after a button for any other. */
export const signInLink = new Hono<AppEnv>();

signInLink.get('/sign-in/link/:token', async (c) => {
  const link = await findLink(c);
  if (link === null) return unknownLink(c);
  const here = await whoIsHere(c);
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
  const { at, now } = c.var;
  const asking = askAgain(link.attempt, link.tokenHash, await readAskingCookie(c), now);
  await setAskingCookie(c, asking);
  mailLinkLater(c, () => askedByLink(storesOf(c), at, asking, link.attempt.account));
  return c.redirect(paths.checkEmail(), 303);
});

/** A link that was opened: its attempt, and the token as it stands in the address, with its hash. */
type Link = { attempt: Attempt; token: string; tokenHash: string };

async function findLink(c: Context<AppEnv>): Promise<Link | null> {
  const token = c.req.param('token') ?? '';
  const tokenHash = await hashToken(token);
  if (tokenHash === null) return null;
  const attempt = await findAttempt(c.env.TOKENS, c.var.at.door, tokenHash);
  return attempt === null ? null : { attempt, token, tokenHash };
}

/**
 * Whether this browser asked for the link. Having renewed one counts for less, because the page that offers it may
 * be anybody's link: nothing on a network whose scanners press every button, and nothing where somebody else is
 * signed in, who would find themselves in another's account without a word (login CSRF).
 */
async function askedHere(c: Context<AppEnv>, link: Link, here: Client | Member | null) {
  const asking = await readAskingCookie(c);
  const renewed = asking !== null && asking.renews !== null;
  const isAnother = here !== null && !isSame(here, link.attempt);
  if (renewed && (isScannerNetwork(c) || isAnother)) return false;
  return isAsker(link.attempt, asking);
}

async function enterByLink(c: Context<AppEnv>, attempt: Attempt): Promise<Response | null> {
  const proof = proveByLink(c.var.at, attempt, c.var.now);
  return proof === null ? null : enter(c, proof);
}

async function enterByLinkAndCode(c: Context<AppEnv>, link: Link) {
  const { db, at, now } = c.var;
  const typed = field(await readForm(c), 'code');
  const standing = await inspectLink(db, at, link.attempt, now);
  if (standing !== 'open') return explainLink(c, link, null);
  const result = await proveByLinkAndCode(storesOf(c), at, link.attempt, typed, now);
  if (result.ok) return (await enter(c, result.proof)) ?? explainLink(c, link, null);
  tellOfLastTry(c, result);
  return confirmPage(c, link, null, { refusal: result, typed });
}

/** A link that did not sign in: what has become of it, and what to do next. Never a dead end. */
async function explainLink(c: Context<AppEnv>, link: Link, here: Client | Member | null) {
  const standing = await inspectLink(c.var.db, c.var.at, link.attempt, c.var.now);
  switch (standing) {
    case 'open':
      tellOfOpening(c, link.attempt);
      return confirmPage(c, link, here);
    case 'gone':
      return unknownLink(c);
    case 'used':
    case 'expired':
    case 'access-off': {
      const props = {
        ...gateProps(c),
        token: link.token,
        maskedAddress: link.attempt.masked,
        why: standing,
      };
      return page(c, <LinkGonePage {...props} />, 410);
    }
  }
}

function confirmPage(
  c: Context<AppEnv>,
  link: Link,
  here: Client | Member | null,
  refused?: { refusal: CodeRefusal; typed: string },
) {
  const status = refused === undefined ? 200 : refused.refusal.why === 'locked' ? 429 : 422;
  return page(
    c,
    <ConfirmLinkPage
      {...gateProps(c)}
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

function unknownLink(c: Context<AppEnv>) {
  return page(c, <LinkUnknownPage {...gateProps(c)} />, 404);
}

function isSame(here: Client | Member, { account }: Attempt): boolean {
  return account.kind === 'newcomer'
    ? here.email === account.email.address
    : here.id === account.id;
}
