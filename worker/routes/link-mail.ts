import type { Context } from 'hono';
import * as paths from '../../ui/paths.ts';
import { record } from '../activity/record.ts';
import type { AppEnv } from '../context.ts';
import { brandOf } from '../http/page.ts';
import { afterResponse } from '../http/reference.ts';
import { seenIn } from '../http/seen.ts';
import { minutesIn } from '../limits/duration.ts';
import { LINK_LIFETIME } from '../limits/rules.ts';
import { signInMail } from '../mail/sign-in-mail.tsx';
import type { Issued } from '../sign-in/issue.ts';
import { sendMail } from './mailing.ts';

/**
 * Issues a link and mails it, after the response: for a known address and an unknown one the visitor has
 * by then had the same answer in the same time.
 */
export function mailLinkLater(c: Context<AppEnv>, issuing: () => Promise<Issued | null>): void {
  afterResponse(c, 'mail a link', async () => {
    const issued = await issuing();
    if (issued !== null) await mailLink(c, issued);
  });
}

async function mailLink(c: Context<AppEnv>, issued: Issued): Promise<void> {
  const { at, now } = c.var;
  const { device, place } = seenIn(c);
  const mail = signInMail({
    brand: brandOf(c),
    link: `${at.door.origin}${paths.signInLink(issued.token)}`,
    code: issued.code,
    minutes: minutesIn(LINK_LIFETIME),
    portalHost: new URL(at.door.origin).host,
    asked: { browser: device, place, at: now },
  });
  const sent = await sendMail(c, issued.address, mail);
  if (!sent.ok) await recordFailure(c, issued, sent.reason);
}

async function recordFailure(c: Context<AppEnv>, issued: Issued, reason: string): Promise<void> {
  const { account } = issued;
  if (account.kind !== 'contact') return;
  const { workspace, id: contact } = account;
  const detail = JSON.stringify({ reason });
  // a millisecond later, so that the timeline tells it after "asked"
  const afterwards = c.var.now + 1;
  await record(c.var.db, { kind: 'link_failed', workspace, contact, detail }, afterwards);
}
