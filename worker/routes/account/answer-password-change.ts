import type { Context } from 'hono';
import * as paths from '../../../ui/paths.ts';
import { othersSignedOutPhrase } from '../../../ui/phrases.ts';
import type { VisitorEnv } from '../../context.ts';
import { afterResponse } from '../../http/after-response.ts';
import { clientInfo } from '../../http/client-info.ts';
import { leaveFlash } from '../../http/flash.ts';
import { storesOf } from '../../http/request-stores.ts';
import { askerOf } from '../../http/who-asks.ts';
import { enqueueMail } from '../../mail/enqueue.ts';
import type { MailJob } from '../../mail/jobs.ts';
import type { PasswordChangedJob } from '../../mail/messages/password-changed.tsx';
import { visitorAccount } from '../../sessions/resume.ts';
import { addressKeyOf } from '../../sign-in/address-key.ts';
import { clearAddressTries, trySubjects } from '../../sign-in/password-throttle.ts';
import { storedEmail } from '../../values/email-address.ts';
import { enqueueAndSendAfterResponse } from '../send-mail.ts';

type ChangeWord = PasswordChangedJob['what'];

/**
 * Answers a change of the password. It redirects to the list of devices, says how many were signed out, and mails a
 * notice to the stored address, in case another person made the change (OWASP ASVS 5.0, 6.3.7).
 * @param saved null when nothing was saved, because the password changed or this session ended meanwhile
 */
export function answerPasswordChange(
  c: Context<VisitorEnv>,
  what: ChangeWord,
  saved: { ended: number } | null,
) {
  if (saved === null) {
    leaveFlash(c, 'Your password was changed elsewhere meanwhile. Nothing was done here.');
    return c.redirect(paths.accountPassword(), 303);
  }
  afterResponse(c, 'clear counted passwords', () => clearFailures(c));
  leaveFlash(c, `Your password is ${what}. ${othersSignedOutPhrase(saved.ended)}`);
  enqueueAndSendAfterResponse(c, () => enqueueNotice(c, what));
  return c.redirect(paths.devices(), 303);
}

async function clearFailures(c: Context<VisitorEnv>): Promise<void> {
  const { db, keyring, realm, visitor } = c.var;
  const asker = await askerOf(c);
  const subjects = await trySubjects(keyring, realm, storedEmail(visitor.email), asker);
  await clearAddressTries(db, subjects);
}

async function enqueueNotice(c: Context<VisitorEnv>, what: ChangeWord): Promise<MailJob> {
  const { now, visitor } = c.var;
  const addressKey = await addressKeyOfVisitor(c);
  const account = visitorAccount(visitor);
  const client = clientInfo(c);
  return enqueueMail(storesOf(c), { kind: 'password', account, addressKey, what, client }, now);
}

function addressKeyOfVisitor(c: Context<VisitorEnv>): Promise<string> {
  const { keyring, realm, visitor } = c.var;
  return addressKeyOf(keyring, realm, storedEmail(visitor.email));
}
