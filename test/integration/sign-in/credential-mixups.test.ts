import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { carla, carlaAtDemo, olivia, oliviaId, rob, robAtRival } from '../../support/cast.ts';
import { dump, epochAndSessions, rows, untouched, usedOnce } from '../../support/database.ts';
import { NO_REQUEST, pathOf } from '../../support/links.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { visit } from '../../support/visitor.ts';

// Outline#12096: what one tenant issued, presented to another.
test.each(['rival', 'app'])('a link of demo, at %s: unknown, and not consumed', async (host) => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const before = await dump();
  const away = visit(host);
  const path = pathOf(linkIn(mail));
  for (const response of [
    await away.get(path),
    await away.post(path),
    await away.post(`${path}/renewal`),
    await away.post(path, { code: codeIn(mail) }, { cf: { asn: 8075 } }),
  ]) {
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('c***');
  }
  expect(away.cookies.size).toBe(0);
  expect(await dump()).toEqual(before);
  expect((await asking.get(path)).status).toBe(303);
});

test.each(['demo', 'rival'])('a link of the admin host, at %s: unknown', async (host) => {
  const owner = visit('app');
  const mail = await owner.ask(olivia);
  const path = pathOf(linkIn(mail));
  expect((await visit(host).get(path)).status).toBe(404);
  expect((await visit(host).post(path)).status).toBe(404);
  expect(await epochAndSessions(oliviaId)).toEqual(untouched);
  expect((await owner.get(path)).status).toBe(303);
});

test.each(['rival', 'app'])('cookies and code of demo, at %s: open nothing', async (host) => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const signedIn = await visit('demo').signInAs(carla);
  const again = await asking.ask(carla);
  const before = await dump();

  const away = visit(host);
  away.cookies.set('__Host-session', signedIn.cookies.get('__Host-session') ?? '');
  expect((await away.get('/')).headers.get('location')).toBe('/sign-in?next=%2F');
  away.cookies.set('__Host-asking', asking.cookies.get('__Host-asking') ?? '');
  const typed = await away.post('/sign-in/code', { code: codeIn(again) });
  expect([typed.status, typed.headers.get('location')]).toEqual([303, '/sign-in/check-email']);
  const check = await (await away.get('/sign-in/check-email')).text();
  expect(check).toContain(NO_REQUEST);
  expect(check).not.toContain(carla);
  expect(await dump()).toEqual(before);

  const there = visit(host);
  await there.post('/sign-in/link', { email: carla });
  for (const code of [codeIn(mail), codeIn(again)]) {
    expect((await there.post('/sign-in/code', { code })).status).toBe(422);
  }
  expect(there.cookies.has('__Host-session')).toBe(false);
  expect((await dump()).d1.sessions).toEqual(before.d1.sessions);
});

// CVE-2026-114607 (Better Auth): a token of one kind accepted where another belongs.
test('a credential of one kind in the place of another: refused', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const token = tokenOf(linkIn(mail));
  const signedIn = await visit('rival').signInAs(rob);
  const askingCookie = asking.cookies.get('__Host-asking') ?? '';
  const { vfr, adk } = decodeJwt(askingCookie);
  const [session] = await rows('SELECT id FROM sessions');
  const [kvKey = ''] = Object.keys((await dump()).kv).filter((key) => key.startsWith('link:'));

  for (const path of [vfr, adk, codeIn(mail), askingCookie, session?.id, kvKey.slice(5), kvKey]) {
    expect((await visit('demo').post(`/sign-in/link/${path}`)).status, `link ${path}`).toBe(404);
  }
  for (const code of [token, vfr, adk, askingCookie, kvKey, session?.id]) {
    const typed = await asking.post('/sign-in/code', { code: String(code) });
    expect(typed.status, `code ${code}`).toBe(422);
  }
  for (const cookie of [token, vfr, askingCookie, codeIn(mail), session?.id]) {
    const thief = visit('demo');
    thief.cookies.set('__Host-session', String(cookie));
    expect((await thief.get('/')).headers.get('location')).toBe('/sign-in?next=%2F');
  }
  for (const cookie of [token, vfr, signedIn.cookies.get('__Host-session'), session?.id]) {
    const thief = visit('rival');
    thief.cookies.set('__Host-asking', String(cookie));
    const typed = await thief.post('/sign-in/code', { code: codeIn(mail) });
    expect(typed.headers.get('location'), 'says that no request is here').toBe(
      '/sign-in/check-email',
    );
  }
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
  expect(await epochAndSessions(robAtRival)).toEqual(usedOnce);
});

function tokenOf(link: string): string {
  return link.split('/').at(-1) ?? '';
}
