import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { days, hours, minutes } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo, demoId, olivia, rita } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { setAccess } from '../../support/contacts.ts';
import { rows } from '../../support/database.ts';
import { linkIn } from '../../support/mail.ts';
import {
  expectSignedOut,
  onlySession,
  REQUEST,
  SESSION,
  signInByCode,
} from '../../support/sessions.ts';
import { copyOf, type Visitor, visit } from '../../support/visitor.ts';

describe('signing out', () => {
  test('a copy of the cookie: signed out too', async () => {
    const client = await visit('demo').signInAs(carla);
    const copy = copyOf(client);
    const out = await client.post('/sign-out');
    expect([out.status, out.headers.get('location')]).toEqual([303, '/sign-in']);
    expect(client.cookies.has(SESSION)).toBe(false);
    expect(await onlySession()).toMatchObject({ ended_by: 'sign-out' });
    await expectSignedOut(copy);
    expect((await copy.get('/sign-in')).status, 'the form, not a redirect').toBe(200);
  });

  test('the sign-in request of the browser: cleared, so the next person cannot use it', async () => {
    const client = await visit('demo').signInAs(carla);
    const mail = await client.ask(carla);
    await client.post('/sign-out');
    expect([...client.cookies.keys()]).not.toContain(REQUEST);
    const waiting = await client.get('/sign-in/check-email');
    expect([waiting.status, waiting.headers.get('location')]).toEqual([303, '/sign-in']);
    expect((await client.get(linkIn(mail))).status, 'a button, as in any browser').toBe(200);
    await expectSignedOut(client);
  });

  test('requests of the same browser at the same time: do not revive the session', async () => {
    const client = await visit('demo').signInAs(carla);
    const copies = Array.from({ length: 10 }, () => copyOf(client));
    moveClock(hours(2)); // so that each of them would touch the session
    await Promise.all([
      ...copies.slice(0, 5).map((copy) => copy.get('/')),
      client.post('/sign-out'),
      ...copies.slice(5).map((copy) => copy.get('/')),
    ]);
    expect(await onlySession()).toMatchObject({ ended_by: 'sign-out' });
    for (const copy of copies) await expectSignedOut(copy);
  });

  test('a member: the same; without a cookie, or twice: nothing else ends', async () => {
    const owner = await visit('app').signInAs(olivia);
    const copy = copyOf(owner);
    await owner.post('/sign-out');
    expect((await copy.get('/w/demo')).headers.get('location')).toBe('/sign-in?next=%2Fw%2Fdemo');
    const ended = await onlySession();
    expect((await copy.post('/sign-out')).status).toBe(303);
    expect((await visit('app').post('/sign-out')).status).toBe(303);
    expect(await onlySession()).toEqual(ended);
  });
});

describe('the end of a session', () => {
  test('a request: moves the end to 30 days ahead, at most once an hour', async () => {
    const client = await visit('demo').signInAs(carla);
    const started = await onlySession();
    expect(started.expires_at - started.created_at).toBe(days(30));

    moveClock(minutes(59));
    expect((await client.get('/')).status).toBe(200);
    expect(await onlySession(), 'within the hour').toEqual(started);

    moveClock(minutes(2));
    const now = Date.now();
    expect((await client.get('/')).status).toBe(200);
    const touched = await onlySession();
    expect(touched).toEqual({ ...started, last_seen_at: now, expires_at: now + days(30) });
    const [contact] = await rows('SELECT last_seen_at FROM contacts WHERE id = ?', carlaAtDemo);
    expect(contact).toEqual({ last_seen_at: now });
  });

  test('unused for 30 days: ended; a moment before: still signed in', async () => {
    moveClock(0);
    const client = await visit('demo').signInAs(carla);
    const { expires_at } = await onlySession();
    const copy = copyOf(client);
    moveClock(expires_at - 1 - Date.now());
    expect((await copy.get('/')).status).toBe(200);
    moveClock(days(30));
    await expectSignedOut(copy);
  });

  test('used all the time: ended after 180 days', async () => {
    const client = await visit('demo').signInAs(carla);
    const { created_at } = await onlySession();
    for (let day = 20; day < 180; day += 20) {
      moveClock(created_at + days(day) - Date.now());
      expect((await client.get('/')).status, `day ${day}`).toBe(200);
    }
    expect((await onlySession()).expires_at).toBe(created_at + days(180));
    moveClock(created_at + days(180) - 1000 - Date.now());
    expect((await client.get('/')).status).toBe(200);
    moveClock(1000);
    await expectSignedOut(client);
  });
});

describe('a sign-in that fails', () => {
  test('the session that the browser has: stays', async () => {
    const client = await visit('demo').signInAs(carla);
    const session = await onlySession();
    moveClock(minutes(1));
    const mail = await client.ask(carla);
    expect((await visit('demo').post(linkIn(mail))).status, 'used elsewhere').toBe(303);

    const opened = await client.get(linkIn(mail));
    expect([opened.status, opened.headers.getSetCookie().join()]).toEqual([
      303,
      expect.not.stringContaining(SESSION),
    ]);
    expect((await client.get('/')).status).toBe(200);
    const [row] = await rows('SELECT ended_at FROM sessions WHERE id = ?', session.id);
    expect(row).toEqual({ ended_at: null });
  });

  test('the session of another account in this browser: stays', async () => {
    const browser = visit('app');
    const mail = await browser.ask(olivia);
    expect((await visit('app').post(linkIn(mail))).status, 'used elsewhere').toBe(303);
    await enterByButton(browser, rita);

    expect((await browser.get(linkIn(mail))).status).toBe(410);
    expect((await browser.get('/w/rival')).status).toBe(200);
  });

  /** Signs in by a link that another browser asked for, so the request of this one stays. */
  async function enterByButton(browser: Visitor, email: string): Promise<void> {
    const mail = await visit('app').ask(email);
    expect((await browser.post(linkIn(mail))).status).toBe(303);
  }
});

describe('access off', () => {
  test('the next request: 403 with the address to write to; on again: a sign-in', async () => {
    const client = await visit('demo').signInAs(carla);
    await setAccess(await visit('app').signInAs(olivia), 'off');
    for (const _again of [1, 2]) {
      const refused = await client.get('/');
      const page = await refused.text();
      expect(refused.status).toBe(403);
      expect(page).toContain('Your access to Demo Studio is switched off');
      expect(page).toContain('mailto:hello@demo.test');
      expect(page).not.toContain('Acme Corp');
    }
    expect((await client.get('/sign-in')).status, 'no loop').toBe(200);
    await setAccess(await visit('app').signInAs(olivia), 'on');
    await expectSignedOut(client);
    const [session] = await rows('SELECT ended_by FROM sessions WHERE contact_id = ?', carlaAtDemo);
    expect(session).toEqual({ ended_by: 'access-off' });
    expect((await signInByCode(client, carla)).status).toBe(303);
    expect((await client.get('/')).status).toBe(200);
  });

  test('a session signed out before: the sign-in page, and no word of access', async () => {
    const client = await visit('demo').signInAs(carla);
    const copy = copyOf(client);
    await client.post('/sign-out');
    await setAccess(await visit('app').signInAs(olivia), 'off');
    await expectSignedOut(copy);
  });
});

describe('the session of a deleted account', () => {
  test('contact: signed out at the next request, also when added again', async () => {
    const client = await visit('demo').signInAs(carla);
    const owner = await visit('app').signInAs(olivia);
    await owner.post(`/w/demo/contacts/${carlaAtDemo}/deletion`);
    await expectSignedOut(client);
    expect(await rows('SELECT 1 FROM sessions WHERE contact_id IS NOT NULL')).toEqual([]);
    // the same person added again is somebody new
    await owner.post('/w/demo/contacts', { name: 'C', email: carla, portal_access: 'on' });
    await expectSignedOut(client);
  });

  test('member: signed out at the next request', async () => {
    const owner = await visit('app').signInAs(olivia);
    await env.DB.prepare('DELETE FROM members WHERE email = ?').bind(olivia).run();
    await expectSignedOut(owner);
  });

  test('membership: the workspace is 404, and the member stays signed in', async () => {
    const owner = await visit('app').signInAs(olivia);
    await env.DB.prepare('DELETE FROM memberships WHERE workspace_id = ?').bind(demoId).run();
    expect((await owner.get('/w/demo')).status).toBe(404);
    expect((await owner.get('/')).headers.get('location')).toBe('/workspaces/new');
  });

  test('workspace: signed out, even where the brand is still cached', async () => {
    // an isolate of its own, which remembers nothing from the moved clocks of other tests
    const client = await visit('demo', { ...env }).signInAs(carla);
    await env.DB.prepare('DELETE FROM workspaces WHERE id = ?').bind(demoId).run();
    await expectSignedOut(client);
    moveClock(minutes(2));
    const gone = await client.get('/');
    expect([gone.status, await gone.text()]).toEqual([404, 'Not found\n']);
  });
});

test('the owner of one workspace, at another: 404', async () => {
  const owner = await visit('app').signInAs(rita);
  expect((await owner.get('/w/demo')).status).toBe(404);
  expect((await owner.get('/w/rival')).status).toBe(200);
});
