import { and, asc, eq, exists, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import { hex, mac } from '../crypto/hash.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { randomName } from '../crypto/random.ts';
import type { Db } from '../db/client.ts';
import { type MemberId, newId, type SenderId, type WorkspaceId } from '../db/ids.ts';
import { senders } from '../db/schema.ts';
import { countTry } from '../limits/limiter.ts';
import {
  SENDER_MAILS_PER_ADDRESS,
  SENDER_MAILS_PER_MEMBER,
  SENDER_MAILS_PER_WORKSPACE,
} from '../limits/rules.ts';
import { type Email, storedEmail } from '../values/email-address.ts';
import { domainOf, mailboxOf } from './address.ts';

export type Sender = typeof senders.$inferSelect;

/** What senders are kept and counted by. */
export type SenderStores = { db: Db; keyring: Keyring };

/** The statement that finds the current sender of a workspace: mail leaves from no other. */
export function findSender(db: Db, workspace: WorkspaceId) {
  const isCurrent = and(eq(senders.workspaceId, workspace), eq(senders.slot, 'current'));
  return db.select().from(senders).where(isCurrent);
}

/** The statement that finds the senders of a workspace: the current one, then the next. */
export function findSenders(db: Db, workspace: WorkspaceId) {
  const isOfWorkspace = eq(senders.workspaceId, workspace);
  return db.select().from(senders).where(isOfWorkspace).orderBy(asc(senders.slot));
}

/** Who enters an address, and for which workspace. */
export type Asker = { workspace: WorkspaceId; member: MemberId };

/** A sender whose code is to be mailed now; or none, because there is nothing to confirm, or the limits are used up. */
export type CodeAsked =
  | { ok: true; sender: Sender }
  | { ok: false; why: 'nothing' }
  | { ok: false; why: 'too-many'; limit: Limit };

/** Of which codes were too many mailed: see SENDER_MAILS_PER_… */
export type Limit = 'workspace' | 'member' | 'address';

/**
 * Enters an address: as the next one, in place of an earlier next one, where the current one is confirmed and so of use to
 * somebody; else in place of that. So of two senders only the next can be unconfirmed. One that is there already keeps all
 * that is known of it, and needs no code. Another at the domain of either keeps the domain's records, which are this
 * workspace's own.
 */
export async function addSender(
  stores: SenderStores,
  asker: Asker,
  email: Email,
  use: Sender['use'],
  now: number,
): Promise<CodeAsked> {
  const { db } = stores;
  const { workspace } = asker;
  const found = await findSenders(db, workspace);
  const isThere = found.some((each) => {
    return storedEmail(each.address).key === email.key && each.use === use;
  });
  if (isThere) return { ok: false, why: 'nothing' };
  const limit = await countMail(stores, asker, email, now);
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
  return sender === undefined ? { ok: false, why: 'nothing' } : { ok: true, sender };
}

/** Decided by the statement itself: the current one may be confirmed or removed at any moment. */
function slotFor(db: Db, workspace: WorkspaceId): SQL<Sender['slot']> {
  const isOfUse = and(
    eq(senders.workspaceId, workspace),
    eq(senders.slot, 'current'),
    isNotNull(senders.confirmedAt),
  );
  return sql`CASE WHEN ${senderExists(db, isOfUse)} THEN 'next' ELSE 'current' END`;
}

/** Nothing of an address that was entered before says anything of this one. */
const BLANK = {
  confirmedAt: null,
  verifiedAt: null,
  brokenAt: null,
  brokenBy: null,
  ownerNotifiedAt: null,
};

type OfDomain = Pick<Sender, 'domain' | 'selector' | 'dkimValue' | 'findings' | 'checkedAt'>;

/** What is known of the domain: nothing but where its key is to be published, unless it is that of one that is there. */
function domainFor(domain: string, use: Sender['use'], found: Sender[]): OfDomain {
  const there = found.find((each) => each.domain === domain && each.selector !== null);
  if (use === 'from' && there !== undefined) {
    const { selector, dkimValue, findings, checkedAt } = there;
    return { domain, selector, dkimValue, findings, checkedAt };
  }
  const selector = use === 'from' ? newSelector() : null;
  return { domain, selector, dkimValue: null, findings: '', checkedAt: null };
}

/** The one that waits for its code. */
export function findUnconfirmed(found: Sender[]): Sender | undefined {
  return found.find(({ confirmedAt }) => confirmedAt === null);
}

/** Asks for another code, which takes the place of the one before. */
export async function renewSenderCode(
  stores: SenderStores,
  asker: Asker,
  now: number,
): Promise<CodeAsked> {
  const { db } = stores;
  const there = findUnconfirmed(await findSenders(db, asker.workspace));
  if (there === undefined) return { ok: false, why: 'nothing' };
  const email = storedEmail(there.address);
  const limit = await countMail(stores, asker, email, now);
  if (limit !== null) return { ok: false, why: 'too-many', limit };
  const [sender] = await db
    .update(senders)
    .set({ askedAt: now })
    .where(and(byId(there), isNull(senders.confirmedAt)))
    .returning();
  return sender === undefined ? { ok: false, why: 'nothing' } : { ok: true, sender };
}

/** The very row, of this workspace: not the one of an address that was entered since. */
export function byId({ id, workspaceId }: Pick<Sender, 'id' | 'workspaceId'>) {
  return and(eq(senders.workspaceId, workspaceId), eq(senders.id, id));
}

/** That a sender is as a condition has it: for what is recorded or ordered in the batch that then changes it. */
export function senderExists(db: Db, condition: SQL | undefined): SQL {
  return exists(db.select({ id: senders.id }).from(senders).where(condition));
}

/**
 * Counts a code to be mailed. Beyond its own limit nobody counts against the address any more: alone they cannot lock many.
 * @returns the limit that is used up, if one is
 */
async function countMail(
  { db, keyring }: SenderStores,
  { workspace, member }: Asker,
  email: Email,
  now: number,
): Promise<Limit | null> {
  const ofWorkspace = await countTry(db, SENDER_MAILS_PER_WORKSPACE, workspace, now);
  if (ofWorkspace.length === 0) return 'workspace';
  const ofMember = await countTry(db, SENDER_MAILS_PER_MEMBER, member, now);
  if (ofMember.length === 0) return 'member';
  const subject = hex(await mac(keyring.current.mac, 'sender address', mailboxOf(email)));
  const everybodys = await countTry(db, SENDER_MAILS_PER_ADDRESS, subject, now);
  return everybodys.length > 0 ? null : 'address';
}

/**
 * Where the key of a workspace's domain is published. Nobody can choose it, so that it is the proof that the domain is this
 * workspace's: SPF and lock-down records name the operator's account, and would be right for any of its workspaces.
 */
function newSelector(): string {
  return `lk${randomName(10)}`;
}
