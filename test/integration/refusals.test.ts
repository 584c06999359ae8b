import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import * as paths from '../../ui/paths.ts';
import { createApp } from '../../worker/app.ts';
import { deriveKeyring } from '../../worker/crypto/keyring.ts';
import { derivePeppers } from '../../worker/crypto/pepper.ts';
import { parseSettings } from '../../worker/env.ts';
import { safeReturnTo } from '../../worker/http/return-to.ts';
import { createMailer } from '../../worker/mail-services/choose.ts';
import { createWorkspaceDirectory } from '../../worker/workspaces/directory.ts';
import { carla, carlaAtDemo, demoId, olivia, rita } from '../support/cast.ts';
import { dump, dumpButLooks, rows } from '../support/database.ts';
import { linkIn } from '../support/mail.ts';
import { mailbox, type Visitor, visit } from '../support/visitor.ts';

/** Who may come in: everybody, a client of the portal, any member, a member of the workspace. */
type Guard = 'open' | 'clients' | 'members' | 'workspace';

/** Every route there is. One that is added to the app and not here fails the first test. */
const TABLE: Record<string, Guard> = {
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
const WEBHOOK = 'POST /@admin/webhooks/mailchannels';

/** The one form that may be multipart: test/integration/workspaces/branding.test.ts. */
const TAKES_A_FILE = 'POST /@admin/w/:slug/settings/branding';

/** A form that every POST would take, so that a refusal is never for want of a field. */
const FIELDS = {
  name: 'Mallory',
  email: 'mallory@evil.test',
  slug: 'mallory',
  enabled: 'off',
  default_portal_access: 'on',
  code: 'AAAAAA',
  password: 'five purple tunas sing at noon',
};

type Route = { name: string; guard: Guard; method: string; host: 'demo' | 'app'; path: string };

/** The table's routes as requests for what is demo's: its contact, and a link that is under way. */
function routes(token = 'A'.repeat(43)): Route[] {
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

const guarded = () => routes().filter(({ guard }) => guard !== 'open');
const posts = () => routes().filter(({ method }) => method === 'POST');

function request(visitor: Visitor, route: Route, headers: Record<string, string> = {}) {
  return route.method === 'POST'
    ? visitor.post(route.path, FIELDS, { headers })
    : visitor.get(route.path, { headers });
}

/** Sends each request, and holds that none of them left a trace in D1 or KV. */
async function expectNothingChanged(
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

test('every route of the app is in the table', async () => {
  expect(await mountedWith(env)).toEqual(Object.keys(TABLE).toSorted());
});

test('with MailChannels, and its account set, a webhook takes the place of the mailbox', async () => {
  const mailchannels = { ...env, MAIL_TRANSPORT: 'mailchannels' };
  const others = Object.keys(TABLE).filter((name) => !name.includes('/dev/mail'));
  expect(await mountedWith(mailchannels)).toEqual(others.toSorted());
  expect(await mountedWith({ ...mailchannels, MAILCHANNELS_ACCOUNT: 'acme' })).toEqual(
    [...others, WEBHOOK].toSorted(),
  );
});

/** The routes of the app that some settings make. */
async function mountedWith(bindings: Env): Promise<string[]> {
  const parsed = parseSettings(bindings);
  if (!parsed.ok) throw new Error(parsed.faults.join());
  const { settings } = parsed;
  const keyring = await deriveKeyring(settings.sessionSecrets);
  const peppers = await derivePeppers(settings.passwordPeppers);
  const directory = createWorkspaceDirectory();
  const mailer = createMailer(settings, bindings);
  const app = createApp({ settings, keyring, peppers, directory, mailer });
  const mounted = app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replace(/(?<=.)\/$/, '')}`);
  return [...new Set(mounted)].toSorted();
}

test('the control: whom the table lets in is let in', async () => {
  const client = await visit('demo').signInAs(carla);
  const owner = await visit('app').signInAs(olivia);
  for (const route of guarded()) {
    if (route.method === 'POST') continue;
    const response = await request(route.host === 'demo' ? client : owner, route);
    expect([200, 303], route.name).toContain(response.status);
    expect(response.headers.get('location') ?? '', route.name).not.toContain('/sign-in');
  }
});

describe('refused, and nothing changed:', () => {
  test('signed out', async () => {
    await expectNothingChanged(guarded(), async (route) => {
      const response = await request(visit(route.host), route);
      const next = route.method === 'GET' ? safeReturnTo(route.path) : '/';
      expect([response.status, response.headers.get('location')], route.name).toEqual([
        303,
        paths.signIn(next),
      ]);
    });
  });

  test('signed out, by script', async () => {
    await expectNothingChanged(guarded(), async (route) => {
      const response = await request(visit(route.host), route, { accept: 'application/json' });
      expect([response.status, await response.json()], route.name).toEqual([
        401,
        { error: 'Sign in first.' },
      ]);
    });
  });

  test('another tenant’s member: 404, the same as for a workspace that is not there', async () => {
    const other = await visit('app').signInAs(rita);
    const ofWorkspace = guarded().filter(({ guard }) => guard === 'workspace');
    await expectNothingChanged(ofWorkspace, async (route) => {
      const [here, nowhere] = [
        await request(other, route),
        await request(other, { ...route, path: route.path.replace('/demo', '/nowhere') }),
      ];
      expect([here.status, nowhere.status], route.name).toEqual([404, 404]);
      const strip = (page: string) => page.replaceAll(/nonce="[^"]+"/g, '');
      expect(strip(await here.text()), route.name).toBe(strip(await nowhere.text()));
    });
  });

  test('another tenant’s contact in one’s own workspace: 404', async () => {
    const other = await visit('app').signInAs(rita);
    const cards = guarded().filter(({ path }) => path.includes(carlaAtDemo));
    await expectNothingChanged(cards, async (route) => {
      const response = await request(other, {
        ...route,
        path: route.path.replace('/demo', '/rival'),
      });
      expect(response.status, route.name).toBe(404);
      expect(await response.text(), route.name).not.toContain('Carla');
    });
  });

  test('a client’s cookie on the admin host, a member’s on the portal', async () => {
    const client = await visit('demo').signInAs(carla);
    const owner = await visit('app').signInAs(olivia);
    const foreign = { demo: visit('demo'), app: visit('app') };
    for (const [name, value] of owner.cookies) foreign.demo.cookies.set(name, value);
    for (const [name, value] of client.cookies) foreign.app.cookies.set(name, value);
    await expectNothingChanged(guarded(), async (route) => {
      const response = await request(foreign[route.host], route);
      expect(response.status, route.name).toBe(303);
      expect(response.headers.get('location'), route.name).toMatch(/^\/sign-in\?next=/);
    });
  });

  test.each<[string, (route: Route) => Record<string, string>]>([
    ['another site', () => ({ origin: 'https://evil.example' })],
    ['a sibling subdomain', () => ({ origin: 'http://rival.portal.localhost' })],
    ['the portal for admin, admin for the portal', (route) => ({ origin: otherOrigin(route) })],
    ['the apex', () => ({ origin: 'http://portal.localhost' })],
    ['another scheme', ({ host }) => ({ origin: `https://${host}.portal.localhost` })],
    ['another port', ({ host }) => ({ origin: `http://${host}.portal.localhost:8080` })],
    ['a longer host', ({ host }) => ({ origin: `http://${host}.portal.localhost.evil.example` })],
    ['a sandbox', () => ({ origin: 'null' })],
    ['an empty origin', () => ({ origin: '' })],
    [
      'another site whose referrer and fetch metadata claim otherwise',
      ({ host }) => ({
        origin: 'https://evil.example',
        referer: `http://${host}.portal.localhost/`,
        'sec-fetch-site': 'same-origin',
      }),
    ],
  ])('a form from %s: 403, with cookies and all', async (_from, headers) => {
    const visitors = await everybodySignedIn();
    await expectNothingChanged(posts(), async (route) => {
      const response = await request(visitors[route.host], route, headers(route));
      expect(response.status, route.name).toBe(403);
      expect(response.headers.getSetCookie(), route.name).toEqual([]);
    });
  });

  test('a form without an origin: 403', async () => {
    const visitors = await everybodySignedIn();
    await expectNothingChanged(posts(), async ({ host, path, name }) => {
      const visitor = visitors[host];
      const body = new URLSearchParams(FIELDS);
      const response = await visitor.send(
        new Request(visitor.origin + path, { method: 'POST', body }),
      );
      expect(response.status, name).toBe(403);
    });
  });

  test.each<[string, () => { body: BodyInit; type: string | null }]>([
    ['JSON', () => ({ body: JSON.stringify(FIELDS), type: 'application/json' })],
    ['text/plain', () => ({ body: new URLSearchParams(FIELDS).toString(), type: 'text/plain' })],
    ['multipart', () => ({ body: multipart(), type: null })],
    ['a look-alike type', () => ({ body: 'a=b', type: 'application/x-www-form-urlencoded-not' })],
    [
      'a list of types',
      () => ({ body: 'a=b', type: 'text/plain, application/x-www-form-urlencoded' }),
    ],
    ['XML', () => ({ body: '<a/>', type: 'application/xml' })],
    ['no type', () => ({ body: new TextEncoder().encode('a=b'), type: '' })],
  ])('%s: 415', async (what, make) => {
    const visitors = await everybodySignedIn();
    const list = posts().filter(({ name }) => what !== 'multipart' || name !== TAKES_A_FILE);
    await expectNothingChanged(list, async ({ host, path, name }) => {
      const visitor = visitors[host];
      const { body, type } = make();
      const headers = new Headers({ origin: visitor.origin });
      if (type) headers.set('content-type', type);
      const response = await visitor.send(
        new Request(visitor.origin + path, { method: 'POST', headers, body }),
      );
      expect(response.status, name).toBe(415);
    });
  });

  test('a form of more than 64 KB: 413', async () => {
    const visitors = await everybodySignedIn();
    await expectNothingChanged(posts(), async ({ host, path, name }) => {
      const response = await visitors[host].post(path, { ...FIELDS, name: 'x'.repeat(65 * 1024) });
      expect(response.status, name).toBe(413);
    });
  });

  test('a method that an address doesn’t take: 405 with those it does', async () => {
    const visitors = await everybodySignedIn();
    const all = routes();
    await expectNothingChanged(all, async ({ host, path, name }) => {
      const taken = all
        .filter((other) => other.host === host && matches(other.name, path))
        .map(({ method }) => method);
      const allowed = taken.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        if (taken.includes(method)) continue;
        for (const visitor of [visitors[host], visit(host)]) {
          const headers = { origin: visitor.origin };
          const response = await visitor.send(
            new Request(visitor.origin + path, { method, headers }),
          );
          expect(response.status, `${method} ${name}`).toBe(405);
          const allow = response.headers.get('allow')?.split(', ') ?? [];
          expect(allow.toSorted(), name).toEqual([...new Set(allowed)].toSorted());
        }
      }
    });
  });

  test('HEAD never does what GET of a link would', async () => {
    const asker = visit('demo');
    const link = linkIn(await asker.ask(carla));
    const before = await dumpButLooks();
    const response = await asker.get(link, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(await dumpButLooks()).toEqual(before);
  });
});

test('cookies planted by a sibling subdomain let nobody in, wherever', async () => {
  const owner = await visit('app').signInAs(olivia);
  const good = owner.cookies.get('__Host-session') ?? '';
  const victim = visit('app');
  for (const name of ['session', '__Secure-session', 'host-session'])
    victim.cookies.set(name, good);
  await expectNothingChanged(
    guarded().filter(({ host }) => host === 'app'),
    async (route) => {
      const response = await request(victim, route);
      expect(response.headers.get('location'), route.name).toMatch(/^\/sign-in\?next=/);
    },
  );
});

describe('a host without a front door', () => {
  test.each([
    ['unknown.portal.localhost', 404],
    ['portal.localhost', 404],
    ['a.demo.portal.localhost', 404],
    ['www.portal.localhost', 404],
    ['xn--dem-0na.portal.localhost', 404],
    ['evil-portal.localhost', 421],
    ['demo.portal.localhost.evil.example', 421],
    ['203.0.113.9', 421],
  ])('%s: %i in plain words on every path, with every method', async (host, status) => {
    const before = await dump();
    for (const { method, path } of routes().filter(({ path }) => path !== '/healthz')) {
      const response = await visit(host)[method === 'POST' ? 'post' : 'get'](path);
      expect(response.status, path).toBe(status);
      expect(response.headers.get('content-type'), path).toContain('text/plain');
      expect(response.headers.getSetCookie(), path).toEqual([]);
    }
    expect(await dump()).toEqual(before);
  });
});

test('every function of ui/paths.ts reaches a route', async () => {
  const visitors = await everybodySignedIn();
  const token = new URL(linkIn(await visit('app').ask(olivia))).pathname.split('/').at(-1) ?? '';
  const [mail] = await mailbox();
  const id = mail?.id ?? '';
  // the type says that none of them is missing
  const all: Record<keyof typeof paths, string> = {
    home: paths.home(),
    signIn: paths.signIn('/w/demo'),
    requestLink: paths.requestLink(),
    checkEmail: paths.checkEmail(),
    signInByCode: paths.signInByCode(),
    signInLink: paths.signInLink(token),
    renewLink: paths.renewLink(token),
    newWorkspace: paths.newWorkspace(),
    workspaceHome: paths.workspaceHome('demo'),
    contacts: paths.contacts('demo', { q: 'a', access: 'on' }),
    newContact: paths.newContact('demo'),
    contact: paths.contact('demo', carlaAtDemo),
    editContact: paths.editContact('demo', carlaAtDemo),
    contactPortalAccess: paths.contactPortalAccess('demo', carlaAtDemo),
    contactInvitation: paths.contactInvitation('demo', carlaAtDemo),
    contactDeletion: paths.contactDeletion('demo', carlaAtDemo),
    activity: paths.activity('demo'),
    settings: paths.settings('demo'),
    clientPreferences: paths.clientPreferences('demo'),
    branding: paths.branding('demo', { name: 'Demo' }),
    brandingPreview: paths.brandingPreview('demo', 'mail', { scheme: 'dark' }),
    senderSettings: paths.senderSettings('demo'),
    confirmSender: paths.confirmSender('demo'),
    senderCode: paths.senderCode('demo'),
    checkSender: paths.checkSender('demo'),
    removeSender: paths.removeSender('demo'),
    sampleMail: paths.sampleMail('demo'),
    mailchannelsWebhook: paths.mailchannelsWebhook(),
    logo: paths.logo(await keepLogo()),
    health: paths.health(),
    devMailbox: paths.devMailbox(),
    devMailboxJson: paths.devMailboxJson(),
    devMail: paths.devMail(id),
    devMailHtml: paths.devMailHtml(id),
    signInByPassword: paths.signInByPassword(),
    accountPassword: paths.accountPassword(),
    passwordRemoval: paths.passwordRemoval(),
    devices: paths.devices(),
    endOtherDevices: paths.endOtherDevices(),
    endContactDevice: paths.endContactDevice('demo', carlaAtDemo, await sessionOf(carlaAtDemo)),
    confirmIdentity: paths.confirmIdentity('/'),
    changePassword: paths.changePassword(),
    strengthScript: paths.strengthScript(),
    // last: they sign the visitor out
    endDevice: paths.endDevice(await sessionOf(oliviaId)),
    signOut: paths.signOut(),
  };
  expect(Object.keys(all).toSorted()).toEqual(Object.keys(paths).toSorted());
  const { mailchannelsWebhook, strengthScript, ...ofPages } = all;
  for (const [name, path] of Object.entries(ofPages)) {
    const visitor = visitors.app;
    const opened = await visitor.get(path);
    const status = opened.status === 405 ? (await visitor.post(path, {})).status : opened.status;
    expect([200, 302, 303, 400, 422], `${name}: ${path} answered ${status}`).toContain(status);
  }
  // the edge answers this one; what it doesn't have comes here
  expect((await visitors.app.get(strengthScript)).status).toBe(404);
  // not for visitors: it takes JSON, where MailChannels is the transport
  const there = { ...env, MAIL_TRANSPORT: 'mailchannels', MAILCHANNELS_ACCOUNT: 'acme' };
  expect((await visit('app', there).post(mailchannelsWebhook)).status).toBe(415);
});

/** Demo's logo, as short as a row can be; its hash. */
async function keepLogo(): Promise<string> {
  const hash = 'a'.repeat(64);
  await rows(
    "INSERT INTO logos (workspace_id, hash, type, bytes, created_at) VALUES (?, ?, 'image/png', x'00', 0)",
    demoId,
    hash,
  );
  return hash;
}

const oliviaId = '00000000-0000-4000-8000-00000000d101';

/** The living session of a contact or a member. */
async function sessionOf(account: string): Promise<string> {
  const living = 'SELECT id FROM sessions WHERE ? IN (contact_id, member_id) AND ended_at IS NULL';
  return String((await rows(living, account))[0]?.id);
}

async function everybodySignedIn(): Promise<Record<Route['host'], Visitor>> {
  return { demo: await visit('demo').signInAs(carla), app: await visit('app').signInAs(olivia) };
}

function otherOrigin({ host }: Route): string {
  return `http://${host === 'demo' ? 'app' : 'demo'}.portal.localhost`;
}

function multipart(): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(FIELDS)) form.set(name, value);
  return form;
}

/** Whether a route's pattern takes a path, on the route's own host. */
function matches(name: string, path: string): boolean {
  const pattern = name.split(' ')[1]?.replace(/^\/@(?:portal|admin)/, '') || '/';
  const parts = pattern.split('/');
  const given = path.split('/');
  return (
    parts.length === given.length &&
    parts.every((part, at) => part.startsWith(':') || part === given[at])
  );
}
