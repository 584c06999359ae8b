import { and, eq, sql } from 'drizzle-orm';
import type { KnownAccount } from '../accounts/account.ts';
import type { Db } from '../db/client.ts';
import { companyNames } from '../db/company-names.ts';
import type { ContactId, MemberId, SessionId, WorkspaceId } from '../db/ids.ts';
import { contacts, members, memberships, sessions, workspaces } from '../db/schema.ts';
import { minutes } from '../values/duration.ts';
import type { Role } from '../workspaces/permissions.ts';
import type { Workspace } from '../workspaces/workspaces.ts';
import type { SessionClaim } from './cookie.ts';

/** How long a sign-in is recent enough for sensitive actions (OWASP ASVS 5.0, 7.5.1 and 7.5.3). */
export const RECENT_SIGN_IN = minutes(10);

type ActiveSession = {
  session: SessionId;
  method: (typeof sessions.$inferSelect)['method'];
  createdAt: number;
  lastSeenAt: number;
};

/** A contact who is signed in. */
export type Client = ActiveSession & {
  id: ContactId;
  workspace: WorkspaceId;
  name: string;
  email: string;
  companies: string[];
  hasPassword: boolean;
};

/** A member who is signed in. */
export type Member = ActiveSession & {
  id: MemberId;
  name: string;
  email: string;
  joinedAt: number;
  /** How many workspaces the member belongs to. */
  workspaces: number;
};

/** A workspace that a member belongs to, and the member's role in it. */
export type Membership = { workspace: Workspace; role: Role };

/** `revoked`: the session was good until the contact's access was switched off. Null: not signed in. */
export type ClientVisit = { kind: 'client'; client: Client } | { kind: 'revoked' } | null;

/**
 * Finds the client of a cookie's claim. One query on D1's primary joins session, contact and workspace, so access
 * that was revoked a moment ago is refused now. Never cache its answer.
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

/** Finds the member of a cookie's claim, in one query; null when the session is not active. */
export async function resumeMember(
  db: Db,
  claim: SessionClaim,
  now: number,
): Promise<Member | null> {
  const [row] = await memberQuery(db, claim);
  return row === undefined ? null : activeMember(row, claim, now);
}

/**
 * Finds the member of a cookie's claim, and the member's membership of the workspace of a slug, in one query.
 * `membership` is null when there is no workspace of that slug, and just the same when the member does not belong to it.
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

/** The account of a visitor who is signed in. */
export function visitorAccount(visitor: Client | Member): KnownAccount {
  return 'workspace' in visitor
    ? { kind: 'contact', workspace: visitor.workspace, id: visitor.id }
    : { kind: 'member', id: visitor.id };
}

/** Whether a visitor signed in within RECENT_SIGN_IN. */
export function isRecent(visitor: Client | Member, now: number): boolean {
  return now - visitor.createdAt < RECENT_SIGN_IN;
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
  joinedAt: members.createdAt,
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
