import { type Context, Hono } from 'hono';
import {
  UpdatePasswordPage,
  type UpdatePasswordPageProps,
} from '../../../ui/pages/account/password.tsx';
import type { VisitorEnv } from '../../context.ts';
import { clientNetwork } from '../../http/client-network.ts';
import { field, readForm } from '../../http/form.ts';
import { nonceOf, page } from '../../http/page.ts';
import { passwordDeps } from '../../http/request-stores.ts';
import { countTry } from '../../limits/limiter.ts';
import { CHANGES_PER_ACCOUNT } from '../../limits/rules.ts';
import { hashPassword } from '../../passwords/password-hash.ts';
import { type Password, passwordOf, setPassword } from '../../passwords/passwords.ts';
import { type About, isTooLong, PASSWORD_LEAST, PASSWORD_MOST } from '../../passwords/policy.ts';
import { isRecent, visitorAccount } from '../../sessions/resume.ts';
import { checkCurrentPassword } from '../../sign-in/password.ts';
import { trySubjects } from '../../sign-in/password-throttle.ts';
import { durationWords } from '../../values/duration.ts';
import { storedEmail } from '../../values/email-address.ts';
import { forgiveTriesLater, logUnreadable, passwordRefused } from '../sign-in/password-refused.ts';
import { notifyPasswordChanged } from './password-changed.ts';
import { aboutVisitor, breachWords, faultWords } from './password-rules.ts';
import { accountShell } from './shell.ts';

/** Setting a password, and changing it. app.ts mounts it only where passwords are on. */
export const password = new Hono<VisitorEnv>();

password.get('/account/password', async (c) => {
  const [status, about] = await Promise.all([standingOf(c), aboutVisitor(c)]);
  return updatePage(c, status, about, null);
});

password.post('/account/password', async (c) => {
  const { db, peppers, visitor, now } = c.var;
  const form = await readForm(c);
  const typed = { password: field(form, 'password'), current: field(form, 'current_password') };
  const [status, about] = await Promise.all([standingOf(c), aboutVisitor(c)]);
  const refused = await refuseTyped(c, status, about, typed);
  if (refused !== null) return updatePage(c, status, about, refused);
  const hash = await hashPassword(peppers, typed.password);
  const client = status.known?.id ?? null;
  const change = { account: visitorAccount(visitor), session: visitor.session, seen: client };
  const saved = await setPassword(db, change, hash, now);
  return notifyPasswordChanged(c, client === null ? 'set' : 'changed', saved);
});

/** The password there is, and whether it is asked for: who has just come in by mail may have forgotten it. */
type Standing = { known: Password | null; asksCurrent: boolean };

async function standingOf(c: Context<VisitorEnv>): Promise<Standing> {
  const { db, visitor, now } = c.var;
  const [known = null] = await passwordOf(db, visitorAccount(visitor));
  const cameByMail = visitor.method !== 'password' && isRecent(visitor, now);
  return { known, asksCurrent: known !== null && !cameByMail };
}

type Refused = Pick<UpdatePasswordPageProps, 'errors' | 'refused'> & { status: 422 | 429 };

/** What speaks against a change: what costs nothing first, then the current password, then the breaches. */
async function refuseTyped(
  c: Context<VisitorEnv>,
  { known, asksCurrent }: Standing,
  about: About,
  typed: { password: string; current: string },
): Promise<Refused | null> {
  const fault = await faultWords(typed.password, about);
  const missing = asksCurrent ? currentWords(typed.current) : null;
  if (fault !== null || missing !== null) {
    const errors = { password: fault ?? undefined, current_password: missing ?? undefined };
    return { status: 422, errors };
  }
  if (known !== null && asksCurrent) {
    const refused = await refuseCurrent(c, known, typed.current);
    if (refused !== null) return refused;
  }
  // only now: who cannot say the current password must not use up its owner's changes
  const counted = await countTry(c.var.db, CHANGES_PER_ACCOUNT, c.var.visitor.id, c.var.now);
  if (counted.length === 0) return refuseMore(c);
  const breach = await breachWords(c, typed.password);
  return breach === null ? null : { status: 422, errors: { password: breach } };
}

function currentWords(typed: string): string | null {
  if (typed === '') return 'Type your current password.';
  return isTooLong(typed) ? NOT_CURRENT : null;
}

const NOT_CURRENT = 'That isn’t your current password.';

function refuseMore(c: Context<VisitorEnv>): Refused {
  c.header('retry-after', String(CHANGES_PER_ACCOUNT.window / 1000));
  const wait = durationWords(CHANGES_PER_ACCOUNT.window);
  return { status: 429, refused: `Those were many changes in a row. Try again in ${wait}.` };
}

/** A wrong current password counts like one typed at the door: a borrowed browser is no place to guess it. */
async function refuseCurrent(
  c: Context<VisitorEnv>,
  known: Password,
  typed: string,
): Promise<Refused | null> {
  const { keyring, realm, visitor, now } = c.var;
  const subjects = await trySubjects(keyring, realm, storedEmail(visitor.email), clientNetwork(c));
  const theirs = { account: visitorAccount(visitor), password: known };
  const checked = await checkCurrentPassword(passwordDeps(c), theirs, typed, subjects, now);
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
  { known, asksCurrent }: Standing,
  { names, email }: About,
  refused: Refused | null,
) {
  const props = {
    nonce: nonceOf(c),
    account: accountShell(c),
    setAt: known?.setAt ?? null,
    now: c.var.now,
    asksCurrent,
    minLength: PASSWORD_LEAST,
    longest: PASSWORD_MOST,
    guessable: [...names, email],
    errors: refused?.errors,
    refused: refused?.refused,
  };
  return page(c, <UpdatePasswordPage {...props} />, refused?.status ?? 200);
}
