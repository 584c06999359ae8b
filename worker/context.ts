import type { Context } from 'hono';
import type { Realm } from './accounts/realm.ts';
import type { Keyring } from './crypto/keyring.ts';
import type { Peppers } from './crypto/pepper.ts';
import type { Db } from './db/client.ts';
import type { Settings } from './env.ts';
import type { Mailer } from './mail-services/service.ts';
import type { Client, Member } from './sessions/resume.ts';
import type { WorkspaceDirectory } from './workspaces/directory.ts';
import type { Role } from './workspaces/permissions.ts';
import type { Workspace } from './workspaces/workspaces.ts';

/** What an isolate keeps between requests. Nothing of it decides who may sign in. */
export type IsolateState = {
  settings: Settings;
  keyring: Keyring;
  peppers: Peppers;
  directory: WorkspaceDirectory;
  mailer: Mailer;
};

/** What every request carries. */
export type RequestState = IsolateState & {
  db: Db;
  /** Milliseconds since 1970: one clock for the whole request. */
  now: number;
  /** Names this request in the log and, when something breaks, on the page. */
  reference: string;
  /** Where people sign in on this host, and the workspace of a portal. Set on portal and admin hosts. */
  realm: Realm;
  portal: Workspace | null;
};

/** Marks of the few addresses that are not like the others, set where they are mounted (app.ts). */
export type Marked = {
  /** Its page shows others of ours in frames (http/security-headers.ts). */
  showsFrames?: true;
  /** Its form has a Turnstile challenge, which Cloudflare's script shows (http/security-headers.ts). */
  showsChallenge?: true;
  /** Its form has a file, so it may be multipart (http/upload.ts). */
  takesFile?: true;
};

/** What every handler finds in `c.var`. */
export type AppEnv = {
  Bindings: Env;
  Variables: RequestState & Marked & { secureHeadersNonce?: string };
};

/** What every guard adds (http/guards.tsx): the visitor, who is signed in as of this request. */
export type VisitorEnv = AppEnv & { Variables: { visitor: Client | Member } };

/** What `clients` adds: a contact of this portal with access, and the portal's workspace. */
export type PortalEnv = AppEnv & {
  Variables: { visitor: Client; client: Client; portal: Workspace };
};

/** What `members` adds: a member, of any workspace or of none. */
export type MemberEnv = AppEnv & { Variables: { visitor: Member; member: Member } };

/** What `may` adds: the workspace that `:slug` names, and a member of it with the member's role there. */
export type WorkspaceEnv = MemberEnv & { Variables: { workspace: Workspace; role: Role } };

/** The context of any handler, for functions that read what every request carries. */
export type AppContext =
  | Context<AppEnv>
  | Context<VisitorEnv>
  | Context<PortalEnv>
  | Context<MemberEnv>
  | Context<WorkspaceEnv>;
