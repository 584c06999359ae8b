import type { Context } from 'hono';
import type { AppEnv } from '../context.ts';
import { orderLink } from '../delivery/ordering.ts';
import { seenIn } from '../http/seen.ts';
import { storesOf } from '../http/stores.ts';
import type { LinkOrder } from '../sign-in/issue.ts';
import { mailLater } from './mailing.ts';

/** Mails a link after the response, if the one who asked may have it. */
export function mailLinkLater(c: Context<AppEnv>, asking: () => Promise<LinkOrder | null>): void {
  mailLater(c, async () => {
    const link = await asking();
    return link === null ? null : orderLink(storesOf(c), link, seenIn(c), c.var.now);
  });
}
