import type { AppContext } from '../context.ts';
import type { Asker } from '../sign-in/asker.ts';
import { clientNetwork } from './client-network.ts';
import { readKnownCookie } from './cookies.ts';

/** What limits count this request by: its client network, and the mailboxes that its browser is known to. */
export async function askerOf(c: AppContext): Promise<Asker> {
  return { network: clientNetwork(c), known: await readKnownCookie(c) };
}
