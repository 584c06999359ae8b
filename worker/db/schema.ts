// The tables. docs/data.md lists the owner and the lifetime of each. All times are milliseconds since 1970 (UTC).
// Composite foreign keys hold the workspace, so the database refuses a row that connects two tenants.

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

/** A freelancer's or agency's business, with a portal on a subdomain. */
export const workspaces = sqliteTable(
  'workspaces',
  {
    id: text('id').$type<WorkspaceId>().primaryKey(),
    slug: text('slug').notNull().unique(),
    name: text('name').notNull(),
    accentColor: text('accent_color').notNull().default('#1f6f5c'),
    welcome: text('welcome').notNull().default(''),
    portalContact: text('portal_contact').notNull().default(''),
    /** How dates are written: a BCP 47 language tag and an IANA time zone. */
    language: text('language').notNull().default('en-GB'),
    timeZone: text('time_zone').notNull().default('UTC'),
    /** The hash and the pixels of the row in `logos`. A page needs no second query to leave room for the logo. */
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

/** A blob. D1 returns it as an array of numbers. */
const bytes = customType<{ data: Uint8Array<ArrayBuffer>; driverData: ArrayBuffer | number[] }>({
  dataType: () => 'blob',
  fromDriver: (stored) => new Uint8Array(stored),
  toDriver: (given) => given.slice().buffer,
});

/** The logos, at most one for each workspace. They are not in `workspaces`, whose row every request reads. */
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
  // the admin host shows the logo of any workspace, by its hash
  (table) => [index('logos_hash').on(table.hash)],
);

/** `mailboxOf` of values/mailbox.ts in SQL. SQLite computes it, so no insert can forget it (decision 0028). */
function mailboxKey() {
  return text('mailbox_key').generatedAlwaysAs(
    sql`CASE WHEN substr(email_key, instr(email_key, '@')) IN ('@gmail.com', '@googlemail.com') AND substr(email_key, 1, 1) <> '+' THEN replace(substr(email_key, 1, instr(replace(email_key, '+', '@'), '@') - 1), '.', '') || '@gmail.com' ELSE email_key END`,
    { mode: 'virtual' },
  );
}

/** A person who runs workspaces and signs in on the admin host. */
export const members = sqliteTable(
  'members',
  {
    id: text('id').$type<MemberId>().primaryKey(),
    name: text('name').notNull(),
    email: text('email').notNull(),
    emailKey: text('email_key').notNull().unique(),
    mailboxKey: mailboxKey(),
    linkEpoch: integer('link_epoch').notNull().default(0),
    createdAt: integer('created_at').notNull(),
  },
  // sign-in finds a member by the mailbox of an address
  (table) => [index('members_mailbox').on(table.mailboxKey)],
);

/** Which members may work in which workspaces. */
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
    // finds the owner of a workspace
    index('memberships_workspace_id').on(table.workspaceId, table.createdAt),
    check('memberships_role_known', sql`${table.role} IN ('owner')`),
  ],
);

/** A client company of a workspace. */
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
    // one company for each name and workspace; also lists the suggestions by name
    unique('client_companies_workspace_name').on(table.workspaceId, table.nameKey),
    // the target of contact_companies' composite foreign key
    unique('client_companies_workspace_id_id').on(table.workspaceId, table.id),
  ],
);

/** A person of a client: one for each workspace and address. */
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
    mailboxKey: mailboxKey(),
    portalAccess: integer('portal_access', { mode: 'boolean' }).notNull(),
    linkEpoch: integer('link_epoch').notNull().default(0),
    lastSeenAt: integer('last_seen_at'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    // refuses duplicates
    unique('contacts_workspace_email').on(table.workspaceId, table.emailKey),
    // sign-in finds a contact by the mailbox of an address
    index('contacts_workspace_mailbox').on(table.workspaceId, table.mailboxKey),
    // the target of composite foreign keys
    unique('contacts_workspace_id_id').on(table.workspaceId, table.id),
    // lists contacts by name, in pages
    index('contacts_workspace_name').on(table.workspaceId, table.nameKey, table.id),
    // lists contacts with or without access by name, in pages
    index('contacts_workspace_access_name').on(
      table.workspaceId,
      table.portalAccess,
      table.nameKey,
      table.id,
    ),
  ],
);

/** The companies of a contact, in the order that the freelancer gave. */
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
    // the contacts of a company: finds companies without contacts, which are deleted
    index('contact_companies_company_id').on(table.companyId),
  ],
);

/** A session of a contact on a portal, or of a member on the admin host. Its row stays after its end. */
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
    /** The epoch that the sign-in used up; null for a password, which uses none up. */
    linkEpoch: integer('link_epoch'),
    /**
     * The hash of the verifier of the browser that signed in by link or code; null if it had none. For a minute it shows
     * which browser may be given the session again (worker/sessions/lost.ts).
     */
    verifierHash: text('verifier_hash'),
    device: text('device').notNull(),
    location: text('place').notNull(),
    /** The hash of browser name and member, which shows whether a browser is new. Null for contacts. */
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
    // at most one session for each epoch of an account, so that a link works exactly once;
    // also finds the sessions of an account, to list and end them
    uniqueIndex('sessions_contact_epoch').on(table.contactId, table.linkEpoch),
    uniqueIndex('sessions_member_epoch').on(table.memberId, table.linkEpoch),
    // the session that a browser started a moment ago
    index('sessions_verifier_hash')
      .on(table.verifierHash)
      .where(sql`${table.verifierHash} IS NOT NULL`),
    // the nightly sweep
    index('sessions_expires_at').on(table.expiresAt),
  ],
);

/** The password of a contact or of a member: at most one each, and only if they chose to have one. */
export const passwords = sqliteTable(
  'passwords',
  {
    /** Every change gives it a new id, so a proof by the old password is no longer valid. */
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

/** What happened, for the freelancer to read. No decision depends on it, so it can be swept, filtered and exported. */
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
    /** The mail that the row is about. It stays when the mail's own row is swept. */
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
    // the activity of a contact, newest first
    index('activity_contact_at').on(table.contactId, table.at),
    // each kind once for a mail, when a webhook is repeated or a link is opened again
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
  'sender-changed',
  'sample',
  'invitation',
  'mail-use',
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
 * The magic links that were sent within a day. The rows date the code of a mail, show
 * which mail supersedes another, and count the links that a revocation voids. The link itself is in KV (decision 0023).
 */
export const magicLinks = sqliteTable(
  'magic_links',
  {
    /** The mail that carries the link. */
    mailId: text('mail_id').$type<MailId>().primaryKey(),
    workspaceId: text('workspace_id').$type<WorkspaceId>(),
    contactId: text('contact_id').$type<ContactId>(),
    memberId: text('member_id')
      .$type<MemberId>()
      .references(() => members.id, { onDelete: 'cascade' }),
    /** A keyed hash of realm and address. */
    addressKey: text('address_key').notNull(),
    /** The account's epoch when the link was asked for. In another epoch the link is void. */
    linkEpoch: integer('link_epoch').notNull(),
    /** The hash of the verifier of the browser that asked for it. */
    verifierHash: text('verifier_hash').notNull(),
    /** When it was asked for. Its mail may be sent later. */
    requestedAt: integer('requested_at').notNull(),
    /** Not used any more: an earlier release kept here when it had recorded a withheld link. */
    withheldEpoch: integer('withheld_epoch'),
  },
  (table) => [
    foreignKey({
      name: 'magic_links_contact',
      columns: [table.workspaceId, table.contactId],
      foreignColumns: [contacts.workspaceId, contacts.id],
    }).onDelete('cascade'),
    // the links mailed to an address within the last hour; the link of a code
    index('magic_links_address_requested_at').on(table.addressKey, table.requestedAt),
    // the links that a switch of access voids
    index('magic_links_contact_requested_at').on(table.contactId, table.requestedAt),
    // the links of a member who is deleted
    index('magic_links_member').on(table.memberId).where(sql`${table.memberId} IS NOT NULL`),
    // the nightly sweep
    index('magic_links_requested_at').on(table.requestedAt),
  ],
);

/**
 * The mail jobs and their states, without address and content of the mail. `waiting` -> `sending` is one guarded
 * update, so of two workers with the same mail job only one sends the mail.
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
    /** The mail service's name for the mail: its Message-ID, where there is one. */
    providerId: text('provider_id'),
    createdAt: integer('created_at').notNull(),
    settledAt: integer('settled_at'),
    /** The mail service's name for our request. Webhooks name a mail by one of the two. */
    requestId: text('request_id'),
    /** When the recipient's mail server accepted the mail, as the mail service reports. */
    deliveredAt: integer('delivered_at'),
    /** The workspace whose page shows the state of a sample or of a sender's code; null for other mails. */
    about: text('about').$type<WorkspaceId>(),
  },
  (table) => [
    foreignKey({
      name: 'mails_contact',
      columns: [table.workspaceId, table.contactId],
      foreignColumns: [contacts.workspaceId, contacts.id],
    }).onDelete('cascade'),
    // a newcomer's mail has neither contact nor member, because a newcomer has no row
    check(
      'mails_one_account',
      sql`(${table.contactId} IS NULL) = (${table.workspaceId} IS NULL) AND (${table.contactId} IS NULL OR ${table.memberId} IS NULL)`,
    ),
    // the mails of a contact, newest first
    index('mails_contact_created_at').on(table.contactId, table.createdAt),
    // the mails of a workspace that wait for another try: seldom more than a few
    index('mails_waiting')
      .on(table.workspaceId, table.createdAt)
      .where(sql`${table.state} = 'waiting'`),
    // the mail of a webhook's event
    index('mails_provider_id').on(table.providerId).where(sql`${table.providerId} IS NOT NULL`),
    index('mails_request_id').on(table.requestId).where(sql`${table.requestId} IS NOT NULL`),
    // the last sample and the last sender's code of a workspace
    index('mails_about')
      .on(table.about, table.kind, table.createdAt)
      .where(sql`${table.about} IS NOT NULL`),
    // the nightly sweep
    index('mails_created_at').on(table.createdAt),
  ],
);

/**
 * The address that a workspace's mail comes from, or that replies reach; and the next one, which is to replace it. Mail
 * leaves from the current one only, while it is confirmed, verified and not broken (worker/senders/).
 */
export const senders = sqliteTable(
  'senders',
  {
    workspaceId: text('workspace_id')
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    /** `next`: waits beside the current sender until it is ready to replace it. */
    slot: text('slot', { enum: ['current', 'next'] }).notNull(),
    /** New with each address that is entered, so that the code of the earlier address confirms nothing. */
    id: text('id').$type<SenderId>().notNull(),
    address: text('address').notNull(),
    domain: text('domain').notNull(),
    /** `reply-to`: the address is at a free mail service, or its domain cannot be verified. */
    use: text('use', { enum: ['from', 'reply-to'] }).notNull(),
    createdAt: integer('created_at').notNull(),
    /** When the code that confirms it was last asked for. The code works for SENDER_CODE_LIFETIME. */
    askedAt: integer('asked_at').notNull(),
    /** When that code was typed. */
    confirmedAt: integer('confirmed_at'),
    /** The name of its DKIM key, this workspace's own: no other workspace can claim the domain by it. */
    selector: text('selector'),
    /** The value of the DKIM record; null until the mail service has created the key. */
    dkimValue: text('dkim_value'),
    /** What checks have found, as JSON: senders/dns-results.ts. '' before the first check. */
    dnsResults: text('findings').notNull().default(''),
    checkedAt: integer('checked_at'),
    /** When a check first found all records right. */
    verifiedAt: integer('verified_at'),
    /** Since when mail no longer leaves from it: a record is wrong, or the mail service refused a mail from it. */
    brokenAt: integer('broken_at'),
    brokenBy: text('broken_by', { enum: ['records', 'refusal'] }),
    /** When the owner was last mailed that it is broken. */
    ownerNotifiedAt: integer('told_at'),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.slot] }),
    // the senders to check, the one checked longest ago first
    index('senders_use_checked_at').on(table.use, table.checkedAt),
  ],
);

/** Counters of the limits, by rule and keyed hash. Swept after `resets_at`. */
export const tries = sqliteTable(
  'tries',
  {
    key: text('key').primaryKey(),
    count: integer('count').notNull(),
    resetsAt: integer('resets_at').notNull(),
    /** Until when the next try is refused, for limits with growing pauses. */
    pausedUntil: integer('paused_until'),
  },
  // the nightly sweep
  (table) => [index('tries_resets_at').on(table.resetsAt)],
);
