import { Hono } from 'hono';
import { PasswordRemovalPage } from '../../../ui/pages/account/password-removal.tsx';
import * as paths from '../../../ui/paths.ts';
import type { VisitorEnv } from '../../context.ts';
import { nonceOf, page } from '../../http/page.ts';
import { passwordOf, removePassword } from '../../passwords/passwords.ts';
import { visitorAccount } from '../../sessions/resume.ts';
import { answerPasswordChange } from './answer-password-change.ts';
import { accountShell } from './shell.ts';

/**
 * Removing the password. Mounted behind `recentSignIn`. Attack: otherwise a person at an unlocked browser could remove
 * the password and set another one, without the current password.
 */
export const passwordRemoval = new Hono<VisitorEnv>();

passwordRemoval.get('/account/password/removal', async (c) => {
  const [current] = await passwordOf(c.var.db, visitorAccount(c.var.visitor));
  if (current === undefined) return c.redirect(paths.accountPassword(), 303);
  return page(c, <PasswordRemovalPage nonce={nonceOf(c)} shell={accountShell(c)} />);
});

passwordRemoval.post('/account/password/removal', async (c) => {
  const { db, visitor, now } = c.var;
  const account = visitorAccount(visitor);
  const [current] = await passwordOf(db, account);
  if (current === undefined) return c.redirect(paths.accountPassword(), 303);
  const change = { account, session: visitor.session, replaces: current.id };
  return answerPasswordChange(c, 'removed', await removePassword(db, change, now));
});
