import { Hono } from 'hono';
import * as v from 'valibot';
import { SignInPage } from '../../../ui/pages/sign-in/sign-in.tsx';
import type { AppContext, AppEnv } from '../../context.ts';
import { afterResponse } from '../../http/after-response.ts';
import { clientNetwork } from '../../http/client-network.ts';
import { emailField, field, parseFields, readForm } from '../../http/form.ts';
import { page, signInProps } from '../../http/page.ts';
import { passwordDeps } from '../../http/request-stores.ts';
import { safeReturnTo } from '../../http/return-to.ts';
import { hashPassword } from '../../passwords/password-hash.ts';
import { type Password, rehash } from '../../passwords/passwords.ts';
import { isTooLong, PASSWORD_MOST } from '../../passwords/policy.ts';
import { proveByPassword } from '../../sign-in/password.ts';
import { trySubjects } from '../../sign-in/password-throttle.ts';
import { completeSignIn } from './complete.ts';
import { forgiveTriesLater, logUnreadable, passwordRefused } from './password-refused.ts';

/** Signing in with a password, for who has chosen one. app.ts mounts it only where passwords are on. */
export const signInPassword = new Hono<AppEnv>();

const Credentials = v.object({
  email: emailField,
  password: v.pipe(
    v.string(),
    v.nonEmpty('Type your password.'),
    v.check((text) => !isTooLong(text), `At most ${PASSWORD_MOST} characters.`),
  ),
});

signInPassword.post('/sign-in/password', async (c) => {
  const { keyring, realm, now } = c.var;
  const form = await readForm(c);
  const next = safeReturnTo(field(form, 'next'));
  const typed = { email: field(form, 'email'), password: field(form, 'password') };
  const parsed = parseFields(Credentials, typed);
  if (!parsed.ok) return formAgain(c, { email: typed.email, next, errors: parsed.errors }, 422);
  const { email, password } = parsed.value;
  const subjects = await trySubjects(keyring, realm, email, clientNetwork(c));
  const result = await proveByPassword(
    passwordDeps(c),
    realm,
    { email, password, next },
    subjects,
    now,
  );
  if (result.ok) {
    const entered = await completeSignIn(c, result.proof);
    if (entered !== null) {
      forgiveTriesLater(c, subjects);
      if (result.outdated !== null) renewHash(c, result.outdated, password);
      return entered;
    }
  }
  const refusal = result.ok ? SUPERSEDED : result;
  logUnreadable(c, refusal);
  const { words, status } = passwordRefused(c, refusal);
  return formAgain(c, { email: typed.email, next, refused: words }, status);
});

/** A password that was right and changed, or lost its access, while it was judged. */
const SUPERSEDED = { ok: false, why: 'wrong', unreadable: null } as const;

type Again = {
  email: string;
  next: string;
  errors?: { email?: string; password?: string };
  refused?: string;
};

function formAgain(c: AppContext, again: Again, status: 401 | 422 | 429) {
  return page(c, <SignInPage {...signInProps(c)} method="password" {...again} />, status);
}

/** The policy has been raised, or the pepper rotated: the one moment at which the password is at hand. */
function renewHash(c: AppContext, { id, hash }: Password, password: string): void {
  const { db, peppers } = c.var;
  afterResponse(c, 'hash a password anew', async () => {
    await rehash(db, id, hash, await hashPassword(peppers, password));
  });
}
