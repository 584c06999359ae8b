import { expect, test } from 'vitest';
import { minutes } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { addClient } from '../../support/contacts.ts';
import {
  dump,
  dumpButLooks,
  epochAndSessions,
  rows,
  untouched,
  usedOnce,
} from '../../support/database.ts';
import { buttons, inputAt } from '../../support/html.ts';
import { pathOf, RENEWAL_BUTTON } from '../../support/links.ts';
import { linkIn } from '../../support/mail.ts';
import { copyOf, type Visitor, visit } from '../../support/visitor.ts';

const UNKNOWN = `/sign-in/link/${'A'.repeat(43)}`;

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
])('a link, %s from another browser: consumes nothing', async (_what, init) => {
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
])('a link, %s from the browser that asked: consumes nothing', async (_what, init) => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const ahead = await asking.get(linkIn(mail), init);
  expect([ahead.status, ahead.headers.getSetCookie()]).toEqual([200, []]);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
  expect((await asking.get(linkIn(mail))).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('a link in the browser that asked: signs in, with a cookie of this host only', async () => {
  const asking = visit('demo');
  const opened = await asking.get(linkIn(await asking.ask(carla)));
  expect([opened.status, opened.headers.get('location')]).toEqual([303, '/']);
  const session = opened.headers.getSetCookie().find((line) => line.startsWith('__Host-session='));
  for (const attribute of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax']) {
    expect(session?.split('; ')).toContain(attribute);
  }
  expect(session).not.toMatch(/domain=/i);
  expect([...asking.cookies.keys()]).toEqual(['__Host-asking', '__Host-session', '__Host-known']);
  expect(await rows('SELECT contact_id, method, ended_at FROM sessions')).toEqual([
    { contact_id: carlaAtDemo, method: 'link', ended_at: null },
  ]);
});

// next-auth#2460: the attacker's own valid link, sent to the victim.
test('a link in another browser: a page says whose it is; its button signs in', async () => {
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

test('a link opened by another account: the page says so and changes nothing', async () => {
  const dora = await addClient('dora@acme.test');
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

test('a link opened by its own account, used or not: leads in, is not consumed', async () => {
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

test('POST of a link: signs in once, then says that the link was used', async () => {
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

test('a link after ten minutes: expired, by GET and by POST', async () => {
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

test('a link just before its ten minutes are over: signs in', async () => {
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
])('%s: an unknown link: 404, with the form to ask for one', async (path) => {
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

function endings(contact: string) {
  return rows('SELECT ended_by FROM sessions WHERE contact_id = ?', contact);
}
