import { env } from 'cloudflare:workers';
import { decodeJwt } from 'jose';
import { expect, test, vi } from 'vitest';
import { minutes } from '../../../worker/values/duration.ts';
import { withReads } from '../../support/bindings.ts';
import { carla, carlaAtDemo, demoId, olivia, rob, robAtRival } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import {
  dump,
  dumpButLooks,
  epochAndSessions,
  rows,
  untouched,
  usedOnce,
} from '../../support/database.ts';
import { errorAt, inputAt } from '../../support/html.ts';
import { codeIn, linkIn, wrongCode } from '../../support/mail.ts';
import { copyOf, mailbox, type Visitor, visit } from '../../support/visitor.ts';

const oliviaId = '00000000-0000-4000-8000-00000000d101';
const UNKNOWN = `/sign-in/link/${'A'.repeat(43)}`;
const RENEWAL_BUTTON = 'Email me a new link';

// supabase/auth#1214, animus#31, emdash-cms#3298: scanners open every link of a mail, press what they
// find, and some end up holding the session.
test.each([
  ['a GET', {}],
  ['a HEAD', { method: 'HEAD' }],
  ['an OPTIONS', { method: 'OPTIONS' }],
  ['a DELETE', { method: 'DELETE' }],
  ['a prefetch', { headers: { 'sec-purpose': 'prefetch' } }],
  ['a prerender', { headers: { 'sec-purpose': 'prefetch;prerender' } }],
  ['a preview', { headers: { purpose: 'preview' } }],
])('GET /sign-in/link/:token: %s of another browser consumes nothing', async (_what, init) => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const before = await dumpButLooks();
  const scanner = visit('demo');
  for (let opened = 0; opened < 3; opened += 1) {
    const response = await scanner.get(linkIn(mail), init);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(response.status).not.toBe(303);
  }
  expect(await dumpButLooks()).toEqual(before);
  expect((await asking.get(linkIn(mail))).status).toBe(303);
  expect((await asking.get('/')).status).toBe(200);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test.each([
  ['a HEAD', { method: 'HEAD' }],
  ['a prefetch', { headers: { 'sec-purpose': 'prefetch' } }],
  ['a prerender', { headers: { 'sec-purpose': 'prefetch;prerender' } }],
  ['an old prefetch', { headers: { purpose: 'prefetch' } }],
])(
  'GET /sign-in/link/:token: %s of the browser that asked consumes nothing',
  async (_what, init) => {
    const asking = visit('demo');
    const mail = await asking.ask(carla);
    const ahead = await asking.get(linkIn(mail), init);
    expect([ahead.status, ahead.headers.getSetCookie()]).toEqual([200, []]);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
    expect((await asking.get(linkIn(mail))).status).toBe(303);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
  },
);

test('GET /sign-in/link/:token: signs in the browser that asked, with a cookie of this host only', async () => {
  const asking = visit('demo');
  const opened = await asking.get(linkIn(await asking.ask(carla)));
  expect([opened.status, opened.headers.get('location')]).toEqual([303, '/']);
  const session = opened.headers.getSetCookie().find((line) => line.startsWith('__Host-session='));
  for (const attribute of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax']) {
    expect(session?.split('; ')).toContain(attribute);
  }
  expect(session).not.toMatch(/domain=/i);
  expect([...asking.cookies.keys()]).toEqual(['__Host-asking', '__Host-session']);
  expect(await rows('SELECT contact_id, method, ended_at FROM sessions')).toEqual([
    { contact_id: carlaAtDemo, method: 'link', ended_at: null },
  ]);
});

// next-auth#2460: the attacker's own valid link, sent to the victim.
test('GET /sign-in/link/:token: elsewhere, a page says whose link it is; its button signs in', async () => {
  const mail = await visit('demo').ask(carla);
  const other = visit('demo');
  const page = await (await other.get(linkIn(mail))).text();
  expect(page).toContain('Sign in to Demo Studio');
  expect(page).toContain('c***@demo.test');
  expect(page).not.toContain(carla);
  expect(buttons(page)).toEqual(['Sign in on this device']);
  expect(page).toContain(`<form class="stack" method="post" action="${pathOf(linkIn(mail))}">`);
  expect(other.cookies.size).toBe(0);

  const pressed = await other.post(linkIn(mail));
  expect([pressed.status, pressed.headers.get('location')]).toEqual([303, '/']);
  expect(await (await other.get('/')).text()).toContain('Carla');
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('GET /sign-in/link/:token: signed in as another account, the page says so and changes nothing', async () => {
  const dora = await addContact('dora@acme.test');
  const victim = await visit('demo').signInAs('dora@acme.test');
  const mail = await visit('demo').ask(carla);
  const page = await (await victim.get(linkIn(mail))).text();
  expect(page).toContain('You are signed in here as <strong>dora@acme.test</strong>');
  expect(page).toContain('c***@demo.test');
  expect(await (await victim.get('/')).text(), 'still who she was').toContain('dora@acme.test');
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);

  const replaced = copyOf(victim);
  expect((await victim.post(linkIn(mail))).status).toBe(303);
  expect(await (await victim.get('/')).text()).toContain(carla);
  expect((await replaced.get('/')).headers.get('location')).toBe('/sign-in?next=%2F');
  expect(await endings(dora)).toEqual([{ ended_by: 'sign-in' }]);
});

test('GET /sign-in/link/:token: already signed in as that contact leads straight in, used or not', async () => {
  const asking = visit('demo');
  const first = await asking.ask(carla, '/first');
  await asking.get(linkIn(first));
  const second = await visit('demo').ask(carla, '/second');
  for (const [mail, next] of [
    [first, '/first'],
    [second, '/second'],
  ] as const) {
    const response = await asking.get(linkIn(mail));
    expect([response.status, response.headers.get('location')]).toEqual([303, next]);
    expect(response.headers.getSetCookie()).toEqual([]);
  }
  expect(await epochAndSessions(carlaAtDemo), 'the second is not consumed').toEqual(usedOnce);
  expect((await visit('demo').post(linkIn(second))).status).toBe(303);
});

test('POST /sign-in/link/:token: signs in once, then says the link was used', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const asked = copyOf(asking);
  expect((await visit('demo').post(linkIn(mail))).status).toBe(303);
  const late: [Visitor, 'get' | 'post'][] = [
    [visit('demo'), 'get'],
    [visit('demo'), 'post'],
    [asked, 'get'],
    [asked, 'post'],
  ];
  for (const [browser, method] of late) {
    const response = await browser[method](linkIn(mail));
    expect(response.status).toBe(410);
    expect(response.headers.getSetCookie()).toEqual([]);
    const page = await response.text();
    expect(page).toContain('This link has been used');
    expect(buttons(page)).toEqual([RENEWAL_BUTTON]);
  }
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

// GHSA-hc7v-rggr-4hvx, CVE-2026-107276 (Better Auth): one credential, many sessions.
test.each([
  ['demo', carla, carlaAtDemo],
  ['app', olivia, oliviaId],
])(
  'at %s: thirty redemptions at once, by link and by code, start one session',
  async (host, email, id) => {
    const asking = visit(host);
    const first = await asking.ask(email);
    const second = await asking.ask(email);
    const redeem = [
      () => copyOf(asking).get(linkIn(first)),
      () => visit(host).post(linkIn(first)),
      () => copyOf(asking).get(linkIn(second)),
      () => visit(host).post(linkIn(second)),
      () => copyOf(asking).post('/sign-in/code', { code: codeIn(first) }),
    ];
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => redeem.map((once) => once())).flat(),
    );
    expect(answers).toHaveLength(30);
    const winners = answers.filter(startsSession);
    expect(winners.map(({ status }) => status)).toEqual([303]);
    for (const loser of answers.filter((answer) => !startsSession(answer))) {
      expect([410, 422, 429]).toContain(loser.status);
    }
    expect(await epochAndSessions(id)).toEqual(usedOnce);
    expect(await rows("SELECT id FROM activity WHERE kind = 'signed_in'")).toHaveLength(1);
  },
);

test.each([1, 2, 3])('thirty presses of one button at once start one session (%i)', async () => {
  const mail = await visit('demo').ask(carla);
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => visit('demo').post(linkIn(mail))),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(29).fill(410)]);
  expect(answers.filter(startsSession)).toHaveLength(1);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('GET and POST of a link work until its ten minutes are over, then say so', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  moveClock(minutes(10) - 1000);
  expect((await visit('demo').get(linkIn(mail))).status).toBe(200);
  moveClock(1000);
  for (const response of [
    await asking.get(linkIn(mail)),
    await asking.post(linkIn(mail)),
    await visit('demo').get(linkIn(mail)),
    await visit('demo').post(linkIn(mail)),
  ]) {
    expect(response.status).toBe(410);
    expect(response.headers.getSetCookie()).toEqual([]);
    const page = await response.text();
    expect(page).toContain('This link has expired');
    expect(buttons(page)).toEqual([RENEWAL_BUTTON]);
  }
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
});

test('a link just before its ten minutes are over signs in', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  moveClock(minutes(10) - 1000);
  expect((await asking.get(linkIn(mail))).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test.each([
  UNKNOWN,
  '/sign-in/link/x',
  `/sign-in/link/${'A'.repeat(42)}`,
  `/sign-in/link/${'A'.repeat(44)}`,
  `/sign-in/link/${'%41'.repeat(42)}%00`,
  '/sign-in/link/__proto__',
  '/sign-in/link/%E0%A4%A',
  '/sign-in/link/outbox:1',
])('%s: an unknown link is a 404 with the form to ask for one', async (path) => {
  const before = await dump();
  const browser = visit('demo');
  for (const response of [
    await browser.get(path),
    await browser.post(path),
    await browser.post(`${path}/renewal`),
  ]) {
    expect(response.status).toBe(404);
    expect(inputAt('email', await response.text())).not.toBe('');
  }
  expect(browser.cookies.size).toBe(0);
  expect(await dump()).toEqual(before);
});

test.each(['used', 'expired'])(
  'POST …/renewal: a link that is %s is replaced by mail to the stored address, shown masked',
  async (why) => {
    const first = await visit('demo').ask('CLIENT@demo.test', '/projects');
    if (why === 'used') await visit('demo').post(linkIn(first));
    else moveClock(minutes(11));
    const before = await epochAndSessions(carlaAtDemo);
    const browser = visit('demo');
    const gone = await (await browser.get(linkIn(first))).text();
    expect(gone).toContain('c***@demo.test');
    expect(gone).not.toContain(carla);

    const sent = (await mailbox()).map(({ id }) => id);
    const fields = { email: 'thief@evil.test', to: 'thief@evil.test' };
    const renewed = await browser.post(`${linkIn(first)}/renewal`, fields);
    expect([renewed.status, renewed.headers.get('location')]).toEqual([
      303,
      '/sign-in/check-email',
    ]);
    const [mail, ...more] = (await mailbox()).filter(({ id }) => !sent.includes(id));
    expect(more).toEqual([]);
    expect(mail?.to).toBe(carla);
    expect(linkIn(mail)).not.toBe(linkIn(first));
    const waiting = await (await browser.get('/sign-in/check-email')).text();
    expect(waiting).toContain('c***@demo.test');
    expect(waiting).not.toContain(carla);
    expect(await epochAndSessions(carlaAtDemo), 'renewing signs nobody in').toEqual(before);

    const typed = await browser.post('/sign-in/code', { code: codeIn(mail) });
    expect([typed.status, typed.headers.get('location')]).toEqual([303, '/projects']);
    expect(await (await browser.get('/')).text()).toContain('Carla');
  },
);

test('POST …/renewal: the renewed link opens in the browser that renewed it, and the old one stays dead', async () => {
  const first = await visit('demo').ask(carla);
  await visit('demo').post(linkIn(first));
  const browser = visit('demo');
  await browser.post(`${linkIn(first)}/renewal`);
  const [mail] = (await mailbox()).filter(({ text }) => !text.includes(linkIn(first)));
  expect((await visit('demo').post(linkIn(first))).status).toBe(410);
  expect((await browser.get(linkIn(mail))).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual({ epoch: 2, sessions: 2 });
});

test('POST …/renewal: counts among the ten mails an hour', async () => {
  const first = await visit('demo').ask(carla);
  await Promise.all(
    Array.from({ length: 20 }, () => visit('demo').post(`${linkIn(first)}/renewal`)),
  );
  expect(await mailbox()).toHaveLength(10);
});

const SCANNERS = [
  ['Microsoft', { asn: 8075 }],
  ['a mail-security company by name', { asn: 64512, asOrganization: 'Mimecast Services Ltd' }],
] as const;

test.each(SCANNERS)(
  'from the network of %s a link asks for the code instead of a press',
  async (_name, cf) => {
    const mail = await visit('demo').ask(carla);
    const scanner = visit('demo');
    const page = await (await scanner.get(linkIn(mail), { cf })).text();
    expect(inputAt('code', page)).toContain('autocomplete="one-time-code"');
    expect(page).not.toContain(codeIn(mail));

    const pressed = await scanner.post(linkIn(mail), {}, { cf });
    expect(pressed.status).toBe(422);
    expect(errorAt('code', await pressed.text())).toContain('six letters and digits');
    const wrong = await scanner.post(linkIn(mail), { code: wrongCode(codeIn(mail)) }, { cf });
    expect(wrong.status).toBe(422);
    const answer = await wrong.text();
    expect(errorAt('code', answer)).toContain('isn’t right');
    expect(inputAt('code', answer)).toContain(`value="${wrongCode(codeIn(mail))}"`);
    expect(scanner.cookies.size).toBe(0);
    expect(await rows('SELECT count FROM tries')).toEqual([{ count: 1 }]);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);

    const right = await scanner.post(linkIn(mail), { code: codeIn(mail).toLowerCase() }, { cf });
    expect(right.status).toBe(303);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
  },
);

test('from a scanner network: after five wrong codes even the right one is refused; the asking browser still gets in', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const press = (code: string) => visit('demo').post(linkIn(mail), { code }, { cf: { asn: 8075 } });
  for (let tried = 1; tried <= 5; tried += 1) {
    expect((await press(wrongCode(codeIn(mail)))).status, `try ${tried}`).toBe(422);
  }
  expect((await press(codeIn(mail))).status).toBe(429);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
  expect((await asking.get(linkIn(mail), { cf: { asn: 8075 } })).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('from a scanner network: who used up the codes of an address cannot shut out who holds its link', async () => {
  const mail = await visit('demo').ask(carla);
  for (let browsers = 0; browsers < 5; browsers += 1) {
    const stranger = visit('demo');
    await stranger.post('/sign-in/link', { email: carla });
    for (let tried = 0; tried < 5; tried += 1) {
      await stranger.post('/sign-in/code', { code: 'AAAAAA' });
    }
  }
  const away = visit('demo');
  const cf = { asn: 53813 };
  expect((await away.post(linkIn(mail), { code: codeIn(mail) }, { cf })).status).toBe(303);
});

// A scanner that presses every button presses "Email me a new link" too, and may keep its cookies.
test('from a scanner network: a link renewed there still does not open without the code', async () => {
  const mail = await visit('demo').ask(carla);
  const scanner = visit('demo');
  const cf = { asn: 53813 };
  expect((await scanner.post(`${linkIn(mail)}/renewal`, {}, { cf })).status).toBe(303);
  const [fresh] = await mailbox();
  expect(fresh?.id).not.toBe(mail?.id);
  for (const answer of [
    await scanner.get(linkIn(fresh), { cf }),
    await scanner.post(linkIn(fresh), {}, { cf }),
  ]) {
    expect(answer.status).not.toBe(303);
    expect(inputAt('code', await answer.text())).toContain('autocomplete="one-time-code"');
  }
  expect(scanner.cookies.has('__Host-session')).toBe(false);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
});

test('from an ordinary network a link has a button and needs no code', async () => {
  const mail = await visit('demo').ask(carla);
  const cf = { asn: 3320, asOrganization: 'Deutsche Telekom AG' };
  const browser = visit('demo');
  const page = await (await browser.get(linkIn(mail), { cf })).text();
  expect(inputAt('code', page)).toBe('');
  expect((await browser.post(linkIn(mail), {}, { cf })).status).toBe(303);
});

// Outline#12096: what one tenant issued, presented to another.
test.each(['rival', 'app'])(
  'a link of demo is unknown at %s, and not consumed there',
  async (host) => {
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
  },
);

test.each(['demo', 'rival'])('a link of the admin host is unknown at %s', async (host) => {
  const owner = visit('app');
  const mail = await owner.ask(olivia);
  const path = pathOf(linkIn(mail));
  expect((await visit(host).get(path)).status).toBe(404);
  expect((await visit(host).post(path)).status).toBe(404);
  expect(await epochAndSessions(oliviaId)).toEqual(untouched);
  expect((await owner.get(path)).status).toBe(303);
});

test.each(['rival', 'app'])('cookies and code of demo open nothing at %s', async (host) => {
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
  expect([typed.status, typed.headers.get('location')]).toEqual([303, '/sign-in']);
  expect((await away.get('/sign-in/check-email')).headers.get('location')).toBe('/sign-in');
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
test('every credential opens its own door only', async () => {
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
    expect(typed.headers.get('location')).toBe('/sign-in');
  }
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
  expect(await epochAndSessions(robAtRival)).toEqual(usedOnce);
});

// better-auth#6893, GHSA-2vg6-77g8-24mp: what was revoked, and came back.
test('access off and on again revives no link, code, cookie or session', async () => {
  const signedIn = await visit('demo').signInAs(carla);
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const owner = await visit('app').signInAs(olivia);

  await setAccess(owner, 'off');
  expect((await signedIn.get('/')).status).toBe(403);
  const off = await asking.get(linkIn(mail));
  expect(off.status).toBe(410);
  const words = await off.text();
  expect(words).toContain('Access to Demo Studio is switched off for this address');
  expect(buttons(words), 'no button that cannot help').toEqual([]);
  expect((await visit('demo').post(linkIn(mail))).status).toBe(410);
  expect((await asking.post('/sign-in/code', { code: codeIn(mail) })).status).toBe(422);
  const mails = (await mailbox()).length;
  expect((await visit('demo').post(`${linkIn(mail)}/renewal`)).status).toBe(303);
  expect(await mailbox(), 'renewal mails nothing').toHaveLength(mails);

  await setAccess(owner, 'on');
  expect((await signedIn.get('/')).headers.get('location')).toBe('/sign-in?next=%2F');
  const on = await asking.get(linkIn(mail));
  expect(on.status).toBe(410);
  expect(await on.text()).toContain('This link has been used');
  expect((await visit('demo').post(linkIn(mail))).status).toBe(410);
  expect((await asking.post('/sign-in/code', { code: codeIn(mail) })).status).toBe(422);
  expect(await epochAndSessions(carlaAtDemo)).toEqual({ epoch: 2, sessions: 1 });
  expect((await (await visit('demo').signInAs(carla)).get('/')).status).toBe(200);
});

test('a deleted contact: link, code, cookie and renewal are dead, also when the address is added again', async () => {
  const signedIn = await visit('demo').signInAs(carla);
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const owner = await visit('app').signInAs(olivia);
  await owner.post(`/w/demo/contacts/${carlaAtDemo}/deletion`);
  const mails = (await mailbox()).length;

  for (const again of [false, true]) {
    if (again) await addContact(carla, owner);
    expect((await signedIn.get('/')).headers.get('location')).toBe('/sign-in?next=%2F');
    expect((await asking.get(linkIn(mail))).status).toBe(404);
    expect((await visit('demo').post(linkIn(mail))).status).toBe(404);
    expect((await asking.post('/sign-in/code', { code: codeIn(mail) })).status).toBe(422);
    await visit('demo').post(`${linkIn(mail)}/renewal`);
    expect(await mailbox()).toHaveLength(mails);
    expect(await rows('SELECT id FROM sessions WHERE contact_id IS NOT NULL')).toEqual([]);
  }
});

test.each([
  ['workspace', 'demo', carla, `DELETE FROM workspaces WHERE id = '${demoId}'`],
  ['member', 'app', olivia, `DELETE FROM members WHERE id = '${oliviaId}'`],
])('a deleted %s: session, link and code are dead', async (_what, host, email, sql) => {
  const signedIn = await visit(host).signInAs(email);
  const asking = visit(host);
  const mail = await asking.ask(email);
  await env.DB.prepare(sql).run();
  expect((await signedIn.get('/')).headers.get('location')).toBe('/sign-in?next=%2F');
  expect((await asking.get(linkIn(mail))).status).toBe(404);
  expect((await visit(host).post(linkIn(mail))).status).toBe(404);
  expect((await asking.post('/sign-in/code', { code: codeIn(mail) })).status).toBe(422);
  expect(await rows('SELECT id FROM sessions')).toEqual([]);
});

test('a contact whose address was changed: the link to the old address is dead', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const owner = await visit('app').signInAs(olivia);
  await owner.post(`/w/demo/contacts/${carlaAtDemo}`, { name: 'Carla', email: 'new@demo.test' });
  expect((await asking.get(linkIn(mail))).status).toBe(410);
  expect((await asking.post('/sign-in/code', { code: codeIn(mail) })).status).toBe(422);
  await asking.post(`${linkIn(mail)}/renewal`);
  expect((await mailbox())[0]?.to, 'a renewal goes to the address as it is stored now').toBe(
    'new@demo.test',
  );
  expect(await epochAndSessions(carlaAtDemo)).toEqual({ epoch: 1, sessions: 0 });
});

test.each(['get', 'post'] as const)(
  'D1 out of reach at %s: a clean 503, nothing consumed',
  async (method) => {
    const asking = visit('demo');
    const mail = await asking.ask(carla);
    vi.spyOn(env.DB, 'batch').mockRejectedValueOnce(
      new Error('D1_ERROR: Network connection lost.'),
    );
    expectConsoleError(/request failed/);
    await expectBackInAMoment(await asking[method](linkIn(mail)));
    expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
    expect((await asking[method](linkIn(mail))).status).toBe(303);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
  },
);

test.each([
  ['before the session is written', 'INSERT ON sessions'],
  ['between the session and its record', 'INSERT ON activity'],
  ['between the session and the epoch', 'UPDATE OF link_epoch ON contacts'],
])('a crash %s leaves neither', async (_when, event) => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const before = await dump();
  await env.DB.prepare(
    `CREATE TRIGGER crash BEFORE ${event} BEGIN SELECT RAISE(ABORT, 'crash'); END`,
  ).run();
  expectConsoleError(/request failed/);
  await expectBackInAMoment(await asking.get(linkIn(mail)));
  expect(await dump()).toEqual(before);
  await env.DB.prepare('DROP TRIGGER crash').run();
  expect((await asking.get(linkIn(mail))).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('an answer of D1 lost on its way: the link is used, and a fresh one is a button away', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const batch = env.DB.batch.bind(env.DB);
  vi.spyOn(env.DB, 'batch').mockImplementationOnce(async (statements) => {
    await batch(statements);
    throw new Error('D1_ERROR: Network connection lost.');
  });
  expectConsoleError(/request failed/);
  await expectBackInAMoment(await asking.get(linkIn(mail)));
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
  const again = await asking.get(linkIn(mail));
  expect([again.status, buttons(await again.text())]).toEqual([410, [RENEWAL_BUTTON]]);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('KV that does not know the link yet: asks for patience, and the link works later', async () => {
  let misses = 2;
  const late = withReads(async (real) => (misses-- > 0 ? null : real()));
  const asking = visit('demo', late);
  const mail = await asking.ask(carla);
  for (let early = 0; early < 2; early += 1) {
    const response = await asking.get(linkIn(mail));
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('wait a minute and open the link again');
  }
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
  expect((await asking.get(linkIn(mail))).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('KV that still shows a link as it was before: signs nobody in again', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const old = await env.TOKENS.get(await kvKeyOf());
  const stale = withReads(async () => old);
  await asking.get(linkIn(mail));
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
  expect((await visit('demo', stale).post(linkIn(mail))).status).toBe(410);

  await setAccess(await visit('app').signInAs(olivia), 'off');
  expect((await visit('demo', stale).post(linkIn(mail))).status).toBe(410);
  expect(await epochAndSessions(carlaAtDemo)).toEqual({ epoch: 2, sessions: 1 });
});

test.each([
  ['junk', '{"audience":'],
  ['another shape', '{"audience":1}'],
  ['nothing', 'null'],
])('KV that holds %s under a link: unknown, not an error', async (_what, value) => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  await env.TOKENS.put(await kvKeyOf(), value);
  expect((await asking.get(linkIn(mail))).status).toBe(404);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
});

test('KV out of reach: a clean 503, and the link works afterwards', async () => {
  let broken = true;
  const bindings = withReads(async (real) => {
    if (broken) throw new Error('KV GET failed: 503 Service Unavailable');
    return real();
  });
  const asking = visit('demo', bindings);
  const mail = await asking.ask(carla);
  expectConsoleError(/request failed/);
  await expectBackInAMoment(await asking.get(linkIn(mail)));
  broken = false;
  expect((await asking.get(linkIn(mail))).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

async function expectBackInAMoment(response: Response): Promise<void> {
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '30']);
  expect(response.headers.getSetCookie()).toEqual([]);
  const page = await response.text();
  expect(page).toMatch(/quote <code>[\w-]{12}<\/code>/);
  expect(page).toContain('Nothing was lost');
  expect(page.replace(/<code>.*?<\/code>/, '')).not.toMatch(/D1_|KV |crash|SQLITE|Error/);
}

function startsSession(response: Response): boolean {
  return response.headers.getSetCookie().some((line) => /^__Host-session=\w/.test(line));
}

function buttons(page: string): string[] {
  return [...page.matchAll(/<button[^>]*>([^<]*)<\/button>/g)].map(([, words = '']) => words);
}

function pathOf(link: string): string {
  return new URL(link).pathname;
}

function tokenOf(link: string): string {
  return link.split('/').at(-1) ?? '';
}

/** The key of the one link that KV holds. */
async function kvKeyOf(): Promise<string> {
  const { keys } = await env.TOKENS.list({ prefix: 'link:' });
  expect(keys).toHaveLength(1);
  return keys[0]?.name ?? '';
}

async function setAccess(owner: Visitor, enabled: 'on' | 'off'): Promise<void> {
  const card = `/w/demo/contacts/${carlaAtDemo}/portal-access`;
  expect((await owner.post(card, { enabled })).status).toBe(303);
}

/** A contact of demo with access, added by its owner; answers its id. */
async function addContact(email: string, owner?: Visitor): Promise<string> {
  const by = owner ?? (await visit('app').signInAs(olivia));
  const fields = { name: 'Dora', email, portal_access: 'on' };
  const added = await by.post('/w/demo/contacts', fields);
  return added.headers.get('location')?.split('/').at(-1) ?? '';
}

function endings(contact: string) {
  return rows('SELECT ended_by FROM sessions WHERE contact_id = ?', contact);
}
