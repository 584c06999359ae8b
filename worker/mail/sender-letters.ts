import * as paths from '../../ui/paths.ts';
import type { Stores } from '../db/stores.ts';
import { codeTimeLeft, senderCode } from '../senders/sender-code.ts';
import { breakCauseOf } from '../senders/status.ts';
import type { Sender } from '../senders/store.ts';
import { minutesIn } from '../values/duration.ts';
import { readable, readableAndExact } from '../values/email-address.ts';
import type { Workspace } from '../workspaces/workspaces.ts';
import type { Place, Words } from './letters.ts';
import { senderBrokenMail } from './messages/sender-broken.tsx';
import { confirmSenderMail } from './messages/sender-code.tsx';

/** The sender that an order names, as it is now, and from where its mail leaves without it. */
export type AboutSender = { workspace: Workspace; sender: Sender; mailFrom: string };

/**
 * The code that proves who reads an address, as it is now: after another asking, the newer one. Null when the address is
 * confirmed, was replaced or taken away, or the code has lapsed: then it would open nothing.
 */
export async function writeConfirmation(
  { keyring }: Pick<Stores, 'keyring'>,
  { brand, door: realm, standing: status }: Place,
  about: AboutSender | null,
  now: number,
): Promise<Words | null> {
  if (about === null) return null;
  const { workspace, sender } = about;
  const minutes = minutesIn(codeTimeLeft(sender, now));
  if (sender.confirmedAt !== null || minutes <= 0) return null;
  return confirmSenderMail({
    brand,
    address: readableAndExact(sender.address),
    use: sender.use,
    code: await senderCode(keyring, sender),
    minutes,
    workspace: workspace.name,
    asked: { by: status.address, at: sender.askedAt },
    link: `${realm.origin}${paths.senderSettings(workspace.slug)}`,
  });
}

/** The notice that mail no longer leaves from an address. Null when it does again, or the address is gone. */
export function writeBroken(
  { brand, door: realm }: Place,
  about: AboutSender | null,
): Words | null {
  if (about === null) return null;
  const { workspace, sender, mailFrom } = about;
  const { brokenAt, address } = sender;
  const because = breakCauseOf(sender);
  if (brokenAt === null || because === null) return null;
  return senderBrokenMail({
    brand,
    address: readable(address),
    workspace,
    since: brokenAt,
    because,
    mailFrom,
    link: `${realm.origin}${paths.senderSettings(workspace.slug)}`,
  });
}
