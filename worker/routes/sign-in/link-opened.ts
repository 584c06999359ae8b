import type { Context } from 'hono';
import type { AppEnv } from '../../context.ts';
import { afterResponse } from '../../http/after-response.ts';
import { clientInfo } from '../../http/client-info.ts';
import { isPrefetch, isScannerNetwork } from '../../http/scanners.ts';
import { recordOfMails } from '../../mail/record.ts';
import type { MagicLink } from '../../sign-in/magic-link.ts';

/**
 * Records, after the response, that a valid link was opened and signed nobody in: by a mail scanner, or in another
 * browser than the one that asked. The contact's card shows it.
 */
export function recordLinkOpened(c: Context<AppEnv>, { mail, account }: MagicLink): void {
  if (mail === null || account.kind !== 'contact') return;
  const { db, now: at } = c.var;
  const isMachine = isScannerNetwork(c) || isPrefetch(c);
  const entry = isMachine
    ? ({ kind: 'link_scanned', detail: '' } as const)
    : ({ kind: 'link_opened', detail: JSON.stringify(clientInfo(c)) } as const);
  afterResponse(c, 'record an opened link', () => recordOfMails(db, [{ mail, at, ...entry }]));
}
