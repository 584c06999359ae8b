import type { AppContext } from '../../context.ts';
import { clientInfo } from '../../http/client-info.ts';
import { storesOf } from '../../http/request-stores.ts';
import { enqueueLink } from '../../mail/enqueue.ts';
import type { LinkRequest } from '../../sign-in/issue.ts';
import { mailLater } from '../send-mail.ts';

/** Mails a link after the response, if `request` finds an account that may sign in. */
export function mailLinkLater(c: AppContext, request: () => Promise<LinkRequest | null>): void {
  mailLater(c, async () => {
    const link = await request();
    return link === null ? null : enqueueLink(storesOf(c), link, clientInfo(c), c.var.now);
  });
}
