import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { CheckEmailPage } from '../../../ui/pages/sign-in/check-email.tsx';
import { SignInPage } from '../../../ui/pages/sign-in/sign-in.tsx';
import * as paths from '../../../ui/paths.ts';
import type { AppEnv } from '../../context.ts';
import { lastMethod, readAskingCookie, setAskingCookie } from '../../http/cookies.ts';
import { emailField, field, parseFields, readForm } from '../../http/form.ts';
import { whoIsHere } from '../../http/guards.tsx';
import { brandOf, gateProps, nonceOf, page } from '../../http/page.ts';
import { safeNext } from '../../http/return-to.ts';
import { storesOf } from '../../http/stores.ts';
import { LINK_LIFETIME } from '../../limits/rules.ts';
import { askedByAddress } from '../../sign-in/issue.ts';
import { type CodeRefusal, proveByCode } from '../../sign-in/redeem.ts';
import { type Asking, askFor } from '../../sign-in/request.ts';
import { minutesIn } from '../../values/duration.ts';
import { codeRefused, tellOfLastTry } from './code-refused.ts';
import { mailLinkLater } from './send-link.ts';
import { enter } from './start-session.ts';

/** Asking for a link, and typing the code of its mail: the same on a portal and on the admin host. */
export const signIn = new Hono<AppEnv>();

signIn.get('/sign-in', async (c) => {
  const next = safeNext(c.req.query('next'));
  if ((await whoIsHere(c)) !== null) return c.redirect(next, 303);
  return page(c, <SignInPage {...gateProps(c)} method={methodOf(c)} next={next} />);
});

signIn.post('/sign-in/link', async (c) => {
  const form = await readForm(c);
  const next = safeNext(field(form, 'next'));
  const typed = field(form, 'email');
  const parsed = parseFields(v.object({ email: emailField }), { email: typed });
  if (!parsed.ok) {
    const props = { ...gateProps(c), next, email: typed, errors: parsed.errors };
    return page(c, <SignInPage {...props} method="link" />, 422);
  }
  const { keyring, at, now } = c.var;
  const { email } = parsed.value;
  const earlier = await readAskingCookie(c);
  const asking = await askFor(keyring, at.door, email, { typed, next, earlier }, now);
  await setAskingCookie(c, asking);
  mailLinkLater(c, () => askedByAddress(storesOf(c), at, asking, email));
  return c.redirect(paths.checkEmail(), 303);
});

// The tab that waits asks for this page too, and is led on as soon as its browser is signed in.
signIn.get('/sign-in/check-email', async (c) => {
  const [asking, here] = [await readAskingCookie(c), await whoIsHere(c)];
  // who asked while signed in does so to prove it once more: not there yet
  if (here !== null && here.createdAt >= (asking?.askedAt ?? 0)) {
    return c.redirect(asking?.next ?? paths.home(), 303);
  }
  if (asking === null) return c.redirect(paths.signIn(), 303);
  return page(c, <CheckEmailPage {...waiting(c, asking)} />);
});

signIn.post('/sign-in/code', async (c) => {
  const typed = field(await readForm(c), 'code');
  const asking = await readAskingCookie(c);
  if (asking === null) return c.redirect(paths.signIn(), 303);
  const { at, now } = c.var;
  const result = await proveByCode(storesOf(c), at, asking, typed, now);
  if (result.ok) {
    const entered = await enter(c, result.proof);
    if (entered !== null) return entered;
  }
  const refusal = result.ok ? SUPERSEDED : result;
  tellOfLastTry(c, refusal);
  const props = { ...waiting(c, asking), ...codeRefused(refusal), code: typed };
  return page(c, <CheckEmailPage {...props} />, refusal.why === 'locked' ? 429 : 422);
});

/** The way in that the visitor chose, else the one this browser came in by last. */
function methodOf(c: Context<AppEnv>): 'link' | 'password' {
  const chosen = c.req.query('method');
  return chosen === 'link' || chosen === 'password' ? chosen : lastMethod(c);
}

/** A code that was right and lost the race against its own link, or against revocation. */
const SUPERSEDED: CodeRefusal = { ok: false, why: 'wrong', lastOf: null };

function waiting(c: Context<AppEnv>, asking: Asking) {
  return {
    nonce: nonceOf(c),
    brand: brandOf(c),
    address: asking.shown,
    masked: asking.renews !== null,
    minutes: minutesIn(LINK_LIFETIME),
    next: asking.next,
  };
}
