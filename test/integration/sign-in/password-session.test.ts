import { describe, expect, test } from 'vitest';
import { carla } from '../../support/cast.ts';
import { dump, rows } from '../../support/database.ts';
import { expectSignedOut, SESSION } from '../../support/sessions.ts';
import { copyOf, typePassword, type Visitor, visit, withPassword } from '../../support/visitor.ts';

describe('the session that a password starts', () => {
  // CVE-2026-70594 (Ghost): a session cookie that stayed the same from before signing in to after.
  test('in a browser that had a session: a new cookie, and the old session ends', async () => {
    const planted = await withPassword('demo', carla);
    const value = planted.cookies.get(SESSION) ?? '';
    const victim = visit('demo');
    victim.cookies.set(SESSION, value);
    expect((await typePassword(victim, carla)).status).toBe(303);
    expect(victim.cookies.get(SESSION)).not.toBe(value);
    expect((await victim.get('/')).status).toBe(200);
    await expectSignedOut(planted);
    const ended = await rows('SELECT method, ended_by FROM sessions ORDER BY created_at, rowid');
    expect(ended).toEqual([
      { method: 'link', ended_by: 'sign-in' },
      { method: 'password', ended_by: null },
    ]);
  });

  test('in a browser with a junk cookie: the cookie is replaced', async () => {
    await withPassword('demo', carla);
    for (const junk of ['junk', 'a.b.c', 'x'.repeat(4000)]) {
      const browser = visit('demo');
      browser.cookies.set(SESSION, junk);
      expect((await typePassword(browser, carla)).status).toBe(303);
      expect(browser.cookies.get(SESSION)).not.toBe(junk);
      expect((await browser.get('/')).status).toBe(200);
    }
  });

  test('after a wrong password: the session of this browser goes on', async () => {
    const client = await withPassword('demo', carla);
    const value = client.cookies.get(SESSION);
    expect((await typePassword(client, carla, 'six yellow tunas sing')).status).toBe(401);
    expect(client.cookies.get(SESSION)).toBe(value);
    expect((await client.get('/')).status).toBe(200);
  });

  test('signed out: a copy of the cookie reads and changes nothing', async () => {
    await withPassword('demo', carla);
    const client = visit('demo');
    await typePassword(client, carla);
    const copy = copyOf(client);
    await client.post('/sign-out');
    const before = await dump();
    await expectSignedOut(copy);
    for (const path of ['/account/password', '/account/password/removal', '/account/sessions']) {
      expect((await copy.get(path)).headers.get('location'), path).toContain('/sign-in?next=');
    }
    for (const path of ['/account/password', '/account/password/removal']) {
      const posted = await copy.post(path, { password: 'six yellow tunas sing at noon' });
      expect([posted.status, posted.headers.get('location')]).toEqual([303, '/sign-in?next=%2F']);
    }
    expect(await dump()).toEqual(before);
  });

  test('next time: the form of the last sign-in comes first', async () => {
    await withPassword('demo', carla);
    const browser = visit('demo');
    expect(await formShown(browser)).toBe('/sign-in/link');
    await typePassword(browser, carla);
    await browser.post('/sign-out');
    expect(await formShown(browser)).toBe('/sign-in/password');
    expect(await formShown(browser, '?method=link'), 'a choice goes first').toBe('/sign-in/link');
    await browser.signInAs(carla);
    await browser.post('/sign-out');
    expect(await formShown(browser)).toBe('/sign-in/link');
    expect(await formShown(browser, '?method=password')).toBe('/sign-in/password');
  });

  async function formShown(browser: Visitor, query = ''): Promise<string | undefined> {
    const page = await (await browser.get(`/sign-in${query}`)).text();
    return /<form [^>]*action="([^"]+)"/.exec(page)?.[1];
  }
});
