import { env } from 'cloudflare:workers';
import { adminRealm, portalRealm, type Realm } from '../../worker/accounts/realm.ts';
import { deriveKeyring, type Keyring } from '../../worker/crypto/keyring.ts';
import { connect } from '../../worker/db/client.ts';
import type { ContactId, MemberId, WorkspaceId } from '../../worker/db/ids.ts';
import { enqueueLink } from '../../worker/mail/enqueue.ts';
import { sendLink } from '../../worker/mail/send-link.ts';
import { type KnownMailboxes, withMailbox } from '../../worker/sign-in/known-mailboxes.ts';
import { type AskDeps, linkForAddress } from '../../worker/sign-in/link-request.ts';
import { refusedBy } from '../../worker/sign-in/sent-links.ts';
import { newSignInRequest } from '../../worker/sign-in/sign-in-request.ts';
import { days } from '../../worker/values/duration.ts';
import { storedEmail } from '../../worker/values/email-address.ts';
import { demoId, olivia, oliviaId } from './cast.ts';

// A day of a deployment, with a clock of its own: the verbs that a request runs after its answer, without HTTP.

const SITE = { rootDomain: 'portal.localhost', scheme: 'http:', development: true } as const;
const CLIENT = { device: 'Chrome on macOS', location: 'Lisbon, PT' };

export type Door = { realm: Realm; email: string };
export type Asking = Door & { network: string; known?: KnownMailboxes | null };

/** Where a link is asked for: a contact's portal, or the admin host. */
export const atPortal = (email: string): Door => ({
  realm: portalRealm(SITE, { id: demoId as WorkspaceId, slug: 'demo' }),
  email,
});
export const atAdmin: Door = {
  realm: adminRealm({ ...SITE, signUp: 'closed', ownerEmailKey: olivia }),
  email: olivia,
};

/** A deployment whose clock is given with every call. */
export async function deployment(mailsPerDay: number) {
  const db = connect(env.DB);
  const keyring: Keyring = await deriveKeyring([env.SESSION_SECRET]);
  const budget = { mailsPerDay, signUp: 'closed' } as const;
  const deps: AskDeps = { db, tokens: env.TOKENS, keyring, budget };

  async function wanted({ realm, email, network, known = null }: Asking, now: number) {
    const parsed = storedEmail(email);
    const source = { typed: email, next: '/', earlier: null, page: null };
    const request = await newSignInRequest(keyring, realm, parsed, source, now);
    return linkForAddress(deps, realm, request, parsed, { network, known, page: null });
  }

  return {
    /** Whether a link is mailed. */
    async ask(asking: Asking, now: number): Promise<boolean> {
      return (await enqueueLink(deps, await wanted(asking, now), CLIENT, now)) !== null;
    },
    /** Whether a link would be mailed to somebody at a network that has never asked. Counts nothing. */
    async wouldMail(doors: Door[], now: number): Promise<boolean[]> {
      const ways = await Promise.all(
        doors.map(async (door) => (await wanted({ ...door, network: `fresh ${now}` }, now))?.ways),
      );
      const [first, ...others] = ways.map((each) => refusedBy(db, each?.[0] ?? [], now));
      if (first === undefined) return [];
      return (await db.batch([first, ...others])).map((refused) => refused.length === 0);
    },
    /** Whether the contact card sends a link. */
    async send(contact: string, now: number): Promise<boolean> {
      const recipient = { workspace: demoId as WorkspaceId, contact: contact as ContactId };
      const { realm } = atPortal('');
      return (await sendLink(deps, realm, recipient, oliviaId as MemberId, now)).ok;
    },
    /** A browser that has signed in before. */
    knownBrowser({ realm, email }: Door): Promise<KnownMailboxes> {
      return withMailbox(keyring, realm, null, storedEmail(email));
    },
  };
}

/** `count` moments of a day, evenly spread, each a little later than the same one of another `lane`. */
export function moments(count: number, lane: number): number[] {
  return Array.from({ length: count }, (_, at) => Math.floor((at * days(1)) / count) + lane);
}
