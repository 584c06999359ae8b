// The tables, in the order of the story. docs/data.md says of each who owns it and how long it lives.
// All times are milliseconds since 1970 (UTC). Composite foreign keys carry the workspace, so that the
// database itself refuses a row that would tie two tenants together.

import { sql } from 'drizzle-orm';
import {
  check,
  customType,
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import type { ActivityKind } from '../activity/kinds.ts';
import type {
  ActivityId,
  CompanyId,
  ContactId,
  MailId,
  MemberId,
  PasswordId,
  SenderId,
  SessionId,
  WorkspaceId,
} from './ids.ts';

/** One freelancer's or agency's business: a portal of its own on its own subdomain. */
export const workspaces = sqliteTable(
  'workspaces',
  {
    id: text('id').$type<WorkspaceId>().primaryKey(),
    slug: text('slug').notNull().unique(),
    name: text('name').notNull(),
    accentColor: text('accent_color').notNull().default('#1f6f5c'),
    welcome: text('welcome').notNull().default(''),
    portalContact: text('portal_contact').notNull().default(''),
    /** How dates are written: a BCP 47 tag, and an IANA time zone. */
    language: text('language').notNull().default('en-GB'),
    timeZone: text('time_zone').notNull().default('UTC'),
    /** Of the row in `logos`; its size stands here too, so that a page needs no look-up to leave room for it. */
    logoHash: text('logo_hash'),
    logoWidth: integer('logo_width'),
    logoHeight: integer('logo_height'),
    defaultPortalAccess: integer('default_portal_access', { mode: 'boolean' })
      .notNull()
      .default(false),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    check(
      'workspaces_slug_shape',
      sql`${table.slug} GLOB '[a-z0-9]*' AND length(${table.slug}) <= 40`,
    ),
    check(
      'workspaces_accent_color_shape',
      sql`length(${table.accentColor}) = 7 AND ${table.accentColor} GLOB '#[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]'`,
    ),
  ],
);

/** D1 gives a blob back as an array of numbers. */
const bytes = customType<{ data: Uint8Array<ArrayBuffer>; driverData: ArrayBuffer | number[] }>({
  dataType: () => 'blob',
  fromDriver: (stored) => new Uint8Array(stored),
  toDriver: (given) => given.slice().buffer,
});

/** The logos of workspaces, at most one each, apart from the row that every request reads. */
export const logos = sqliteTable(
  'logos',
  {
    workspaceId: text('workspace_id')
      .$type<WorkspaceId>()
      .primaryKey()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    hash: text('hash').notNull(),
    type: text('type', { enum: ['image/png', 'image/jpeg', 'image/webp'] }).notNull(),
    createdAt: integer('created_at').notNull(),
    bytes: bytes('bytes').notNull(),
  },
  // the admin host shows any workspace's, by its hash
  (table) => [index('logos_hash').on(table.hash)],
);

/** A person who runs workspaces. Signs in on the admin host. */
export const members = sqliteTable('members', {
  id: text('id').$type<MemberId>().primaryKey(),
  name: text('name').notNull(),
  email: text('email').notNull(),
  emailKey: text('email_key').notNull().unique(),
  linkEpoch: integer('link_epoch').notNull().default(0),
  createdAt: integer('created_at').notNull(),
});

/** Who may work in which workspace. */
export const memberships = sqliteTable(
  'memberships',
  {
    memberId: text('member_id')
      .$type<MemberId>()
      .notNull()
      .references(() => members.id, { onDelete: 'cascade' }),
    workspaceId: text('workspace_id')
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    role: text('role', { enum: ['owner'] }).notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.memberId, table.workspaceId] }),
    // the owner of a workspace: whom replies to its mail reach
    index('memberships_workspace_id').on(table.workspaceId, table.createdAt),
    check('memberships_role_known', sql`${table.role} IN ('owner')`),
  ],
);

/** A company that the freelancer works for. */
export const clientCompanies = sqliteTable(
  'client_companies',
  {
    id: text('id').$type<CompanyId>().primaryKey(),
    workspaceId: text('workspace_id')
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    nameKey: text('name_key').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    // one company per name and workspace; also the list of suggestions, in order
    unique('client_companies_workspace_name').on(table.workspaceId, table.nameKey),
    // the target of contact_companies' composite foreign key
    unique('client_companies_workspace_id_id').on(table.workspaceId, table.id),
  ],
);

/** A client's person: one per workspace and address. */
export const contacts = sqliteTable(
  'contacts',
  {
    id: text('id').$type<ContactId>().primaryKey(),
    workspaceId: text('workspace_id')
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    nameKey: text('name_key').notNull(),
    email: text('email').notNull(),
    emailKey: text('email_key').notNull(),
    portalAccess: integer('portal_access', { mode: 'boolean' }).notNull(),
    linkEpoch: integer('link_epoch').notNull().default(0),
    lastSeenAt: integer('last_seen_at'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    // sign-in looks a contact up by address; also refuses duplicates
    unique('contacts_workspace_email').on(table.workspaceId, table.emailKey),
    // the target of composite foreign keys
    unique('contacts_workspace_id_id').on(table.workspaceId, table.id),
    // the contact list, in order, page by page
    index('contacts_workspace_name').on(table.workspaceId, table.nameKey, table.id),
    // the same list, filtered by access
    index('contacts_workspace_access_name').on(
      table.workspaceId,
      table.portalAccess,
      table.nameKey,
      table.id,
    ),
  ],
);

/** Which companies a contact belongs to: several, in the order the freelancer gave. */
export const contactCompanies = sqliteTable(
  'contact_companies',
  {
    workspaceId: text('workspace_id').$type<WorkspaceId>().notNull(),
    contactId: text('contact_id').$type<ContactId>().notNull(),
    companyId: text('company_id').$type<CompanyId>().notNull(),
    position: integer('position').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.contactId, table.companyId] }),
    foreignKey({
      name: 'contact_companies_contact',
      columns: [table.workspaceId, table.contactId],
      foreignColumns: [contacts.workspaceId, contacts.id],
    }).onDelete('cascade'),
    foreignKey({
      name: 'contact_companies_company',
      columns: [table.workspaceId, table.companyId],
      foreignColumns: [clientCompanies.workspaceId, clientCompanies.id],
    }).onDelete('cascade'),
    // the contacts of a company: clears away companies that nobody belongs to any more
    index('contact_companies_company_id').on(table.companyId),
  ],
);

/** A browser that is, or was, signed in: as a contact on a portal, or as a member on the admin host. */
export const sessions = sqliteTable(
  'sessions',
  {
    id: text('id').$type<SessionId>().primaryKey(),
    workspaceId: text('workspace_id').$type<WorkspaceId>(),
    contactId: text('contact_id').$type<ContactId>(),
    memberId: text('member_id')
      .$type<MemberId>()
      .references(() => members.id, { onDelete: 'cascade' }),
    method: text('method', { enum: ['link', 'code', 'password'] }).notNull(),
    /** The epoch that was consumed; null for a password, which consumes none. */
    linkEpoch: integer('link_epoch'),
    device: text('device').notNull(),
    location: text('place').notNull(),
    /** Of the name that its browser goes by, by which a new one is told from a known one. */
    browserHash: text('browser_hash'),
    createdAt: integer('created_at').notNull(),
    lastSeenAt: integer('last_seen_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    endedAt: integer('ended_at'),
    endedBy: text('ended_by', {
      enum: [
        'sign-out',
        'sign-in',
        'access-off',
        'address-changed',
        'password',
        'other-device',
        'freelancer',
      ],
    }),
  },
  (table) => [
    foreignKey({
      name: 'sessions_contact',
      columns: [table.workspaceId, table.contactId],
      foreignColumns: [contacts.workspaceId, contacts.id],
    }).onDelete('cascade'),
    check(
      'sessions_one_account',
      sql`(${table.contactId} IS NOT NULL AND ${table.workspaceId} IS NOT NULL AND ${table.memberId} IS NULL) OR (${table.contactId} IS NULL AND ${table.workspaceId} IS NULL AND ${table.memberId} IS NOT NULL)`,
    ),
    // at most one session for each epoch of an account: the exactly-once rule, held by the database.
    // Also the sessions of one account, for listing and ending them.
    uniqueIndex('sessions_contact_epoch').on(table.contactId, table.linkEpoch),
    uniqueIndex('sessions_member_epoch').on(table.memberId, table.linkEpoch),
    // the nightly sweep
    index('sessions_expires_at').on(table.expiresAt),
  ],
);

/** The passwords of those who chose to have one: of a contact or of a member, at most one each. */
export const passwords = sqliteTable(
  'passwords',
  {
    /** Another id with every change: what was proven by the one before is proven no more. */
    id: text('id').$type<PasswordId>().primaryKey(),
    workspaceId: text('workspace_id').$type<WorkspaceId>(),
    contactId: text('contact_id').$type<ContactId>().unique(),
    memberId: text('member_id')
      .$type<MemberId>()
      .unique()
      .references(() => members.id, { onDelete: 'cascade' }),
    hash: text('hash').notNull(),
    setAt: integer('set_at').notNull(),
  },
  (table) => [
    foreignKey({
      name: 'passwords_contact',
      columns: [table.workspaceId, table.contactId],
      foreignColumns: [contacts.workspaceId, contacts.id],
    }).onDelete('cascade'),
    check(
      'passwords_one_account',
      sql`(${table.contactId} IS NOT NULL AND ${table.workspaceId} IS NOT NULL AND ${table.memberId} IS NULL) OR (${table.contactId} IS NULL AND ${table.workspaceId} IS NULL AND ${table.memberId} IS NOT NULL)`,
    ),
  ],
);

/** What happened, for the freelancer to read. Nothing decides by it, so it can be swept, filtered and exported freely. */
export const activity = sqliteTable(
  'activity',
  {
    id: text('id').$type<ActivityId>().primaryKey(),
    at: integer('at').notNull(),
    kind: text('kind').$type<ActivityKind>().notNull(),
    workspaceId: text('workspace_id')
      .$type<WorkspaceId>()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    contactId: text('contact_id').$type<ContactId>(),
    memberId: text('member_id')
      .$type<MemberId>()
      .references(() => members.id, { onDelete: 'set null' }),
    detail: text('detail').notNull().default(''),
    /** The mail that was asked for, or that it happened to: each kind once. Kept when the mail's own row is swept. */
    mailId: text('mail_id').$type<MailId>(),
  },
  (table) => [
    foreignKey({
      name: 'activity_contact',
      columns: [table.workspaceId, table.contactId],
      foreignColumns: [contacts.workspaceId, contacts.id],
    }).onDelete('cascade'),
    // a workspace's activity, newest first; also the activity of one kind within it
    index('activity_workspace_at').on(table.workspaceId, table.at, table.id),
    // a contact card's timeline, newest first
    index('activity_contact_at').on(table.contactId, table.at),
    // what is told twice of a mail, by a webhook that comes again or a link opened again, is recorded once
    uniqueIndex('activity_mail_kind')
      .on(table.mailId, table.kind)
      .where(sql`${table.mailId} IS NOT NULL`),
    // the nightly sweep
    index('activity_at').on(table.at),
  ],
);

export const MAIL_KINDS = [
  'sign-in',
  'password',
  'new-device',
  'confirm-sender',
  'sender-broken',
  'sample',
] as const;

/** Why a mail waits, failed, was dropped, came back or was held back. Words: routes/admin/activity/mail-failures.ts */
export const MAIL_FAILURES = [
  // the mail service did not take it over
  'unreachable',
  'timeout',
  'service-error',
  'rate-limited',
  'quota',
  'unclear',
  'undelivered',
  'sender-refused',
  'suppressed',
  'refused',
  // something failed here
  'storage-down',
  'queue-down',
  'cut-off',
  // nobody needs it any more
  'superseded',
  'no-longer-needed',
  // the recipient's mail server did not take it over
  'no-mailbox',
  'mailbox-full',
  'mailbox-disabled',
  'mailbox-closed',
  'no-mail-server',
  'domain-takes-no-mail',
  'server-unable',
  'server-unreachable',
  'unwanted',
  'rejected',
  'no-reason',
  // the mail service no longer mails the address, or was told to stop
  'returned-before',
  'marked-as-spam',
] as const;

/**
 * The magic links that were sent, for a day: they cap the mails to an address, date the code of a mail, tell which mail
 * supersedes another, and count what a revocation voids. The link itself, by the hash of its token, is in KV.
 */
export const magicLinks = sqliteTable(
  'magic_links',
  {
    /** The mail that brings the link. */
    mailId: text('mail_id').$type<MailId>().primaryKey(),
    workspaceId: text('workspace_id').$type<WorkspaceId>(),
    contactId: text('contact_id').$type<ContactId>(),
    memberId: text('member_id')
      .$type<MemberId>()
      .references(() => members.id, { onDelete: 'cascade' }),
    /** Keyed hash of the address in its realm. */
    addressKey: text('address_key').notNull(),
    /** The account's epoch when the link was asked for: in another epoch the link is dead. */
    linkEpoch: integer('link_epoch').notNull(),
    /** Which browser asked for it. */
    verifierHash: text('verifier_hash').notNull(),
    /** When it was asked for. Its mail may leave later. */
    requestedAt: integer('requested_at').notNull(),
    /** The epoch for which it was recorded that this link fills the cap of its address; null: not recorded. */
    withheldEpoch: integer('withheld_epoch'),
  },
  (table) => [
    foreignKey({
      name: 'magic_links_contact',
      columns: [table.workspaceId, table.contactId],
      foreignColumns: [contacts.workspaceId, contacts.id],
    }).onDelete('cascade'),
    // links to one address within the last hour; the link that a code belongs to
    index('magic_links_address_requested_at').on(table.addressKey, table.requestedAt),
    // the links that switching access off voids
    index('magic_links_contact_requested_at').on(table.contactId, table.requestedAt),
    // the links of a member who is deleted
    index('magic_links_member').on(table.memberId).where(sql`${table.memberId} IS NOT NULL`),
    // the nightly sweep
    index('magic_links_requested_at').on(table.requestedAt),
  ],
);

/**
 * The mails that were ordered, and what became of each: never to which address, and nothing of what they said.
 * `waiting` -> `sending` is one guarded update, so that of two who hold the same order one sends.
 */
export const mails = sqliteTable(
  'mails',
  {
    id: text('id').$type<MailId>().primaryKey(),
    kind: text('kind', { enum: MAIL_KINDS }).notNull(),
    workspaceId: text('workspace_id').$type<WorkspaceId>(),
    contactId: text('contact_id').$type<ContactId>(),
    memberId: text('member_id')
      .$type<MemberId>()
      .references(() => members.id, { onDelete: 'cascade' }),
    state: text('state', {
      enum: ['waiting', 'sending', 'accepted', 'failed', 'given-up', 'dropped'],
    }).notNull(),
    /** Why it waits, failed or was dropped; '' for none. */
    failure: text('reason', { enum: ['', ...MAIL_FAILURES] })
      .notNull()
      .default(''),
    tries: integer('tries').notNull().default(0),
    /** When the last try began. */
    triedAt: integer('tried_at'),
    /** What the mail service calls the mail: its Message-ID, where there is one. */
    providerId: text('provider_id'),
    createdAt: integer('created_at').notNull(),
    settledAt: integer('settled_at'),
    /** What it calls the request that brought it. Either names the mail in a webhook. */
    requestId: text('request_id'),
    /** When the mail server of the recipient took it over, as the mail service tells. */
    deliveredAt: integer('delivered_at'),
    /** Of a mail whose fate a page of a workspace tells, a sample or a code for a sender: the workspace. */
    about: text('about').$type<WorkspaceId>(),
  },
  (table) => [
    foreignKey({
      name: 'mails_contact',
      columns: [table.workspaceId, table.contactId],
      foreignColumns: [contacts.workspaceId, contacts.id],
    }).onDelete('cascade'),
    // neither is a newcomer's, who has no row yet
    check(
      'mails_one_account',
      sql`(${table.contactId} IS NULL) = (${table.workspaceId} IS NULL) AND (${table.contactId} IS NULL OR ${table.memberId} IS NULL)`,
    ),
    // a contact card's timeline, newest first
    index('mails_contact_created_at').on(table.contactId, table.createdAt),
    // what is being tried again in a workspace: a few rows, seldom any
    index('mails_waiting')
      .on(table.workspaceId, table.createdAt)
      .where(sql`${table.state} = 'waiting'`),
    // the mail that a webhook tells of
    index('mails_provider_id').on(table.providerId).where(sql`${table.providerId} IS NOT NULL`),
    index('mails_request_id').on(table.requestId).where(sql`${table.requestId} IS NOT NULL`),
    // the last sample, and the last code, of a workspace
    index('mails_about')
      .on(table.about, table.kind, table.createdAt)
      .where(sql`${table.about} IS NOT NULL`),
    // the nightly sweep
    index('mails_created_at').on(table.createdAt),
  ],
);

/**
 * The address that a workspace's mail is to come from, or to be answered to; and the one that is to take its place. Mail
 * leaves from the current one only, while it is confirmed, verified and not broken (worker/senders/).
 */
export const senders = sqliteTable(
  'senders',
  {
    workspaceId: text('workspace_id')
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    /** `next`: waits beside the current one until it is ready to take its place. */
    slot: text('slot', { enum: ['current', 'next'] }).notNull(),
    /** Another id with every address that is entered: a code for the one before confirms nothing. */
    id: text('id').$type<SenderId>().notNull(),
    address: text('address').notNull(),
    domain: text('domain').notNull(),
    /** `reply-to`: at a free mail service, or where no domain can be verified. */
    use: text('use', { enum: ['from', 'reply-to'] }).notNull(),
    createdAt: integer('created_at').notNull(),
    /** When the code that confirms it was last asked for; it lasts SENDER_CODE_LIFETIME. */
    askedAt: integer('asked_at').notNull(),
    /** When somebody typed that code. */
    confirmedAt: integer('confirmed_at'),
    /** Where its DKIM key is published: the workspace's own, so that no other can claim the domain by it. */
    selector: text('selector'),
    /** The record's value; null until the mail service has made the key. */
    dkimValue: text('dkim_value'),
    /** What the last check found, record by record, as JSON. */
    findings: text('findings').notNull().default(''),
    checkedAt: integer('checked_at'),
    /** When all records were first found right. */
    verifiedAt: integer('verified_at'),
    /** Since when a verified one can't be used: a record is wrong, or the mail service refused mail from it. */
    brokenAt: integer('broken_at'),
    brokenBy: text('broken_by', { enum: ['records', 'refusal'] }),
    /** When the owner was last mailed about it. */
    ownerNotifiedAt: integer('told_at'),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.slot] }),
    // the checks that are due, longest unchecked first
    index('senders_use_checked_at').on(table.use, table.checkedAt),
  ],
);

/** Counters of tries at a credential, by rule and keyed hash. Swept when their window is over. */
export const tries = sqliteTable(
  'tries',
  {
    key: text('key').primaryKey(),
    count: integer('count').notNull(),
    resetsAt: integer('resets_at').notNull(),
    /** Until when the next try is refused, for limits whose pauses grow. */
    pausedUntil: integer('paused_until'),
  },
  // the nightly sweep
  (table) => [index('tries_resets_at').on(table.resetsAt)],
);
