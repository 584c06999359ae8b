import type { Context } from 'hono';
import type { AppEnv } from '../context.ts';
import { brandOf } from '../http/page.ts';
import { logError } from '../http/reference.ts';
import type { SendResult } from '../mail/mailer.ts';
import { oneLine } from '../mail/one-line.ts';
import { createMailer } from '../mail/transports.ts';
import { ownerAddress } from '../tenancy/members.ts';

/**
 * The one place mail leaves from: in the name of whom this door belongs to, with replies going there. Why it
 * did not leave is logged here and returned as a reason that a freelancer understands.
 * @param to a stored address
 */
export async function sendMail(
  c: Context<AppEnv>,
  to: string,
  written: { subject: string; html: string; text: string },
): Promise<SendResult> {
  const { db, now, settings, workspace } = c.var;
  const brand = brandOf(c);
  const sent = await createMailer(settings, c.env).send(
    {
      ...written,
      to,
      from: { name: oneLine(brand.name), email: settings.mailFrom },
      replyTo:
        workspace === null ? null : brand.portalContact || (await ownerAddress(db, workspace.id)),
    },
    now,
  );
  if (!sent.ok) logError(c, 'mail refused', sent.reason);
  return sent;
}
