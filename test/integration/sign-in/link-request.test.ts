import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { LINKS_PER_MAILBOX } from '../../../worker/limits/mail-rules.ts';
import { watchBindings } from '../../support/bindings.ts';
import { carla, carlaAtDemo, lars, nobody, olivia, rita, rob } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { dump, epochAndSessions, rows, usedOnce } from '../../support/database.ts';
import { linkRequest, NO_REQUEST } from '../../support/links.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { answerTo, mailbox, type Visitor, visit } from '../../support/visitor.ts';

const NEWCOMER = 'newowner@fresh.test';

// Ghost told by its cookies who was a member (CVE-2022-41697); others by time, or by what they wrote.
test.each([
  ['demo', carla, [nobody, lars, rob, olivia, rita]],
  ['app', olivia, [nobody, carla, rob, NEWCOMER]],
])(
  'POST /sign-in/link at %s: the same answer for %s as for everybody else',
  async (host, known, others) => {
    moveClock(0);
    const expected = await seenBy(host, known);
    expect(expected).toMatchObject({ status: 303, length: 0, cookie: { shown: 'as typed' } });
    expect(expected.calls, 'nothing is written before the answer').toEqual(['DB.raw']);
    for (const other of others) expect(await seenBy(host, other), other).toEqual(expected);
  },
);

test('an address that had all its mails: the same answer as an unknown one', async () => {
  moveClock(0);
  const most = LINKS_PER_MAILBOX.hour.most;
  for (let asked = 1; asked <= most; asked += 1) await visit('demo').ask(carla);
  expect(await seenBy('demo', carla)).toEqual(await seenBy('demo', nobody));
  expect(await seenBy('demo', carla), 'and once more').toEqual(await seenBy('demo', nobody));
  expect(await mailbox()).toHaveLength(most);
});

test.each([
  ['demo', [nobody, lars, rob, olivia]],
  ['rival', [nobody, carla, rita]],
  ['app', [nobody, carla, rob]],
])('addresses without access at %s: nothing is written', async (host, strangers) => {
  const before = await dump();
  for (const stranger of strangers) await visit(host).post('/sign-in/link', { email: stranger });
  expect(await dump()).toEqual(before);
});

test('a link: mailed to the stored address; token, code, verifier are not stored', async () => {
  const browser = visit('demo');
  const mail = await browser.ask(carla);
  expect(mail).toMatchObject({
    to: carla,
    from: { name: 'Demo Studio' },
    replyTo: 'hello@demo.test',
  });
  const token = linkIn(mail).split('/').at(-1);
  const { vfr } = decodeJwt(browser.cookies.get('__Host-asking') ?? '');
  const { d1, kv } = await dump();
  const links = Object.entries(kv).filter(([key]) => key.startsWith('link:'));
  expect(links).toHaveLength(1);
  expect(d1.activity).toMatchObject([{ kind: 'link_sent', contact_id: carlaAtDemo }]);
  expect(d1.magic_links).toMatchObject([{ contact_id: carlaAtDemo, link_epoch: 0 }]);
  const stored = JSON.stringify([d1.activity, d1.magic_links, d1.tries, d1.sessions, links]);
  for (const secret of [token, codeIn(mail), vfr, carla]) expect(stored).not.toContain(secret);
});

test('the cookie of a link request: bound to this host and hidden from scripts', async () => {
  const [cookie, ...more] = await setCookies(visit('demo'), { email: carla });
  expect(more).toEqual([]);
  const [pair, ...attributes] = (cookie ?? '').split('; ');
  expect(pair).toMatch(/^__Host-asking=[\w-]+\.[\w-]+\.[\w-]+$/);
  expect(attributes.sort()).toEqual([
    'HttpOnly',
    'Max-Age=86400',
    'Path=/',
    'SameSite=Lax',
    'Secure',
  ]);
});

test('/sign-in/check-email: the address as typed, escaped; nobody else’s', async () => {
  const browser = visit('demo');
  await browser.post('/sign-in/link', { email: "  O'Brien&Co@Acme.test " });
  const page = await (await browser.get('/sign-in/check-email')).text();
  expect(page).toContain("O'Brien&amp;Co@Acme.test</strong>");
  const stranger = await visit('demo').get('/sign-in/check-email');
  expect(stranger.status).toBe(200);
  expect(await stranger.text()).toContain(NO_REQUEST);
});

// GHSA-65p7-pjj8-ggmr (Ghost): fields that the form doesn't have.
test('fields that the form does not have: ignored', async () => {
  const extra = {
    to: 'thief@evil.test',
    role: 'owner',
    workspace_id: '00000000-0000-4000-8000-00000000e001',
    contact: carlaAtDemo,
    portal_access: 'on',
    verifier: 'x',
    epoch: '7',
    'email[]': 'thief@evil.test',
  };
  const before = await dump();
  await visit('demo').post('/sign-in/link', { email: lars, ...extra });
  expect(await dump()).toEqual(before);
  const browser = visit('demo');
  await browser.post('/sign-in/link', { email: carla, ...extra });
  const [mail, ...more] = await mailbox();
  expect(more).toEqual([]);
  expect(mail?.to).toBe(carla);
  expect((await dump()).d1.contacts).toEqual(before.d1.contacts);
  await browser.get(linkIn(mail));
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

// A User-Agent is anybody's words; a mail that carries them in the freelancer's name would be phishing.
test.each([
  'Account blocked! Call +1 900 555 or visit https://evil.example/ now',
  'Mozilla/5.0 (Your account is blocked, see https://evil.example) Evil/1.0',
  'x'.repeat(8000),
])('a made-up User-Agent: the mail repeats no word of it: %.30s', async (userAgent) => {
  const browser = visit('demo');
  await browser.post('/sign-in/link', { email: carla }, { headers: { 'user-agent': userAgent } });
  const [mail] = await mailbox();
  expect(mail?.text).toContain('Asked from Unknown browser');
  expect(`${mail?.text}${mail?.html}`).not.toMatch(/evil|blocked|xxxx/i);
  expect((await browser.get(linkIn(mail))).status).toBe(303);
  const [session] = await rows('SELECT device FROM sessions');
  expect(session).toEqual({ device: 'Unknown browser' });
});

/** All that a visitor can tell of the answer, and what the stores were asked by then. */
async function seenBy(host: string, email: string) {
  const { bindings, calls } = watchBindings();
  await visit(host, bindings).get('/sign-in');
  calls.length = 0;
  const asking = linkRequest(`http://${host}.portal.localhost`, email);
  const { response, settled } = await answerTo(asking, bindings);
  const answered = [...calls];
  await settled();
  const [cookie = ''] = response.headers.getSetCookie();
  const { vfr, adk, shn, ...claims } = decodeJwt(/=([^;]+)/.exec(cookie)?.[1] ?? '');
  return {
    status: response.status,
    headers: [...response.headers].map(([name, value]) => [
      name,
      value.replace(/'nonce-[^']+'/g, 'nonce').replace(/(__Host-asking=)[^;]+/, '$1'),
    ]),
    length: (await response.arrayBuffer()).byteLength,
    cookie: {
      ...claims,
      lengths: [String(vfr).length, String(adk).length],
      shown: shn === email ? 'as typed' : shn,
    },
    calls: answered,
  };
}

async function setCookies(browser: Visitor, fields: Record<string, string>): Promise<string[]> {
  return (await browser.post('/sign-in/link', fields)).headers.getSetCookie();
}
