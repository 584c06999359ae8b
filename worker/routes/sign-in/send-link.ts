import type { Context } from 'hono';
import type { AppEnv } from '../../context.ts';
import { seenIn } from '../../http/client-info.ts';
import { storesOf } from '../../http/stores.ts';
import { orderLink } from '../../mail/enqueue.ts';
import type { LinkOrder } from '../../sign-in/issue.ts';
import { mailLater } from '../send-mail.ts';

/** Mails a link after the response, if the one who asked may have it. */
export function mailLinkLater(c: Context<AppEnv>, asking: () => Promise<LinkOrder | null>): void {
  mailLater(c, async () => {
    const link = await asking();
    return link === null ? null : orderLink(storesOf(c), link, seenIn(c), c.var.now);
  });
}
