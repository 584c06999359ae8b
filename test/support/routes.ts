import { expect } from 'vitest';
import { carla, carlaAtDemo, olivia } from './cast.ts';
import { dump } from './database.ts';
import { type Visitor, visit } from './visitor.ts';

/** Who may come in: everybody, a client of the portal, any member, a member of the workspace. */
export type Guard = 'open' | 'clients' | 'members' | 'workspace';

/** Every route there is. One that is added to the app and not here fails test/integration/refusals.test.ts. */
export const TABLE: Record<string, Guard> = {
  'GET /healthz': 'open',

  'GET /@portal/sign-in': 'open',
  'POST /@portal/sign-in/link': 'open',
  'GET /@portal/sign-in/check-email': 'open',
  'POST /@portal/sign-in/code': 'open',
  'GET /@portal/sign-in/link/:token': 'open',
  'POST /@portal/sign-in/link/:token': 'open',
  'POST /@portal/sign-in/link/:token/renewal': 'open',
  'POST /@portal/sign-out': 'open',
  'POST /@portal/sign-in/password': 'open',
  'GET /@portal/.well-known/change-password': 'open',
  'GET /@portal/logo/:hash': 'open',
  'GET /@portal': 'clients',
  'GET /@portal/account/password': 'clients',
  'POST /@portal/account/password': 'clients',
  'GET /@portal/account/password/removal': 'clients',
  'POST /@portal/account/password/removal': 'clients',
  'GET /@portal/account/sessions': 'clients',
  'POST /@portal/account/sessions/revocation': 'clients',
  'POST /@portal/account/sessions/:id/revocation': 'clients',
  'GET /@portal/account/confirmation': 'clients',

  'GET /@admin/sign-in': 'open',
  'POST /@admin/sign-in/link': 'open',
  'GET /@admin/sign-in/check-email': 'open',
  'POST /@admin/sign-in/code': 'open',
  'GET /@admin/sign-in/link/:token': 'open',
  'POST /@admin/sign-in/link/:token': 'open',
  'POST /@admin/sign-in/link/:token/renewal': 'open',
  'POST /@admin/sign-out': 'open',
  'POST /@admin/sign-in/password': 'open',
  'GET /@admin/.well-known/change-password': 'open',
  'GET /@admin/logo/:hash': 'open',

  // only where the outbox is the transport
  'GET /@admin/dev/mail': 'open',
  'GET /@admin/dev/mail.json': 'open',
  'GET /@admin/dev/mail/:id': 'open',
  'GET /@admin/dev/mail/:id/html': 'open',

  'GET /@admin': 'members',
  'GET /@admin/workspaces/new': 'members',
  'POST /@admin/workspaces/new': 'members',
  'GET /@admin/account/password': 'members',
  'POST /@admin/account/password': 'members',
  'GET /@admin/account/password/removal': 'members',
  'POST /@admin/account/password/removal': 'members',
  'GET /@admin/account/sessions': 'members',
  'POST /@admin/account/sessions/revocation': 'members',
  'POST /@admin/account/sessions/:id/revocation': 'members',
  'GET /@admin/account/confirmation': 'members',

  'GET /@admin/w/:slug': 'workspace',
  'GET /@admin/w/:slug/contacts': 'workspace',
  'POST /@admin/w/:slug/contacts': 'workspace',
  'GET /@admin/w/:slug/contacts/new': 'workspace',
  'GET /@admin/w/:slug/contacts/:id': 'workspace',
  'POST /@admin/w/:slug/contacts/:id': 'workspace',
  'GET /@admin/w/:slug/contacts/:id/edit': 'workspace',
  'POST /@admin/w/:slug/contacts/:id/portal-access': 'workspace',
  'POST /@admin/w/:slug/contacts/:id/sessions/:session/revocation': 'workspace',
  'POST /@admin/w/:slug/contacts/:id/invitation': 'workspace',
  'POST /@admin/w/:slug/contacts/:id/sign-in-link': 'workspace',
  'GET /@admin/w/:slug/contacts/:id/deletion': 'workspace',
  'POST /@admin/w/:slug/contacts/:id/deletion': 'workspace',
  'GET /@admin/w/:slug/activity': 'workspace',
  'GET /@admin/w/:slug/settings': 'workspace',
  'GET /@admin/w/:slug/settings/preferences/clients': 'workspace',
  'POST /@admin/w/:slug/settings/preferences/clients': 'workspace',
  'GET /@admin/w/:slug/settings/branding': 'workspace',
  'POST /@admin/w/:slug/settings/branding': 'workspace',
  'GET /@admin/w/:slug/settings/branding/preview/:page': 'workspace',
  'GET /@admin/w/:slug/settings/email': 'workspace',
  'POST /@admin/w/:slug/settings/email': 'workspace',
  'POST /@admin/w/:slug/settings/email/confirmation': 'workspace',
  'POST /@admin/w/:slug/settings/email/code': 'workspace',
  'POST /@admin/w/:slug/settings/email/check': 'workspace',
  'POST /@admin/w/:slug/settings/email/removal': 'workspace',
  'POST /@admin/w/:slug/settings/email/sample': 'workspace',
};

/** Where MailChannels is the transport: signed by a machine, test/integration/mail/webhooks.test.ts. */
export const WEBHOOK = 'POST /@admin/webhooks/mailchannels';

/** The one form that may be multipart: test/integration/workspaces/logo.test.ts. */
export const TAKES_A_FILE = 'POST /@admin/w/:slug/settings/branding';

/** A form that every POST would take, so that a refusal is never for want of a field. */
export const FIELDS = {
  name: 'Mallory',
  email: 'mallory@evil.test',
  slug: 'mallory',
  enabled: 'off',
  default_portal_access: 'on',
  code: 'AAAAAA',
  password: 'five purple tunas sing at noon',
};

export type Route = {
  name: string;
  guard: Guard;
  method: string;
  host: 'demo' | 'app';
  path: string;
};

/** The table's routes as requests for what is demo's: its contact, and a link that is under way. */
export function routes(token = 'A'.repeat(43)): Route[] {
  return Object.entries(TABLE).map(([name, guard]) => {
    const [method = '', pattern = ''] = name.split(' ');
    const host = pattern.startsWith('/@portal') ? 'demo' : 'app';
    const path = pattern
      .replace(/^\/@(?:portal|admin)/, '')
      .replace(':slug', 'demo')
      .replace(':id', carlaAtDemo)
      .replace(':session', carlaAtDemo)
      .replace(':page', 'portal')
      .replace(':token', token);
    return { name, guard, method, host, path: path === '' ? '/' : path };
  });
}

export const guarded = () => routes().filter(({ guard }) => guard !== 'open');
export const posts = () => routes().filter(({ method }) => method === 'POST');

export function request(visitor: Visitor, route: Route, headers: Record<string, string> = {}) {
  return route.method === 'POST'
    ? visitor.post(route.path, FIELDS, { headers })
    : visitor.get(route.path, { headers });
}

/** Sends each request, and holds that none of them left a trace in D1 or KV. */
export async function expectNothingChanged(
  list: Route[],
  attempt: (route: Route) => Promise<void>,
): Promise<void> {
  expect(list.length).toBeGreaterThan(0);
  const before = await dump();
  for (const route of list) {
    await attempt(route);
    expect(await dump(), `${route.name} changed something`).toEqual(before);
  }
}

/** A client of demo and its owner, each signed in at their host. */
export async function everybodySignedIn(): Promise<Record<Route['host'], Visitor>> {
  return { demo: await visit('demo').signInAs(carla), app: await visit('app').signInAs(olivia) };
}
