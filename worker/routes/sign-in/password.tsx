import { Hono } from 'hono';
import * as v from 'valibot';
import { SignInPage } from '../../../ui/pages/sign-in/sign-in.tsx';
import type { AppContext, AppEnv } from '../../context.ts';
import { afterResponse } from '../../http/after-response.ts';
import { field, parseFields, readForm } from '../../http/form.ts';
import { page, signInProps } from '../../http/page.ts';
import { passwordDeps } from '../../http/request-stores.ts';
import { safeReturnTo } from '../../http/return-to.ts';
import { askerOf } from '../../http/who-asks.ts';
import { hashPassword } from '../../passwords/password-hash.ts';
import { type Password, rehash } from '../../passwords/passwords.ts';
import { isTooLong, PASSWORD_MOST } from '../../passwords/policy.ts';
import { proveByPassword } from '../../sign-in/password.ts';
import { trySubjects } from '../../sign-in/password-throttle.ts';
import { emailField } from '../../values/fields.ts';
import { completeSignIn } from './complete.ts';
import { forgiveTriesLater, logUnreadable, passwordRefused } from './password-refusal.ts';

/** Signing in with a password. app.ts mounts it only where passwords are on. */
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
  if (!parsed.ok) return signInForm(c, { email: typed.email, next, errors: parsed.errors }, 422);
  const { email, password } = parsed.value;
  const subjects = await trySubjects(keyring, realm, email, await askerOf(c));
  const result = await proveByPassword(
    passwordDeps(c),
    realm,
    { email, password, next },
    subjects,
    now,
  );
  if (result.ok) {
    const signedIn = await completeSignIn(c, result.proof);
    if (signedIn !== null) {
      forgiveTriesLater(c, subjects);
      if (result.outdated !== null) renewHash(c, result.outdated, password);
      return signedIn;
    }
  }
  const refusal = result.ok ? SUPERSEDED : result;
  logUnreadable(c, refusal);
  const { words, status } = passwordRefused(c, refusal);
  return signInForm(c, { email: typed.email, next, refused: words }, status);
});

/** The refusal of a right password that was changed, or whose account lost access, during the check. */
const SUPERSEDED = { ok: false, why: 'wrong', unreadable: null } as const;

type FormProps = {
  email: string;
  next: string;
  errors?: { email?: string; password?: string };
  refused?: string;
};

function signInForm(c: AppContext, props: FormProps, status: 401 | 422 | 429) {
  return page(c, <SignInPage {...signInProps(c)} method="password" {...props} />, status);
}

/** Hashes a password again by a newer policy or pepper, while the typed password is known. */
function renewHash(c: AppContext, { id, hash }: Password, password: string): void {
  const { db, peppers } = c.var;
  afterResponse(c, 'hash a password again', async () => {
    await rehash(db, id, hash, await hashPassword(peppers, password));
  });
}
