import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { CheckEmailPage } from '../../ui/pages/gate/check-email.tsx';
import { SignInPage } from '../../ui/pages/gate/sign-in.tsx';
import * as paths from '../../ui/paths.ts';
import { record } from '../activity/record.ts';
import type { AppEnv } from '../context.ts';
import { readAskingCookie, sessionClaim, setAskingCookie, setSession } from '../http/cookies.ts';
import { emailField, field, parseFields, readForm } from '../http/form.ts';
import { whoIsHere } from '../http/guards.tsx';
import { safeNext } from '../http/next.ts';
import { brandOf, nonceOf, page } from '../http/page.ts';
import { afterResponse } from '../http/reference.ts';
import { seenIn } from '../http/seen.ts';
import { minutesIn } from '../limits/duration.ts';
import { LINK_LIFETIME } from '../limits/rules.ts';
import type { Account } from '../sessions/account.ts';
import { type Proof, start } from '../sessions/start.ts';
import { type Asking, askFor } from '../sign-in/asking.ts';
import { issue } from '../sign-in/issue.ts';
import { type CodeRefusal, proveByCode } from '../sign-in/redeem.ts';
import { mailLinkLater } from './link-mail.ts';

/** Asking for a link, and typing the code of its mail: the same on a portal and on the admin host. */
export const signIn = new Hono<AppEnv>();

signIn.get('/sign-in', async (c) => {
  const next = safeNext(c.req.query('next'));
  if ((await whoIsHere(c)) !== null) return c.redirect(next, 303);
  return page(c, <SignInPage {...gate(c)} next={next} />);
});

signIn.post('/sign-in/link', async (c) => {
  const form = await readForm(c);
  const next = safeNext(field(form, 'next'));
  const typed = field(form, 'email');
  const parsed = parseFields(v.object({ email: emailField }), { email: typed });
  if (!parsed.ok) {
    const error = parsed.errors.email;
    return page(c, <SignInPage {...gate(c)} next={next} email={typed} error={error} />, 422);
  }
  const { db, keyring, at, now } = c.var;
  const { email } = parsed.value;
  const earlier = await readAskingCookie(c);
  const asking = await askFor(keyring, at.door, email, { typed, next, earlier }, now);
  await setAskingCookie(c, asking);
  const stores = { db, tokens: c.env.TOKENS, keyring };
  mailLinkLater(c, () => issue(stores, at, asking, email, now));
  return c.redirect(paths.checkEmail(), 303);
});

// The tab that waits asks for this page too, and is led on as soon as its browser is signed in.
signIn.get('/sign-in/check-email', async (c) => {
  const asking = await readAskingCookie(c);
  if ((await whoIsHere(c)) !== null) return c.redirect(asking?.next ?? paths.home(), 303);
  if (asking === null) return c.redirect(paths.signIn(), 303);
  return page(c, <CheckEmailPage {...waiting(c, asking)} />);
});

signIn.post('/sign-in/code', async (c) => {
  const typed = field(await readForm(c), 'code');
  const asking = await readAskingCookie(c);
  if (asking === null) return c.redirect(paths.signIn(), 303);
  const { db, keyring, at, now } = c.var;
  const stores = { db, tokens: c.env.TOKENS, keyring };
  const result = await proveByCode(stores, at, asking, typed, now);
  if (result.ok) {
    const entered = await enter(c, result.proof);
    if (entered !== null) return entered;
  }
  const refusal = result.ok ? SUPERSEDED : result;
  tellOfLastTry(c, refusal);
  const props = { ...waiting(c, asking), ...codeRefused(refusal), code: typed };
  return page(c, <CheckEmailPage {...props} />, refusal.why === 'locked' ? 429 : 422);
});

/** A code that was right and lost the race against its own link, or against revocation. */
const SUPERSEDED: CodeRefusal = { ok: false, why: 'wrong', lastOf: null };

/**
 * Starts the session that a proof is good for; null when the proof is dead by now. The asking cookie stays,
 * for the tab that waits: it says where this browser wanted to go.
 */
export async function enter(c: Context<AppEnv>, proof: Proof): Promise<Response | null> {
  const replaced = await sessionClaim(c);
  const started = await start(c.var.db, proof, seenIn(c), replaced?.session ?? null, c.var.now);
  if (started === null) return null;
  await setSession(c, started);
  return c.redirect(proof.next, 303);
}

/** The public words for a refused code: the same for an address we know and one we don't. */
export function codeRefused(refusal: CodeRefusal): { codeError: string; locked: boolean } {
  const locked = refusal.why === 'locked';
  switch (refusal.why) {
    case 'malformed':
      return { codeError: 'A code has six letters and digits, such as 7K4M2P.', locked };
    case 'lapsed':
      return { codeError: 'That code is too old. Send it again, and type the new one.', locked };
    case 'wrong':
      return { codeError: 'That code isn’t right. Take it from the newest mail.', locked };
    case 'locked':
      return {
        codeError: 'Too many wrong codes. Use the link in the mail, or wait an hour.',
        locked,
      };
  }
}

/** The freelancer reads on the contact's card that a limit on codes was used up. */
export function tellOfLastTry(c: Context<AppEnv>, refusal: CodeRefusal): void {
  const account: Account | null = refusal.why === 'wrong' ? refusal.lastOf : null;
  if (account?.kind !== 'contact') return;
  const { workspace, id: contact } = account;
  const { db, now } = c.var;
  afterResponse(c, 'record locked code', async () => {
    await record(db, { kind: 'code_locked', workspace, contact }, now);
  });
}

/** What every page of the gate is given. */
export function gate(c: Context<AppEnv>) {
  const audience: 'client' | 'member' = c.var.workspace === null ? 'member' : 'client';
  return { nonce: nonceOf(c), brand: brandOf(c), audience };
}

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
