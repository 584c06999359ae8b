import { Hono } from 'hono';
import * as v from 'valibot';
import { CheckEmailPage } from '../../../ui/pages/sign-in/check-email.tsx';
import { SignInPage } from '../../../ui/pages/sign-in/sign-in.tsx';
import * as paths from '../../../ui/paths.ts';
import type { AppContext, AppEnv } from '../../context.ts';
import { isUnchecked } from '../../http/challenge.ts';
import { clientInfo } from '../../http/client-info.ts';
import { lastMethod, readSignInRequestCookie, setSignInRequestCookie } from '../../http/cookies.ts';
import { field, parseFields, readForm } from '../../http/form.ts';
import { currentVisitor } from '../../http/guards.tsx';
import { brandOf, nonceOf, page, signInProps } from '../../http/page.ts';
import { askDeps, signInDeps, storesOf } from '../../http/request-stores.ts';
import { safeReturnTo } from '../../http/return-to.ts';
import { askerOf } from '../../http/who-asks.ts';
import { LINK_LIFETIME } from '../../limits/lifetimes.ts';
import { enqueueLink } from '../../mail/enqueue.ts';
import type { Client, Member } from '../../sessions/resume.ts';
import { linkForAddress } from '../../sign-in/link-request.ts';
import { newPageName, readPageName } from '../../sign-in/page-name.ts';
import { type CodeRefusal, proveByCode } from '../../sign-in/redeem.ts';
import { newSignInRequest, type SignInRequest } from '../../sign-in/sign-in-request.ts';
import { minutesIn } from '../../values/duration.ts';
import { emailField } from '../../values/fields.ts';
import { enqueueAndSendAfterResponse } from '../send-mail.ts';
import { codeRefused } from './code-refusal-text.ts';
import { completeSignIn } from './complete.ts';
import { giveAgainByCode } from './give-again.ts';
import { mayLackCookies } from './lost-cookies.ts';

/** Requesting a magic link, and typing the code of its mail. The same on portals and on the admin host. */
export const signIn = new Hono<AppEnv>();

signIn.get('/sign-in', async (c) => {
  const next = safeReturnTo(c.req.query('next'));
  if ((await currentVisitor(c)) !== null) return c.redirect(next, 303);
  const notice = mayLackCookies(c) ? 'signed-in' : undefined;
  const props = { ...signInProps(c), next, notice } as const;
  return page(c, <SignInPage {...props} method={methodOf(c)} />);
});

signIn.post('/sign-in/link', async (c) => {
  const form = await readForm(c);
  const next = safeReturnTo(field(form, 'next'));
  const typed = field(form, 'email');
  const parsed = parseFields(v.object({ email: emailField }), { email: typed });
  if (!parsed.ok) {
    const props = { ...signInProps(c), next, email: typed, errors: parsed.errors };
    return page(c, <SignInPage {...props} method="link" />, 422);
  }
  const { keyring, realm, now } = c.var;
  const { email } = parsed.value;
  const earlier = await readSignInRequestCookie(c);
  const from = readPageName(field(form, 'page'));
  const asked = { typed, next, earlier, page: from };
  const request = await newSignInRequest(keyring, realm, email, asked, now);
  await setSignInRequestCookie(c, request);
  enqueueAndSendAfterResponse(c, async () => {
    const unchecked = await isUnchecked(c, form);
    const asker = { ...(await askerOf(c)), page: from, unchecked };
    const wanted = await linkForAddress(askDeps(c), realm, request, email, asker);
    return enqueueLink(storesOf(c), wanted, clientInfo(c), now);
  });
  return c.redirect(paths.checkEmail(), 303);
});

// A tab that waits for the mail reloads this page. It is redirected as soon as its browser is signed in.
signIn.get('/sign-in/check-email', async (c) => {
  const request = await readSignInRequestCookie(c);
  const visitor = await currentVisitor(c);
  // a visitor who asked while signed in must sign in again: a session from before the request does not count
  if (visitor !== null && visitor.createdAt >= (request?.askedAt ?? 0)) {
    return c.redirect(request?.next ?? paths.home(), 303);
  }
  if (request === null) {
    return page(c, <SignInPage {...signInProps(c)} method="link" notice="asked" />);
  }
  return page(c, <CheckEmailPage {...checkEmailProps(c, request, visitor)} />);
});

signIn.post('/sign-in/code', async (c) => {
  const typed = field(await readForm(c), 'code');
  const request = await readSignInRequestCookie(c);
  if (request === null) return c.redirect(paths.checkEmail(), 303);
  const { realm, now } = c.var;
  const asker = await askerOf(c);
  const result = await proveByCode(signInDeps(c), realm, request, asker, typed, now);
  if (result.ok) {
    const signedIn = await completeSignIn(c, result.proof);
    if (signedIn !== null) return signedIn;
  }
  // a button that is pressed twice: the first press has signed this browser in
  const visitor = await currentVisitor(c);
  if (visitor !== null && visitor.createdAt >= request.askedAt)
    return c.redirect(request.next, 303);
  const refusal = result.ok ? SUPERSEDED : result;
  const given = await giveAgainByCode(c, request, typed, refusal);
  if (given !== null) return given;
  const renewing = request.renews === null ? null : visitor;
  const props = { ...checkEmailProps(c, request, renewing), ...codeRefused(refusal), code: typed };
  return page(c, <CheckEmailPage {...props} />, refusal.why === 'locked' ? 429 : 422);
});

/** The method that the visitor chose, otherwise the one of this browser's last sign-in. */
function methodOf(c: AppContext): 'link' | 'password' {
  const chosen = c.req.query('method');
  return chosen === 'link' || chosen === 'password' ? chosen : lastMethod(c);
}

/** The refusal of a right code whose proof was used or revoked a moment before. */
const SUPERSEDED: CodeRefusal = { ok: false, why: 'wrong' };

function checkEmailProps(c: AppContext, request: SignInRequest, visitor: Client | Member | null) {
  const renewed = request.renews !== null;
  return {
    nonce: nonceOf(c),
    brand: brandOf(c),
    pageName: newPageName(),
    address: request.shown,
    masked: renewed,
    // attack: a renewed link may be another person's, and its code would silently change accounts
    signedInAs: renewed ? visitor?.email : undefined,
    minutes: minutesIn(LINK_LIFETIME),
    next: request.next,
  };
}
