import type { AppContext } from '../../context.ts';
import { clientInfo } from '../../http/client-info.ts';
import {
  keepBrowserName,
  keepKnown,
  keepMethod,
  readSignInRequestCookie,
  sessionClaim,
  setSession,
} from '../../http/cookies.ts';
import { storesOf } from '../../http/request-stores.ts';
import { countTry } from '../../limits/limiter.ts';
import { NEW_DEVICES_PER_MEMBER } from '../../limits/rules.ts';
import { enqueueMail } from '../../mail/enqueue.ts';
import type { MailJob } from '../../mail/jobs.ts';
import { rememberBrowser, type SignedIn } from '../../sessions/known-browser.ts';
import type { Proof } from '../../sessions/proof.ts';
import { type StartedSession, startSession } from '../../sessions/start.ts';
import { verifierHashOf } from '../../sign-in/sign-in-request.ts';
import { enqueueAndSendAfterResponse } from '../send-mail.ts';

/**
 * Starts the session of a proof and redirects to the page that the visitor wanted; null when the proof is no longer
 * valid. The request cookie stays, because a tab that waits for the mail reads in it where to go.
 */
export async function completeSignIn(c: AppContext, proof: Proof): Promise<Response | null> {
  const replaces = (await sessionClaim(c))?.session ?? null;
  const request = await readSignInRequestCookie(c);
  const verifierHash = request === null ? null : await verifierHashOf(request);
  const browser = { client: clientInfo(c), verifierHash, replaces };
  const started = await startSession(c.var.db, proof, browser, c.var.now);
  if (started === null) return null;
  const { method, next } = proof;
  return finishSignIn(c, started, { method, next, replaced: replaces });
}

type SignInEnd = {
  method: Proof['method'];
  next: string;
  replaced: StartedSession['session'] | null;
};

/** Gives the browser the cookie of a session, and redirects to the page that the visitor wanted. */
export async function finishSignIn(
  c: AppContext,
  started: StartedSession,
  { method, next, replaced }: SignInEnd,
): Promise<Response> {
  await setSession(c, started);
  keepMethod(c, method);
  await keepKnown(c, started.address);
  const { session, member } = started;
  if (member !== null) notifyIfNewDevice(c, { session, member, replaced }, method);
  return c.redirect(next, 303);
}

/**
 * Mails a member who has signed in with a browser that they had never used, in case it was another person (OWASP ASVS
 * 5.0, 6.3.5). Attack: an intruder must not see whether a mail was sent, so all this happens after the response.
 */
function notifyIfNewDevice(c: AppContext, signedIn: SignedIn, method: Proof['method']): void {
  const browser = keepBrowserName(c);
  enqueueAndSendAfterResponse(c, () => newDeviceJob(c, signedIn, browser, method));
}

async function newDeviceJob(
  c: AppContext,
  signedIn: SignedIn,
  browser: string,
  method: Proof['method'],
): Promise<MailJob | null> {
  const { db, now } = c.var;
  const { member } = signedIn;
  if (!(await rememberBrowser(db, signedIn, browser, now))) return null;
  const counted = await countTry(db, NEW_DEVICES_PER_MEMBER, member, now);
  if (counted.length === 0) return null;
  const account = { kind: 'member', id: member } as const;
  return enqueueMail(
    storesOf(c),
    { kind: 'new-device', account, method, client: clientInfo(c) },
    now,
  );
}
