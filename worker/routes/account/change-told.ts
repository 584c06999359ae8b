import type { Context } from 'hono';
import { othersEnded } from '../../../ui/components/words.ts';
import * as paths from '../../../ui/paths.ts';
import type { AppEnv } from '../../context.ts';
import { leaveFlash } from '../../http/flash.ts';
import { brandOf } from '../../http/page.ts';
import { afterResponse } from '../../http/reference.ts';
import { seenIn } from '../../http/seen.ts';
import { storedEmail } from '../../mail/address.ts';
import { passwordMail } from '../../mail/password-mail.tsx';
import { addressKeyOf } from '../../sign-in/asking.ts';
import { forgetTries } from '../../sign-in/password-tries.ts';
import { sendMail } from '../mailing.ts';

type Change = 'set' | 'changed' | 'removed';

/**
 * Answers a change of the password: says what became of the other devices, where the list of them shows it, and
 * mails a notice to the stored address, for the case that it wasn't its owner (OWASP ASVS 5.0, 6.3.7).
 * @param done null when the password had changed, or this session ended, meanwhile: then nothing was done
 */
export function tellOfChange(c: Context<AppEnv>, what: Change, done: { ended: number } | null) {
  if (done === null) {
    leaveFlash(c, 'Your password was changed elsewhere meanwhile. Nothing was done here.');
    return c.redirect(paths.accountPassword(), 303);
  }
  afterResponse(c, 'forget wrong passwords', () => forgetFailures(c));
  leaveFlash(c, `Your password is ${what}. ${othersEnded(done.ended)}`);
  afterResponse(c, 'mail a password notice', () => mailNotice(c, what));
  return c.redirect(paths.devices(), 303);
}

async function forgetFailures(c: Context<AppEnv>): Promise<void> {
  const { db, keyring, at, visitor } = c.var;
  await forgetTries(db, await addressKeyOf(keyring, at.door, storedEmail(visitor.email)));
}

async function mailNotice(c: Context<AppEnv>, what: Change): Promise<void> {
  const { at, now, visitor } = c.var;
  const { device, place } = seenIn(c);
  const { origin } = at.door;
  const brand = brandOf(c);
  const mail = passwordMail({
    brand,
    what,
    address: visitor.email,
    portalHost: new URL(origin).host,
    link: `${origin}${paths.accountPassword()}`,
    contact: brand.portalContact,
    done: { browser: device, place, at: now },
  });
  await sendMail(c, visitor.email, mail);
}
