import type { Realm } from './accounts/realm.ts';
import type { Keyring } from './crypto/keyring.ts';
import type { Peppers } from './crypto/pepper.ts';
import type { Db } from './db/client.ts';
import type { Settings } from './env.ts';
import type { Mailer } from './mail-services/service.ts';
import type { Client, Member } from './sessions/resume.ts';
import type { WorkspaceDirectory } from './workspaces/directory.ts';
import type { Workspace } from './workspaces/workspaces.ts';

/** What an isolate keeps between requests: nothing of it says who may come in. */
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
  /** The door this host is, and the workspace behind a portal's; set on portal and admin hosts. */
  realm: Realm;
  portal: Workspace | null;
};

/** What the guards add (http/guards.tsx): only handlers mounted behind one may read its part. */
export type Guarded = {
  /** Behind `clients`: the contact, signed in and with access as of this request. */
  client: Client;
  /** Behind `members` and `deskOnly`: the member, signed in as of this request. */
  member: Member;
  /** Behind any of them: the same person, for what clients and members both have, their account. */
  visitor: Client | Member;
  /** Behind `deskOnly`: the workspace that the address names, and that the member belongs to. */
  workspace: Workspace;
};

/** What is said of an address where it is mounted (app.ts), for the few that are not like the others. */
export type Marked = {
  /** Its page shows others of ours in frames (http/security-headers.ts). */
  showsFrames?: true;
  /** Its form has a file, so it may be multipart (http/upload.ts). */
  takesFile?: true;
};

export type AppEnv = {
  Bindings: Env;
  Variables: RequestState & Guarded & Marked & { secureHeadersNonce?: string };
};
