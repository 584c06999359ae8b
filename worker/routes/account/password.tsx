import { type Context, Hono } from 'hono';
import {
  UpdatePasswordPage,
  type UpdatePasswordPageProps,
} from '../../../ui/pages/account/password.tsx';
import * as paths from '../../../ui/paths.ts';
import type { VisitorEnv } from '../../context.ts';
import { field, readForm } from '../../http/form.ts';
import { toConfirmation } from '../../http/guards.tsx';
import { nonceOf, page } from '../../http/page.ts';
import { passwordDeps } from '../../http/request-stores.ts';
import { askerOf } from '../../http/who-asks.ts';
import { countTry } from '../../limits/limiter.ts';
import { PASSWORD_CHANGES_PER_ACCOUNT } from '../../limits/rules.ts';
import { hashPassword } from '../../passwords/password-hash.ts';
import { type Password, passwordOf, setPassword } from '../../passwords/passwords.ts';
import { type About, isTooLong, PASSWORD_LEAST, PASSWORD_MOST } from '../../passwords/policy.ts';
import { isRecent, visitorAccount } from '../../sessions/resume.ts';
import { checkCurrentPassword } from '../../sign-in/password.ts';
import { trySubjects } from '../../sign-in/password-throttle.ts';
import { durationWords } from '../../values/duration.ts';
import { storedEmail } from '../../values/email-address.ts';
import { forgiveTriesLater, logUnreadable, passwordRefused } from '../sign-in/password-refusal.ts';
import { answerPasswordChange } from './answer-password-change.ts';
import { aboutVisitor, breachWords, faultWords } from './password-fault-text.ts';
import { accountShell } from './shell.ts';

/** Setting a password, and changing it. app.ts mounts it only where passwords are on. */
export const password = new Hono<VisitorEnv>();

password.get('/account/password', async (c) => {
  const [current, about] = await Promise.all([currentPassword(c), aboutVisitor(c)]);
  if (needsConfirmation(c, current)) return toConfirmation(c, paths.accountPassword());
  return updatePage(c, current, about, null);
});

password.post('/account/password', async (c) => {
  const { db, peppers, visitor, now } = c.var;
  const form = await readForm(c);
  const typed = { password: field(form, 'password'), current: field(form, 'current_password') };
  const [current, about] = await Promise.all([currentPassword(c), aboutVisitor(c)]);
  if (needsConfirmation(c, current)) return toConfirmation(c, paths.accountPassword());
  const refused = await refuseTyped(c, current, about, typed);
  if (refused !== null) return updatePage(c, current, about, refused);
  const hash = await hashPassword(peppers, typed.password);
  const replaces = current.password?.id ?? null;
  const change = { account: visitorAccount(visitor), session: visitor.session, replaces };
  const saved = await setPassword(db, change, hash, now);
  return answerPasswordChange(c, replaces === null ? 'set' : 'changed', saved);
});

/** The visitor's password, if there is one, and whether the form asks for it. */
type CurrentPassword = { password: Password | null; isAsked: boolean };

/** A visitor who has just signed in by mail may have forgotten the password, so the form does not ask for it. */
async function currentPassword(c: Context<VisitorEnv>): Promise<CurrentPassword> {
  const { db, visitor, now } = c.var;
  const [found = null] = await passwordOf(db, visitorAccount(visitor));
  const cameByMail = visitor.method !== 'password' && isRecent(visitor, now);
  return { password: found, isAsked: found !== null && !cameByMail };
}

/**
 * Whether the visitor must sign in again first: there is no current password to ask for. Attack: a person at an unlocked
 * browser, or with a copied cookie, must not turn a session into a password.
 */
function needsConfirmation(c: Context<VisitorEnv>, { password }: CurrentPassword): boolean {
  return password === null && !isRecent(c.var.visitor, c.var.now);
}

type Refused = Pick<UpdatePasswordPageProps, 'errors' | 'refused'> & { status: 422 | 429 };

/** Why a change is refused, or null. It checks what costs nothing, then the current password, then breaches. */
async function refuseTyped(
  c: Context<VisitorEnv>,
  current: CurrentPassword,
  about: About,
  typed: { password: string; current: string },
): Promise<Refused | null> {
  const fault = await faultWords(typed.password, about);
  const missing = current.isAsked ? currentWords(typed.current) : null;
  if (fault !== null || missing !== null) {
    const errors = { password: fault ?? undefined, current_password: missing ?? undefined };
    return { status: 422, errors };
  }
  if (current.password !== null && current.isAsked) {
    const refused = await refuseCurrent(c, current.password, typed.current);
    if (refused !== null) return refused;
  }
  // attack: a person without the current password must not exhaust the owner's limit, so this counts last
  const counted = await countTry(
    c.var.db,
    PASSWORD_CHANGES_PER_ACCOUNT,
    c.var.visitor.id,
    c.var.now,
  );
  if (counted.length === 0) return tooManyChanges(c);
  const breach = await breachWords(c, typed.password);
  return breach === null ? null : { status: 422, errors: { password: breach } };
}

function currentWords(typed: string): string | null {
  if (typed === '') return 'Type your current password.';
  return isTooLong(typed) ? NOT_CURRENT : null;
}

const NOT_CURRENT = 'That isn’t your current password.';

function tooManyChanges(c: Context<VisitorEnv>): Refused {
  c.header('retry-after', String(PASSWORD_CHANGES_PER_ACCOUNT.window / 1000));
  const wait = durationWords(PASSWORD_CHANGES_PER_ACCOUNT.window);
  return { status: 429, refused: `Those were many changes in a row. Try again in ${wait}.` };
}

/** Checks the current password, counted like a try on the sign-in page. Attack: guessing it in a borrowed browser. */
async function refuseCurrent(
  c: Context<VisitorEnv>,
  password: Password,
  typed: string,
): Promise<Refused | null> {
  const { keyring, realm, visitor, now } = c.var;
  const asker = await askerOf(c);
  const subjects = await trySubjects(keyring, realm, storedEmail(visitor.email), asker);
  const owned = { account: visitorAccount(visitor), password };
  const checked = await checkCurrentPassword(passwordDeps(c), owned, typed, subjects, now);
  if (checked.ok) {
    forgiveTriesLater(c, subjects);
    return null;
  }
  logUnreadable(c, checked);
  if (checked.why === 'paused') return { status: 429, refused: passwordRefused(c, checked).words };
  return { status: 422, errors: { current_password: NOT_CURRENT } };
}

function updatePage(
  c: Context<VisitorEnv>,
  current: CurrentPassword,
  { names, email }: About,
  refused: Refused | null,
) {
  const props = {
    nonce: nonceOf(c),
    shell: accountShell(c),
    setAt: current.password?.setAt ?? null,
    now: c.var.now,
    asksCurrent: current.isAsked,
    minLength: PASSWORD_LEAST,
    longest: PASSWORD_MOST,
    guessable: [...names, email],
    errors: refused?.errors,
    refused: refused?.refused,
  };
  return page(c, <UpdatePasswordPage {...props} />, refused?.status ?? 200);
}
