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
import { carla, carlaAtDemo, olivia, rita } from '../support/cast.ts';
import { dump } from '../support/database.ts';
import {
  expectNothingChanged,
  guarded,
  request,
  routes,
  TABLE,
  WEBHOOK,
} from '../support/routes.ts';
import { visit } from '../support/visitor.ts';

test('every route of the app: is in the table', async () => {
  expect(await mountedWith(env)).toEqual(Object.keys(TABLE).toSorted());
});

test('with MailChannels and its account: a webhook in place of the mailbox', async () => {
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

test('the control: everybody whom the table lets in is let in', async () => {
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
  test('signed out: redirected to sign in', async () => {
    await expectNothingChanged(guarded(), async (route) => {
      const response = await request(visit(route.host), route);
      const next = route.method === 'GET' ? safeReturnTo(route.path) : '/';
      expect([response.status, response.headers.get('location')], route.name).toEqual([
        303,
        paths.signIn(next),
      ]);
    });
  });

  test('signed out, by script: 401', async () => {
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

  test('a client’s cookie on the admin host, a member’s on the portal: no sign-in', async () => {
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
});

test('cookies planted by a sibling subdomain: let nobody in', async () => {
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

describe('a host that serves nothing', () => {
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
