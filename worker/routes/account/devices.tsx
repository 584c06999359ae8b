import { Hono } from 'hono';
import { DevicesPage } from '../../../ui/pages/account/devices.tsx';
import * as paths from '../../../ui/paths.ts';
import { othersSignedOutPhrase } from '../../../ui/phrases.ts';
import type { VisitorEnv } from '../../context.ts';
import { clearSession, clearSignInRequestCookie } from '../../http/cookies.ts';
import { refuse } from '../../http/errors.tsx';
import { leaveFlash } from '../../http/flash.ts';
import { nonceOf, page } from '../../http/page.ts';
import { endOneSession, endOtherSessions } from '../../sessions/end.ts';
import { listActiveSessions } from '../../sessions/list.ts';
import { visitorAccount } from '../../sessions/resume.ts';
import { addressKeyOf } from '../../sign-in/address-key.ts';
import { inTheirNameOf, readInTheirName } from '../../sign-in/in-their-name.ts';
import { storedEmail } from '../../values/email-address.ts';
import { accountShell } from './shell.ts';

/** The devices where a visitor is signed in, and signing them out. */
export const devices = new Hono<VisitorEnv>();

devices.get('/account/sessions', async (c) => {
  const { db, keyring, realm, visitor, now } = c.var;
  const addressKey = await addressKeyOf(keyring, realm, storedEmail(visitor.email));
  const [sessions, withheld, pause] = await db.batch([
    listActiveSessions(db, visitorAccount(visitor), now),
    ...readInTheirName(db, addressKey, now),
  ]);
  const inYourName = inTheirNameOf(withheld, pause, now);
  const listed = sessions.map((session) => ({
    ...session,
    how: `by ${session.method}`,
    current: session.id === visitor.session,
  }));
  return page(
    c,
    <DevicesPage
      nonce={nonceOf(c)}
      shell={accountShell(c)}
      now={now}
      devices={listed}
      inYourName={inYourName}
    />,
  );
});

devices.post('/account/sessions/revocation', async (c) => {
  const { db, visitor, now } = c.var;
  const ended = await endOtherSessions(db, visitorAccount(visitor), visitor.session, now);
  leaveFlash(c, othersSignedOutPhrase(ended));
  return c.redirect(paths.devices(), 303);
});

devices.post('/account/sessions/:id/revocation', async (c) => {
  const { db, visitor, now } = c.var;
  const id = c.req.param('id');
  const isCurrent = id === visitor.session;
  const endedBy = isCurrent ? 'sign-out' : 'other-device';
  const ended = await endOneSession(db, visitorAccount(visitor), id, endedBy, now);
  if (ended === null) return refuse(c, 404);
  if (isCurrent) {
    clearSession(c);
    clearSignInRequestCookie(c);
    return c.redirect(paths.signIn(), 303);
  }
  leaveFlash(c, `${ended.device} was signed out.`);
  return c.redirect(paths.devices(), 303);
});
