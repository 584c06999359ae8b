import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { hours, minutes } from '../../../worker/values/duration.ts';
import { watchBindings } from '../../support/bindings.ts';
import { carla, carlaAtDemo, lars, nobody, olivia, rita, rob } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { dump, epochAndSessions, rows, untouched, usedOnce } from '../../support/database.ts';
import { errorAt, escaped, inputAt } from '../../support/html.ts';
import { codeIn, linkIn, type Mail } from '../../support/mail.ts';
import { answerTo, copyOf, mailbox, type Visitor, visit } from '../../support/visitor.ts';

const NEWCOMER = 'newowner@fresh.test';

// Ghost told by its cookies who was a member (CVE-2022-41697); others by time, or by what they wrote.
test.each([
  ['demo', carla, [nobody, lars, rob, olivia, rita]],
  ['app', olivia, [nobody, carla, rob, NEWCOMER]],
])(
  'POST /sign-in/link at %s: the same answer for %s and for everybody else',
  async (host, known, others) => {
    moveClock(0);
    const expected = await seenBy(host, known);
    expect(expected).toMatchObject({ status: 303, length: 0, cookie: { shown: 'as typed' } });
    expect(expected.calls, 'nothing is written before the answer').toEqual(['DB.raw']);
    for (const other of others) expect(await seenBy(host, other), other).toEqual(expected);
  },
);

test('POST /sign-in/link: the same answer for who has had their share of mails', async () => {
  moveClock(0);
  for (let asked = 1; asked <= 10; asked += 1) await visit('demo').ask(carla);
  expect(await seenBy('demo', carla)).toEqual(await seenBy('demo', nobody));
  expect(await seenBy('demo', carla), 'and once more').toEqual(await seenBy('demo', nobody));
  expect(await mailbox()).toHaveLength(10);
});

test.each([
  ['demo', [nobody, lars, rob, olivia]],
  ['rival', [nobody, carla, rita]],
  ['app', [nobody, carla, rob]],
])('POST /sign-in/link at %s: writes nothing for who may not enter', async (host, strangers) => {
  const before = await dump();
  for (const stranger of strangers) await visit(host).post('/sign-in/link', { email: stranger });
  expect(await dump()).toEqual(before);
});

test('POST /sign-in/link: mails the stored address, and stores neither token, code nor verifier', async () => {
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

test('POST /sign-in/link: the cookie is bound to this host and hidden from scripts', async () => {
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

test('GET /sign-in/check-email: shows the address as typed, escaped; without having asked leads to /sign-in', async () => {
  const browser = visit('demo');
  await browser.post('/sign-in/link', { email: "  O'Brien&Co@Acme.test " });
  const page = await (await browser.get('/sign-in/check-email')).text();
  expect(page).toContain("O'Brien&amp;Co@Acme.test</strong>");
  const stranger = await visit('demo').get('/sign-in/check-email');
  expect([stranger.status, stranger.headers.get('location')]).toEqual([303, '/sign-in']);
});

// CVE-2026-73420, GHSA-5jpx-9hw9-2fx4, CVE-2022-35924: an address that one part of the code reads as
// another's, and mail that then goes to what was typed.
test.each([
  ['full-width at sign U+FF20', 'client\uff20demo.test'],
  ['Kelvin sign U+212A in the domain', 'client@\u212aiosk.test'],
  ['Kelvin sign U+212A in the local part', '\u212aarla@demo.test'],
  ['dotted capital I U+0130', 'cl\u0130ent@demo.test'],
  ['long s U+017F', 'client@demo.te\u017ft'],
  ['full-width letters', 'client@\uff44emo.test'],
  ['ideographic full stop', 'client@demo\u3002test'],
  ['zero width space in the domain', 'client@de\u200bmo.test'],
  ['zero width joiner in the local part', 'cli\u200dent@demo.test'],
  ['soft hyphen', 'client@de\u00admo.test'],
  ['right-to-left override', '\u202eclient@demo.test'],
  ['quoted local part', '"client"@demo.test'],
  ['quoted local part with an address', '"client@demo.test,x"@evil.test'],
  ['comma list', 'client@demo.test,thief@evil.test'],
  ['semicolon list', 'client@demo.test;thief@evil.test'],
  ['space list', 'client@demo.test thief@evil.test'],
  ['header injection', 'client@demo.test\r\nBcc: thief@evil.test'],
  ['line feed', 'client@demo.test\nthief@evil.test'],
  ['NUL', 'client@demo.test\u0000@evil.test'],
  ['display name', 'Carla <client@demo.test>'],
  ['display name of another', '"client@demo.test" <thief@evil.test>'],
  ['comment', 'client(thief@evil.test)@demo.test'],
  ['source route', '@evil.test:client@demo.test'],
  ['percent hack', 'client@demo.test@evil.test'],
  ['address literal', 'client@[127.0.0.1]'],
  ['bare IP', 'client@127.0.0.1'],
  ['trailing dot', 'client@demo.test.'],
  ['no domain', 'client@'],
  ['markup', '"><script>alert(1)</script>@demo.test'],
])(
  'POST /sign-in/link: refuses %s beside its field, and keeps what was typed',
  async (_trick, typed) => {
    const before = await dump();
    const browser = visit('demo');
    const response = await browser.post('/sign-in/link', { email: typed });
    expect(response.status).toBe(422);
    const page = await response.text();
    expect(errorAt('email', page)).toBe(
      'That does not look like one email address, such as carla@acme.example.',
    );
    expect(inputAt('email', page)).toContain(`value="${escaped(typed)}"`);
    expect(inputAt('email', page)).toContain('aria-describedby="email-error"');
    expect(browser.cookies.size).toBe(0);
    expect(await dump()).toEqual(before);
  },
);

test.each([
  ['no address', {}],
  ['an empty one', { email: '  ' }],
  ['two fields of the same name', { email: [carla, 'thief@evil.test'] }],
])('POST /sign-in/link: refuses %s', async (_trick, fields) => {
  const before = await dump();
  const response = await visit('demo').post('/sign-in/link', fields);
  expect(response.status).toBe(422);
  expect(errorAt('email', await response.text())).toBe('Type an email address.');
  expect(await dump()).toEqual(before);
});

test.each([
  ['capitals', 'CLIENT@DEMO.TEST'],
  ['space around', ' \tclient@demo.test\u00a0'],
  ['a byte order mark in front', '\ufeffclient@demo.test'],
])('POST /sign-in/link: with %s the mail goes to the stored address', async (_what, typed) => {
  await visit('demo').ask(typed);
  expect((await mailbox()).map(({ to }) => to)).toEqual([carla]);
});

test.each([
  'client+evil@demo.test',
  'cl.ient@demo.test',
  'client@d\u0435mo.test',
  'client@demo.test.evil.test',
])('POST /sign-in/link: %s is somebody else, and gets nothing', async (typed) => {
  const before = await dump();
  expect((await visit('demo').post('/sign-in/link', { email: typed })).status).toBe(303);
  expect(await dump()).toEqual(before);
});

test('POST /sign-in/link: an international domain is found however it is spelled, and mailed in ASCII', async () => {
  const owner = await visit('app').signInAs(olivia);
  const contact = { name: 'Ines', email: 'Ines@M\u00fcnchen.test', portal_access: 'on' };
  expect((await owner.post('/w/demo/contacts', contact)).status).toBe(303);
  for (const typed of [
    'ines@m\u00fcnchen.test',
    'INES@M\u00dcNCHEN.TEST',
    'ines@xn--mnchen-3ya.test',
  ]) {
    expect(await visit('demo').ask(typed), typed).toMatchObject({ to: 'Ines@xn--mnchen-3ya.test' });
  }
  expect(await visit('demo').ask('ines@munchen.test')).toBeUndefined();
});

for (const next of [
  '//evil.test',
  '/\\evil.test',
  '\\\\evil.test',
  '/.//evil.test',
  '/..//evil.test',
  '/%2e%2e//evil.test',
  '/\t/evil.test',
  '/\n/evil.test',
  ' //evil.test',
  'https:evil.test',
  'https://evil.test/',
  'http://demo.portal.localhost/x',
  '%2f%2fevil.test',
  'javascript:alert(1)',
  'data:text/html,x',
  'evil.test',
  '/a\r\nSet-Cookie: x=1',
  '/\u0000',
  `/${'a'.repeat(600)}`,
  '/sign-in?next=/sign-in',
  '/sign-out',
]) {
  test(`next=${JSON.stringify(next).slice(0, 40)}: signs in and ends at /`, async () => {
    const browser = visit('demo');
    const mail = await browser.ask(carla, next);
    const opened = await browser.get(linkIn(mail));
    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/']);
    const here = await browser.get(`/sign-in?${new URLSearchParams({ next })}`);
    expect([here.status, here.headers.get('location')]).toEqual([303, '/']);
    expect((await browser.get('/')).status).toBe(200);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
  });
}

test('next: a path of this host is where link and code lead, also on the button of another browser', async () => {
  const next = '/projects/7?tab=files&q=%2F%2Fevil';
  const asking = visit('demo');
  const byButton = await asking.ask(carla, next);
  const pressed = await visit('demo').post(linkIn(byButton));
  const byCode = await asking.ask(carla, next);
  const typed = await asking.post('/sign-in/code', { code: codeIn(byCode) });
  for (const response of [pressed, typed]) {
    expect([response.status, response.headers.get('location')]).toEqual([303, next]);
  }
  expect(await epochAndSessions(carlaAtDemo)).toEqual({ epoch: 2, sessions: 2 });
});

// GHSA-65p7-pjj8-ggmr (Ghost): fields that the form doesn't have.
test('POST /sign-in/link: ignores fields it does not have', async () => {
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

// hackathon-starter#1326: a link whose host came from the request.
test.each([
  ['X-Forwarded-Host', 'http://demo.portal.localhost', { 'x-forwarded-host': 'evil.test' }],
  ['Forwarded', 'http://demo.portal.localhost', { forwarded: 'host=evil.test;proto=https' }],
  ['Host beside an absolute address', 'http://demo.portal.localhost', { host: 'evil.test' }],
  ['X-Original-URL', 'http://demo.portal.localhost', { 'x-original-url': 'http://evil.test/' }],
  ['another port', 'http://demo.portal.localhost:9999', {}],
  ['capitals and a trailing dot', 'http://DEMO.portal.localhost.', {}],
])('POST /sign-in/link: a forged %s never gets into the link', async (_what, at, headers) => {
  await visit('demo').send(askRequest(at, carla, headers));
  const [mail, ...more] = await mailbox();
  expect(more).toEqual([]);
  expect(new URL(linkIn(mail)).origin).toBe('http://demo.portal.localhost');
  expect(JSON.stringify(mail)).not.toMatch(/evil\.test|9999/);
});

test.each([
  ['http://evil.test', {}],
  [
    'http://evil.test',
    { host: 'demo.portal.localhost', 'x-forwarded-host': 'demo.portal.localhost' },
  ],
  ['http://demo.portal.localhost.evil.test', {}],
  ['http://evil-portal.localhost', {}],
])('POST /sign-in/link: the foreign host %s is refused', async (at, headers) => {
  const before = await dump();
  const response = await visit('demo').send(askRequest(at, carla, headers));
  expect(response.status).toBe(421);
  expect(await dump()).toEqual(before);
});

test('POST /sign-in/link: ten mails an hour, then silently none, also for thirty asks at once', async () => {
  const browsers = Array.from({ length: 30 }, () => visit('demo'));
  const answers = await Promise.all(
    browsers.map((browser, at) =>
      browser.post('/sign-in/link', { email: at % 2 === 0 ? carla : 'CLIENT@demo.test' }),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
  expect(await mailsAndRows()).toEqual([10, 10]);

  expect(await visit('demo').ask(carla), 'another one').toBeUndefined();
  expect(await visit('rival').ask(rob), 'others are not affected').toMatchObject({ to: rob });
  moveClock(hours(1) - minutes(1));
  expect(await visit('demo').ask(carla), 'within the hour').toBeUndefined();
  moveClock(minutes(2));
  expect(await visit('demo').ask(carla), 'after it').toMatchObject({ to: carla });
});

test('POST /sign-in/link: an eleventh ask leaves the tenth mail working', async () => {
  const browser = visit('demo');
  const mails: (Mail | undefined)[] = [];
  for (let asked = 1; asked <= 11; asked += 1) mails.push(await browser.ask(carla));
  expect(mails[10]).toBeUndefined();
  expect((await browser.get(linkIn(mails[9]))).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('asking twice: both mails work and carry one code; the first success voids both', async () => {
  const browser = visit('demo');
  const first = await browser.ask(carla);
  moveClock(minutes(1));
  const second = await browser.ask(carla);
  expect(codeIn(second)).toBe(codeIn(first));
  expect(linkIn(second)).not.toBe(linkIn(first));
  for (const mail of [first, second]) {
    expect((await visit('demo').get(linkIn(mail))).status, 'both are open').toBe(200);
  }
  const asked = copyOf(browser);
  expect((await browser.get(linkIn(first))).status).toBe(303);
  expect((await asked.get(linkIn(second))).status).toBe(410);
  expect((await asked.post('/sign-in/code', { code: codeIn(first) })).status).toBe(422);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('asking twice: another address, another browser or ten minutes later start anew', async () => {
  const browser = visit('demo');
  const first = await browser.ask(carla);
  expect(codeIn(await visit('demo').ask(carla)), 'another browser').not.toBe(codeIn(first));
  await browser.ask(nobody);
  expect(codeIn(await browser.ask(carla)), 'another address between').not.toBe(codeIn(first));
  const last = await browser.ask(carla);
  moveClock(minutes(10));
  expect(codeIn(await browser.ask(carla)), 'ten minutes later').not.toBe(codeIn(last));
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
});

test('POST below /sign-in: a burst is refused before anything is touched', async () => {
  const asked: unknown[] = [];
  const BURST: RateLimit = {
    async limit(options) {
      asked.push(options);
      return { success: false };
    },
  };
  const mail = await visit('demo').ask(carla);
  const before = await dump();
  const { bindings, calls } = watchBindings();
  const browser = visit('demo', { ...bindings, BURST });
  await browser.get('/sign-in');
  calls.length = 0;
  const link = new URL(linkIn(mail)).pathname;
  for (const path of ['/sign-in/link', '/sign-in/code', link, `${link}/renewal`]) {
    const headers = { 'cf-connecting-ip': '198.51.100.7', 'x-forwarded-for': '192.0.2.1' };
    const response = await browser.post(path, { email: carla, code: 'AAAAAA' }, { headers });
    expect([response.status, response.headers.get('retry-after')], path).toEqual([429, '60']);
  }
  expect(asked).toEqual(Array(4).fill({ key: '198.51.100.7' }));
  expect(calls).toEqual([]);
  expect(browser.cookies.size).toBe(0);
  expect(await dump()).toEqual(before);
});

/** All that a visitor can tell of the answer, and what the stores were asked by then. */
async function seenBy(host: string, email: string) {
  const { bindings, calls } = watchBindings();
  await visit(host, bindings).get('/sign-in');
  calls.length = 0;
  const asking = askRequest(`http://${host}.portal.localhost`, email);
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

function askRequest(at: string, email: string, headers: Record<string, string> = {}): Request {
  return new Request(`${at}/sign-in/link`, {
    method: 'POST',
    headers: { origin: new URL(at).origin, ...headers },
    body: new URLSearchParams({ email }),
    redirect: 'manual',
  });
}

async function setCookies(browser: Visitor, fields: Record<string, string>): Promise<string[]> {
  return (await browser.post('/sign-in/link', fields)).headers.getSetCookie();
}

async function mailsAndRows(): Promise<[number, number]> {
  const sent = await rows("SELECT id FROM activity WHERE kind = 'link_sent'");
  return [(await mailbox()).length, sent.length];
}

// A User-Agent is anybody's words; a mail that carries them in the freelancer's name would be phishing.
test.each([
  'Account blocked! Call +1 900 555 or visit https://evil.example/ now',
  'Mozilla/5.0 (Your account is blocked, see https://evil.example) Evil/1.0',
  'x'.repeat(8000),
])('the mail repeats no word of a made-up User-Agent: %.30s', async (userAgent) => {
  const browser = visit('demo');
  await browser.post('/sign-in/link', { email: carla }, { headers: { 'user-agent': userAgent } });
  const [mail] = await mailbox();
  expect(mail?.text).toContain('Asked from Unknown browser');
  expect(`${mail?.text}${mail?.html}`).not.toMatch(/evil|blocked|xxxx/i);
  expect((await browser.get(linkIn(mail))).status).toBe(303);
  const [session] = await rows('SELECT device FROM sessions');
  expect(session).toEqual({ device: 'Unknown browser' });
});
