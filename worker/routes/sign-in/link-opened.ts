import type { Context } from 'hono';
import type { AppEnv } from '../../context.ts';
import { afterResponse } from '../../http/after-response.ts';
import { clientInfo } from '../../http/client-info.ts';
import { isLookingAhead, isScannerNetwork } from '../../http/scanners.ts';
import { recordOfMails } from '../../mail/record.ts';
import type { MagicLink } from '../../sign-in/magic-link.ts';

/**
 * The freelancer reads on the contact's card that a living link was looked at without signing anybody in: by a machine
 * on its way to the inbox, or by somebody in another browser. After the response, as everything that only tells.
 */
export function recordLinkOpened(c: Context<AppEnv>, { mail, account }: MagicLink): void {
  if (mail === null || account.kind !== 'contact') return;
  const { db, now: at } = c.var;
  const isMachine = isScannerNetwork(c) || isLookingAhead(c);
  const told = isMachine
    ? ({ kind: 'link_scanned', detail: '' } as const)
    : ({ kind: 'link_opened', detail: JSON.stringify(clientInfo(c)) } as const);
  afterResponse(c, 'record an opened link', () => recordOfMails(db, [{ mail, at, ...told }]));
}
