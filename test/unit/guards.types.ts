// Checked by tsc alone: where a line below an `@ts-expect-error` compiles, `npm run check -- types` fails.

import { Hono } from 'hono';
import type {
  AppEnv,
  MemberEnv,
  PortalEnv,
  VisitorEnv,
  WorkspaceEnv,
} from '../../worker/context.ts';
import { behind, clients, may, members, open, recentSignIn } from '../../worker/http/guards.tsx';

const everybodys = new Hono<AppEnv>();
const visitors = new Hono<VisitorEnv>();
const ofClients = new Hono<PortalEnv>();
const ofMembers = new Hono<MemberEnv>();
const ofWorkspace = new Hono<WorkspaceEnv>();

open(everybodys);
// @ts-expect-error what a visitor reads is not there for everybody
open(visitors);
// @ts-expect-error nor what a client reads
open(ofClients);
// @ts-expect-error nor what a member reads
open(ofMembers);
// @ts-expect-error nor a workspace's pages
open(ofWorkspace);

behind(clients, everybodys);
behind(clients, visitors);
behind(clients, ofClients);
// @ts-expect-error a client is no member
behind(clients, ofMembers);
// @ts-expect-error nor of a workspace
behind(clients, ofWorkspace);

behind(members, visitors);
behind(members, ofMembers);
// @ts-expect-error a member is no client
behind(members, ofClients);
// @ts-expect-error a member of whichever workspace is not in this one
behind(members, ofWorkspace);

behind(may('contacts.read'), ofWorkspace);
behind(may('contacts.read'), ofMembers);
// @ts-expect-error a member of a workspace is no client
behind(may('contacts.read'), ofClients);
// @ts-expect-error no such permission
may('contacts.paint');

behind(recentSignIn(clients), ofClients);
behind(recentSignIn(may('settings.write')), ofWorkspace);
// @ts-expect-error a recent sign-in grants no more than the guard that it is about
behind(recentSignIn(members), ofWorkspace);

everybodys.get('/', (c) => {
  // @ts-expect-error whatever guard it may stand behind, an open route reads no workspace
  return c.text(c.var.workspace.name);
});
ofWorkspace.get('/', (c) => c.text(c.var.workspace.name + c.var.member.email + c.var.role));
ofClients.get('/', (c) => c.text(c.var.portal.name + c.var.client.name));
