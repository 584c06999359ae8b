import { and, eq, isNotNull, type SQL, sql } from 'drizzle-orm';
import { randomName } from '../crypto/random.ts';
import type { Db } from '../db/client.ts';
import { newId, type SenderId, type WorkspaceId } from '../db/ids.ts';
import { senders } from '../db/schema.ts';
import { type Email, storedEmail } from '../values/email-address.ts';
import { type CodeMailRefusal, type CodeRequester, countCodeMail } from './request-code.ts';
import { findSenders, type Sender, type SenderStores, senderExists } from './store.ts';
import { domainOf } from './usability.ts';

/** The sender whose code is to be mailed now. `changed-meanwhile`: another request stored an address at the same time. */
export type AddResult =
  | { ok: true; sender: Sender }
  | { ok: false; why: 'already-stored' | 'changed-meanwhile' }
  | CodeMailRefusal;

/**
 * The address goes into the slot `next` if the current sender is confirmed, otherwise into `current`, and replaces what
 * is there. If the address is already stored, nothing changes.
 */
export async function addSender(
  stores: SenderStores,
  requester: CodeRequester,
  email: Email,
  use: Sender['use'],
  now: number,
): Promise<AddResult> {
  const { db } = stores;
  const { workspace } = requester;
  const found = await findSenders(db, workspace);
  if (found.some((each) => isStored(each, email, use))) return { ok: false, why: 'already-stored' };
  const limit = await countCodeMail(stores, requester, email, now);
  if (limit !== null) return { ok: false, why: 'too-many', limit };
  const entered = {
    ...BLANK,
    id: newId<SenderId>(),
    address: email.address,
    use,
    createdAt: now,
    askedAt: now,
    ...domainFor(domainOf(email.key), use, found),
  };
  const [sender] = await db
    .insert(senders)
    .values({ workspaceId: workspace, slot: slotFor(db, workspace), ...entered })
    .onConflictDoUpdate({ target: [senders.workspaceId, senders.slot], set: entered })
    .returning();
  return sender === undefined ? { ok: false, why: 'changed-meanwhile' } : { ok: true, sender };
}

function isStored(sender: Sender, { key }: Email, use: Sender['use']): boolean {
  return sender.use === use && storedEmail(sender.address).key === key;
}

/** The slot is decided within the statement, because the current sender may be confirmed or removed at any moment. */
function slotFor(db: Db, workspace: WorkspaceId): SQL<Sender['slot']> {
  const byConfirmedCurrent = and(
    eq(senders.workspaceId, workspace),
    eq(senders.slot, 'current'),
    isNotNull(senders.confirmedAt),
  );
  return sql`CASE WHEN ${senderExists(db, byConfirmedCurrent)} THEN 'next' ELSE 'current' END`;
}

/** Nothing that is known of the replaced address holds for the new one. */
const BLANK = {
  confirmedAt: null,
  verifiedAt: null,
  brokenAt: null,
  brokenBy: null,
  ownerNotifiedAt: null,
};

type DomainColumns = Pick<Sender, 'domain' | 'selector' | 'dkimValue' | 'dnsResults' | 'checkedAt'>;

/** What is known of a domain. A domain that the workspace has a sender at keeps its key and its results. */
function domainFor(domain: string, use: Sender['use'], found: Sender[]): DomainColumns {
  const known = found.find((each) => each.domain === domain && each.selector !== null);
  if (use === 'from' && known !== undefined) {
    const { selector, dkimValue, dnsResults, checkedAt } = known;
    return { domain, selector, dkimValue, dnsResults, checkedAt };
  }
  const selector = use === 'from' ? newSelector() : null;
  return { domain, selector, dkimValue: null, dnsResults: '', checkedAt: null };
}

/**
 * The name at which the key of a workspace's domain is published. It proves that the domain is this workspace's, so
 * nobody can choose it. SPF and Domain Lockdown name the operator's account, and would be right for any workspace.
 */
function newSelector(): string {
  return `lk${randomName(10)}`;
}
