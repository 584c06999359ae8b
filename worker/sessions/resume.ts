import { and, eq, isNull, sql } from 'drizzle-orm';
import type { KnownAccount } from '../accounts/account.ts';
import type { Db } from '../db/client.ts';
import { companyNames } from '../db/company-names.ts';
import type { ContactId, MemberId, SessionId, WorkspaceId } from '../db/ids.ts';
import { contacts, members, memberships, sessions, workspaces } from '../db/schema.ts';
import {
  RECENT_SIGN_IN,
  SESSION_IDLE,
  SESSION_LONGEST,
  SESSION_TOUCH_EVERY,
} from '../limits/rules.ts';
import type { Role } from '../workspaces/permissions.ts';
import type { Workspace } from '../workspaces/workspaces.ts';
import type { SessionClaim } from './cookie.ts';

type ActiveSession = {
  session: SessionId;
  method: (typeof sessions.$inferSelect)['method'];
  createdAt: number;
  lastSeenAt: number;
};

export type Client = ActiveSession & {
  id: ContactId;
  workspace: WorkspaceId;
  name: string;
  email: string;
  companies: string[];
  hasPassword: boolean;
};

export type Member = ActiveSession & {
  id: MemberId;
  name: string;
  email: string;
  /** How many workspaces the member belongs to. */
  workspaces: number;
};

/** Where a member belongs, and as what. */
export type Membership = { workspace: Workspace; role: Role };

/** `revoked`: the cookie was good and its contact's access has been switched off since. */
export type ClientVisit = { kind: 'client'; client: Client } | { kind: 'revoked' } | null;

/**
 * The client behind a cookie's claim, asked of the primary in one query that joins session, contact
 * and workspace: whatever was revoked a moment ago is refused now. Nothing may cache this.
 */
export async function resumeClient(
  db: Db,
  workspace: WorkspaceId,
  claim: SessionClaim,
  now: number,
): Promise<ClientVisit> {
  const [row] = await db
    .select({
      ...activeColumns,
      id: contacts.id,
      workspace: contacts.workspaceId,
      name: contacts.name,
      email: contacts.email,
      access: contacts.portalAccess,
      companies: companyNames,
      hasPassword: sql`EXISTS (SELECT 1 FROM passwords
        WHERE passwords.workspace_id = ${contacts.workspaceId} AND passwords.contact_id = ${contacts.id})`.mapWith(
        Boolean,
      ),
    })
    .from(sessions)
    .innerJoin(
      contacts,
      and(eq(contacts.workspaceId, sessions.workspaceId), eq(contacts.id, sessions.contactId)),
    )
    .innerJoin(workspaces, eq(workspaces.id, contacts.workspaceId))
    .where(and(eq(sessions.id, claim.session), eq(sessions.workspaceId, workspace)));
  if (row === undefined || row.id !== claim.subject) return null;
  const { access, endedAt, endedBy, expiresAt, ...client } = row;
  if (!access) return endedAt === null || endedBy === 'access-off' ? { kind: 'revoked' } : null;
  if (endedAt !== null || expiresAt <= now) return null;
  return { kind: 'client', client };
}

/** The member behind a cookie's claim, in one query; null when signed out, for whatever reason. */
export async function resumeMember(
  db: Db,
  claim: SessionClaim,
  now: number,
): Promise<Member | null> {
  const [row] = await memberQuery(db, claim);
  return row === undefined ? null : activeMember(row, claim, now);
}

/**
 * The member behind a claim, with their membership of the workspace that the address names, in one query. It is null when
 * there is no such workspace and when the member does not belong to it: the same answer.
 */
export async function resumeMemberAt(
  db: Db,
  slug: string,
  claim: SessionClaim,
  now: number,
): Promise<{ member: Member; membership: Membership | null } | null> {
  const [row] = await db
    .select({ ...memberColumns, workspace: workspaces, role: memberships.role })
    .from(sessions)
    .innerJoin(members, eq(members.id, sessions.memberId))
    .leftJoin(workspaces, eq(workspaces.slug, slug))
    .leftJoin(
      memberships,
      and(eq(memberships.memberId, members.id), eq(memberships.workspaceId, workspaces.id)),
    )
    .where(eq(sessions.id, claim.session));
  if (row === undefined) return null;
  const { workspace, role, ...rest } = row;
  const member = activeMember(rest, claim, now);
  if (member === null) return null;
  return { member, membership: workspace === null || role === null ? null : { workspace, role } };
}

/** The account that a visitor is signed in as. */
export function visitorAccount(visitor: Client | Member): KnownAccount {
  return 'workspace' in visitor
    ? { kind: 'contact', workspace: visitor.workspace, id: visitor.id }
    : { kind: 'member', id: visitor.id };
}

/** Whether a visitor signed in lately enough for what is sensitive; who did not signs in once more. */
export function isRecent(visitor: Client | Member, now: number): boolean {
  return now - visitor.createdAt < RECENT_SIGN_IN;
}

/** Whether "last seen" is stale enough to be worth a write. */
export function isStale(living: ActiveSession, now: number): boolean {
  return now - living.lastSeenAt >= SESSION_TOUCH_EVERY;
}

/** Slides the session on: idle time starts anew, up to its longest life. Run after the response. */
export async function touchSession(db: Db, living: Client | Member, now: number): Promise<void> {
  const slide = db
    .update(sessions)
    .set({
      lastSeenAt: now,
      expiresAt: Math.min(now + SESSION_IDLE, living.createdAt + SESSION_LONGEST),
    })
    .where(and(eq(sessions.id, living.session), isNull(sessions.endedAt)));
  if (!('workspace' in living)) {
    await slide;
    return;
  }
  await db.batch([
    slide,
    db
      .update(contacts)
      .set({ lastSeenAt: now })
      .where(and(eq(contacts.workspaceId, living.workspace), eq(contacts.id, living.id))),
  ]);
}

const activeColumns = {
  session: sessions.id,
  method: sessions.method,
  createdAt: sessions.createdAt,
  lastSeenAt: sessions.lastSeenAt,
  expiresAt: sessions.expiresAt,
  endedAt: sessions.endedAt,
  endedBy: sessions.endedBy,
};

const memberColumns = {
  ...activeColumns,
  id: members.id,
  name: members.name,
  email: members.email,
  workspaces: sql<number>`(SELECT count(*) FROM memberships WHERE memberships.member_id = ${members.id})`,
};

function memberQuery(db: Db, claim: SessionClaim) {
  return db
    .select(memberColumns)
    .from(sessions)
    .innerJoin(members, eq(members.id, sessions.memberId))
    .where(eq(sessions.id, claim.session));
}

type MemberRow = Awaited<ReturnType<typeof memberQuery>>[number];

function activeMember(row: MemberRow, claim: SessionClaim, now: number): Member | null {
  const { endedAt, endedBy: _endedBy, expiresAt, ...member } = row;
  return endedAt === null && expiresAt > now && member.id === claim.subject ? member : null;
}
