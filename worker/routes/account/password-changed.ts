import type { Context } from 'hono';
import * as paths from '../../../ui/paths.ts';
import { othersSignedOutPhrase } from '../../../ui/phrases.ts';
import type { VisitorEnv } from '../../context.ts';
import { afterResponse } from '../../http/after-response.ts';
import { clientInfo } from '../../http/client-info.ts';
import { leaveFlash } from '../../http/flash.ts';
import { storesOf } from '../../http/request-stores.ts';
import { enqueueMail } from '../../mail/enqueue.ts';
import type { MailJob, PasswordChangedJob } from '../../mail/jobs.ts';
import { visitorAccount } from '../../sessions/resume.ts';
import { forgetTries } from '../../sign-in/password-throttle.ts';
import { addressKeyOf } from '../../sign-in/request.ts';
import { storedEmail } from '../../values/email-address.ts';
import { mailLater } from '../send-mail.ts';

type Change = PasswordChangedJob['what'];

/**
 * Answers a change of the password: says what became of the other devices, where the list of them shows it, and
 * mails a notice to the stored address, for the case that it wasn't its owner (OWASP ASVS 5.0, 6.3.7).
 * @param done null when the password had changed, or this session ended, meanwhile: then nothing was done
 */
export function notifyPasswordChanged(
  c: Context<VisitorEnv>,
  what: Change,
  done: { ended: number } | null,
) {
  if (done === null) {
    leaveFlash(c, 'Your password was changed elsewhere meanwhile. Nothing was done here.');
    return c.redirect(paths.accountPassword(), 303);
  }
  afterResponse(c, 'forget wrong passwords', () => forgetFailures(c));
  leaveFlash(c, `Your password is ${what}. ${othersSignedOutPhrase(done.ended)}`);
  mailLater(c, () => noticeOf(c, what));
  return c.redirect(paths.devices(), 303);
}

async function forgetFailures(c: Context<VisitorEnv>): Promise<void> {
  await forgetTries(c.var.db, await addressKeyOfVisitor(c));
}

async function noticeOf(c: Context<VisitorEnv>, what: Change): Promise<MailJob> {
  const { now, visitor } = c.var;
  const addressKey = await addressKeyOfVisitor(c);
  const account = visitorAccount(visitor);
  const client = clientInfo(c);
  return enqueueMail(
    storesOf(c),
    { kind: 'password', account, addressKey, what, seen: client },
    now,
  );
}

function addressKeyOfVisitor(c: Context<VisitorEnv>): Promise<string> {
  const { keyring, realm, visitor } = c.var;
  return addressKeyOf(keyring, realm, storedEmail(visitor.email));
}
