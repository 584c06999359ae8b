import { Hono } from 'hono';
import {
  ConfirmIdentityPage,
  type ConfirmIdentityPageProps,
} from '../../../ui/pages/account/confirm-identity.tsx';
import type { VisitorEnv } from '../../context.ts';
import { nonceOf, page } from '../../http/page.ts';
import { safeReturnTo } from '../../http/return-to.ts';
import { passwordOf } from '../../passwords/passwords.ts';
import { isRecent, RECENT_SIGN_IN, visitorAccount } from '../../sessions/resume.ts';
import { newPageName } from '../../sign-in/page-name.ts';
import { minutesIn } from '../../values/duration.ts';
import { accountShell } from './shell.ts';

/**
 * The page where `recentSignIn` sends a visitor whose sign-in is not recent. Its form is the sign-in form, so the
 * visitor signs in again and gets a new session (decision 0013).
 */
export const confirmation = new Hono<VisitorEnv>();

confirmation.get('/account/confirmation', async (c) => {
  const { db, visitor, settings, now } = c.var;
  const next = safeReturnTo(c.req.query('next'));
  const forgotten = c.req.query('by') === 'link';
  // a visitor who forgot the password must prove to own the mailbox; a recent password does not prove that
  const isConfirmed = isRecent(visitor, now) && !(forgotten && visitor.method === 'password');
  if (isConfirmed) return c.redirect(next, 303);
  const linkOnly = forgotten || !settings.passwords;
  const found = linkOnly ? [] : await passwordOf(db, visitorAccount(visitor));
  const by: ConfirmIdentityPageProps['by'] = found.length > 0 ? 'password or link' : 'link';
  const props = {
    nonce: nonceOf(c),
    shell: accountShell(c),
    pageName: newPageName(),
    next,
    by,
    forgotten,
    minutes: minutesIn(RECENT_SIGN_IN),
  };
  return page(c, <ConfirmIdentityPage {...props} />);
});
