import type { Realm } from '../accounts/realm.ts';
import { recordMailActivity } from '../activity/record.ts';
import type { ClientInfo } from '../sessions/device.ts';
import type { SignInDeps } from './deps.ts';
import { type InspectedLink, inspectLink } from './link-status.ts';
import type { MagicLink } from './magic-link.ts';

/**
 * What `inspectLink` says of a link that was opened and signed nobody in. If a contact's link still works, this records after the
 * response what opened it: a mail scanner, or another browser than the one that asked.
 */
export async function openLink(
  deps: SignInDeps,
  realm: Realm,
  link: MagicLink,
  by: ClientInfo | 'scanner',
  now: number,
): Promise<InspectedLink | null> {
  const inspected = await inspectLink(deps.db, realm, link, now);
  if (inspected?.status === 'open') recordOpened(deps, link, by, now);
  return inspected;
}

function recordOpened(
  { db, later }: SignInDeps,
  { mail, account }: MagicLink,
  by: ClientInfo | 'scanner',
  at: number,
): void {
  if (mail === null || account.kind !== 'contact') return;
  const entry =
    by === 'scanner'
      ? ({ kind: 'link_scanned', mail, at } as const)
      : ({ kind: 'link_opened', mail, at, detail: by } as const);
  later('record an opened link', async () => {
    await recordMailActivity(db, [entry]);
  });
}
