import { Hono } from 'hono';
import {
  ConfirmIdentityPage,
  type ConfirmIdentityPageProps,
} from '../../../ui/pages/account/confirm-identity.tsx';
import type { VisitorEnv } from '../../context.ts';
import { nonceOf, page } from '../../http/page.ts';
import { safeReturnTo } from '../../http/return-to.ts';
import { RECENT_SIGN_IN } from '../../limits/rules.ts';
import { passwordOf } from '../../passwords/passwords.ts';
import { isRecent, visitorAccount } from '../../sessions/resume.ts';
import { minutesIn } from '../../values/duration.ts';
import { accountShell } from './shell.ts';

/**
 * "Is it you?": where `recentOnly` sends who signed in a while ago. Its form is that of the sign-in page, so the
 * proof is a new session in place of this one, and there is no second way of proving anything.
 */
export const confirmation = new Hono<VisitorEnv>();

confirmation.get('/account/confirmation', async (c) => {
  const { db, visitor, settings, now } = c.var;
  const next = safeReturnTo(c.req.query('next'));
  const forgotten = c.req.query('by') === 'link';
  // a password typed just now says nothing of the mailbox
  const isProven = isRecent(visitor, now) && !(forgotten && visitor.method === 'password');
  if (isProven) return c.redirect(next, 303);
  const asksLink = forgotten || !settings.passwords;
  const found = asksLink ? [] : await passwordOf(db, visitorAccount(visitor));
  const by: ConfirmIdentityPageProps['by'] = found.length > 0 ? 'password or link' : 'link';
  const props = {
    nonce: nonceOf(c),
    account: accountShell(c),
    next,
    by,
    forgotten,
    minutes: minutesIn(RECENT_SIGN_IN),
  };
  return page(c, <ConfirmIdentityPage {...props} />);
});
