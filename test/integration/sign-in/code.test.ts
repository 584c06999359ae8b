import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { hours, minutes } from '../../../worker/values/duration.ts';
import { watchBindings } from '../../support/bindings.ts';
import { carla, carlaAtDemo, lars, nobody, olivia, rob } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { dump, epochAndSessions, rows, untouched, usedOnce } from '../../support/database.ts';
import { errorAt, escaped, inputAt, withoutNonce } from '../../support/html.ts';
import { codeIn, linkIn, type Mail, wrongCode } from '../../support/mail.ts';
import { answerTo, copyOf, type Visitor, visit } from '../../support/visitor.ts';

const WRONG = 'That code isn’t right. Take it from the newest email.';
const MALFORMED = 'A code has six letters and digits, such as 7K4M2P.';
const LAPSED = 'That code is too old. Send it again, and type the new one.';

test('POST /sign-in/code: signs in the browser that asked, once', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla, '/projects');
  const replay = copyOf(asking);
  const typed = await type(asking, codeIn(mail));
  expect([typed.status, typed.headers.get('location')]).toEqual([303, '/projects']);
  expect(await (await asking.get('/')).text()).toContain('Carla');
  expect(await rows('SELECT contact_id, method FROM sessions')).toEqual([
    { contact_id: carlaAtDemo, method: 'code' },
  ]);

  await expectRefused(await type(replay, codeIn(mail)), WRONG, codeIn(mail));
  expect((await replay.get(linkIn(mail))).status, 'its link went with it').toBe(410);
  expect(replay.cookies.has('__Host-session')).toBe(false);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test.each([
  ['in small letters', (code: string) => code.toLowerCase()],
  ['with spaces around', (code: string) => `  ${code}\t\n`],
  ['in two halves', (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`],
  ['with a hyphen', (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`],
  ['with an en dash and a dot', (code: string) => `${code.slice(0, 2)}\u2013${code.slice(2)}.`],
  ['letter by letter', (code: string) => code.split('').join('\u00a0')],
  ['full-width', (code: string) => code.replace(/./g, fullWidth)],
])('POST /sign-in/code: forgives a code typed %s', async (_how, retype) => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  expect((await type(asking, retype(codeIn(mail)))).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test.each([
  ['o', /0/],
  ['O', /0/],
  ['i', /1/],
  ['I', /1/],
  ['l', /1/],
  ['L', /1/],
])('POST /sign-in/code: reads %s as the digit it looks like', async (letter, digit) => {
  const { asking, mail } = await askUntil(digit);
  const typed = codeIn(mail).replaceAll(digit.source, letter);
  expect((await type(asking, typed)).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test.each([
  ['nothing', ''],
  ['five characters', 'AAAAA'],
  ['seven characters', 'AAAAAAA'],
  ['a letter no code has', 'AAAAAU'],
  ['a character of another script', 'AAAAA\u0410'],
  ['markup', '"><script>'],
  ['SQL', "' OR 1=1"],
  ['four kilobytes', 'A'.repeat(4096)],
])('POST /sign-in/code: %s is no code, and costs no try', async (_what, typed) => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const before = await dump();
  await expectRefused(await type(asking, typed), MALFORMED, typed);
  expect(await dump()).toEqual(before);
  expect((await type(asking, codeIn(mail))).status).toBe(303);
});

test('POST /sign-in/code: two code fields are no code', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const response = await asking.post('/sign-in/code', { code: [codeIn(mail), 'AAAAAA'] });
  await expectRefused(response, MALFORMED, '');
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
});

test('POST /sign-in/code: a wrong one is refused beside its field, and kept', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const wrong = wrongCode(codeIn(mail));
  await expectRefused(await type(asking, wrong.toLowerCase()), WRONG, wrong.toLowerCase());
  expect(await tries()).toEqual({ attempt: [1], address: [1] });
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
  expect((await type(asking, codeIn(mail))).status, 'the right one still works').toBe(303);
});

test('POST /sign-in/code: without having asked leads to /sign-in, and counts nothing', async () => {
  const mail = await visit('demo').ask(carla);
  const before = await dump();
  for (const cookie of ['', 'junk', 'a.b.c', 'x'.repeat(8192)]) {
    const browser = visit('demo');
    if (cookie !== '') browser.cookies.set('__Host-asking', cookie);
    const typed = await type(browser, codeIn(mail));
    expect([typed.status, typed.headers.get('location')]).toEqual([303, '/sign-in']);
    expect(browser.cookies.has('__Host-session')).toBe(false);
  }
  expect(await dump()).toEqual(before);
});

// OWASP ASVS 5.0, 6.6.2: a code is bound to the request it answers.
test('POST /sign-in/code: a code works in the browser that asked for it, and in no other', async () => {
  const [first, second, stranger] = [visit('demo'), visit('demo'), visit('demo')];
  const firstMail = await first.ask(carla);
  const secondMail = await second.ask(carla);
  await stranger.ask(nobody);
  await expectRefused(await type(second, codeIn(firstMail)), WRONG, codeIn(firstMail));
  await expectRefused(await type(stranger, codeIn(firstMail)), WRONG, codeIn(firstMail));
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
  expect((await type(first, codeIn(firstMail))).status).toBe(303);
  await expectRefused(await type(second, codeIn(secondMail)), WRONG, codeIn(secondMail));
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('POST /sign-in/code: the sixth of one attempt is too many, even the right one; the link still works', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  for (let tried = 1; tried <= 5; tried += 1) {
    expect((await typeWrong(asking, mail)).status, `try ${tried}`).toBe(422);
  }
  const sixth = await type(asking, codeIn(mail));
  expect(sixth.status).toBe(429);
  const page = await sixth.text();
  expect(page).toContain('Too many wrong codes');
  expect(page).toContain('The button in the email still works.');
  expect(inputAt('code', page), 'the form rests').toBe('');
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
  expect((await rows("SELECT id FROM activity WHERE kind = 'code_locked'")).length).toBe(1);

  expect((await asking.get(linkIn(mail))).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

// CVE-2026-33640 (Outline), CVE-2026-62862 (TypeBot), CVE-2026-110653: counts that a new code, another
// address of origin or another spelling set back to nothing.
test('POST /sign-in/code: asking again, other spellings and other networks start no new count', async () => {
  const asking = visit('demo');
  await asking.ask(carla);
  const spellings = ['CLIENT@demo.test', 'client@DEMO.test', ' client@demo.test ', carla, carla];
  for (const [at, email] of spellings.entries()) {
    const mail = await asking.ask(email);
    const headers = { 'cf-connecting-ip': `198.51.100.${at}` };
    const wrong = { code: wrongCode(codeIn(mail)) };
    expect((await asking.post('/sign-in/code', wrong, { headers })).status).toBe(422);
  }
  const mail = await asking.ask(carla);
  const headers = { 'cf-connecting-ip': '192.0.2.77', 'user-agent': 'Another/1.0' };
  const right = await asking.post('/sign-in/code', { code: codeIn(mail) }, { headers });
  expect(right.status).toBe(429);
  expect(await tries()).toMatchObject({ attempt: [5] });
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
});

test('POST /sign-in/code: twenty an hour for one address, over browsers, spellings and time', async () => {
  const spellings = [carla, 'CLIENT@demo.test', 'client@DEMO.TEST', 'Client@Demo.Test'];
  for (const spelling of spellings) {
    const browser = visit('demo');
    const mail = await browser.ask(spelling);
    for (let tried = 1; tried <= 5; tried += 1) {
      expect((await typeWrong(browser, mail)).status).toBe(422);
    }
  }
  expect(await tries()).toEqual({ attempt: [5, 5, 5, 5], address: [20] });
  const fifth = visit('demo');
  const mail = await fifth.ask(carla);
  expect((await type(fifth, codeIn(mail))).status, 'a fresh browser, the right code').toBe(429);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);

  const others = visit('rival');
  expect((await type(others, codeIn(await others.ask(rob)))).status, 'nobody else').toBe(303);

  moveClock(hours(1) - minutes(1));
  const tooEarly = visit('demo');
  expect((await type(tooEarly, codeIn(await tooEarly.ask(carla)))).status).toBe(429);
  moveClock(minutes(2));
  const later = visit('demo');
  expect((await type(later, codeIn(await later.ask(carla)))).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('POST /sign-in/code: the same address at two workspaces has two counts', async () => {
  const owner = await visit('app').signInAs(olivia);
  await owner.post('/w/demo/contacts', { name: 'Rob', email: rob, portal_access: 'on' });
  const atRival = visit('rival');
  const mail = await atRival.ask(rob);
  for (let tried = 1; tried <= 5; tried += 1) await typeWrong(atRival, mail);
  const atDemo = visit('demo');
  expect((await type(atDemo, codeIn(await atDemo.ask(rob)))).status).toBe(303);
  expect((await tries()).address.sort()).toEqual([1, 5]);
});

test('POST /sign-in/code: fifty wrong ones at once in one browser: exactly five are judged', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const answers = await Promise.all(Array.from({ length: 50 }, () => typeWrong(asking, mail)));
  expect(tally(answers)).toEqual({ 422: 5, 429: 45 });
  expect((await tries()).attempt).toEqual([5]);
  expect((await type(asking, codeIn(mail))).status).toBe(429);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
});

test.each([carla, nobody])(
  'POST /sign-in/code: fifty wrong ones at once in ten browsers for %s: exactly twenty are judged',
  async (email) => {
    const browsers = Array.from({ length: 10 }, () => visit('demo'));
    for (const browser of browsers) await browser.ask(email);
    // no browser's own code is AAAAAA but once in a thousand million
    const answers = await Promise.all(
      browsers.flatMap((browser) => Array.from({ length: 5 }, () => type(browser, 'AAAAAA'))),
    );
    expect(tally(answers)).toEqual({ 422: 20, 429: 30 });
    expect((await tries()).address).toEqual([20]);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
  },
);

test('POST /sign-in/code: a known, an unknown and a locked address get the same words, headers and motions', async () => {
  moveClock(0);
  const seen = await Promise.all([carla, nobody, lars, rob].map(sixWrongCodes));
  const [known, ...others] = seen;
  expect(known?.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422, 429]);
  for (const other of others) expect(other).toEqual(known);
});

test('POST /sign-in/code: a code lapses after ten minutes, in the same words for an unknown address', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const stranger = visit('demo');
  await stranger.ask(nobody);
  moveClock(minutes(10));
  const before = await dump();
  await expectRefused(await type(asking, codeIn(mail)), LAPSED, codeIn(mail));
  await expectRefused(await type(stranger, codeIn(mail)), LAPSED, codeIn(mail));
  expect(await dump()).toEqual(before);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
});

test('POST /sign-in/code: a code just before its ten minutes are over signs in', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  moveClock(minutes(10) - 1000);
  expect((await type(asking, codeIn(mail))).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('POST /sign-in/code: a cookie that says it was asked lately revives no code whose mail is old', async () => {
  const asking = visit('demo');
  const mails: (Mail | undefined)[] = [];
  for (let asked = 1; asked <= 10; asked += 1) mails.push(await asking.ask(carla));
  moveClock(minutes(9));
  expect(await asking.ask(carla), 'no mail is left for this hour').toBeUndefined();
  moveClock(minutes(2));
  const lastCode = codeIn(mails[9]);
  await expectRefused(await type(asking, lastCode), WRONG, lastCode);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
});

test('POST /sign-in/code: the tab that waits is led on once its browser is signed in', async () => {
  const waiting = visit('demo');
  const mail = await waiting.ask(carla, '/projects');
  expect((await waiting.get('/sign-in/check-email')).status).toBe(200);
  await waiting.get(linkIn(mail));
  const led = await waiting.get('/sign-in/check-email');
  expect([led.status, led.headers.get('location')]).toEqual([303, '/projects']);
});

function type(browser: Visitor, code: string): Promise<Response> {
  return browser.post('/sign-in/code', { code });
}

function typeWrong(browser: Visitor, mail: Mail | undefined): Promise<Response> {
  return type(browser, wrongCode(codeIn(mail)));
}

async function expectRefused(response: Response, words: string, typed: string): Promise<void> {
  expect(response.status).toBe(422);
  expect(response.headers.getSetCookie()).toEqual([]);
  const page = await response.text();
  expect(errorAt('code', page)).toBe(words);
  expect(inputAt('code', page)).toContain('aria-describedby="code-error"');
  if (typed !== '') expect(inputAt('code', page)).toContain(`value="${escaped(typed)}"`);
}

/** A browser that asked, and its mail, whose code has this digit: about every sixth has. */
async function askUntil(digit: RegExp): Promise<{ asking: Visitor; mail: Mail | undefined }> {
  for (let asks = 0; asks < 100; asks += 1) {
    const asking = visit('demo');
    const mail = await asking.ask(carla);
    if (digit.test(codeIn(mail))) return { asking, mail };
    // the cap of ten mails an hour is not what is tried here
    await rows('DELETE FROM magic_links');
  }
  throw new Error(`no code has ${digit}: codes are not random`);
}

/** The counts of tries, per attempt and per address. */
async function tries(): Promise<{ attempt: number[]; address: number[] }> {
  const counted = await rows('SELECT key, count FROM tries');
  const of = (rule: string) =>
    counted.filter(({ key }) => String(key).startsWith(rule)).map(({ count }) => Number(count));
  return { attempt: of('code/attempt:'), address: of('code/address:') };
}

function tally(answers: Response[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Six wrong codes one after another: of each answer all that a visitor can tell, and what it asked of the stores. */
async function sixWrongCodes(email: string) {
  const { bindings, calls } = watchBindings();
  const browser = visit('demo', bindings);
  await browser.post('/sign-in/link', { email });
  const { shn } = decodeJwt(browser.cookies.get('__Host-asking') ?? '');
  const seen = [];
  for (let tried = 1; tried <= 6; tried += 1) {
    calls.length = 0;
    const request = new Request(`${browser.origin}/sign-in/code`, {
      method: 'POST',
      headers: { origin: browser.origin, cookie: cookieOf(browser) },
      body: new URLSearchParams({ code: 'AAAAAA' }),
    });
    const { response, settled } = await answerTo(request, bindings);
    // at the fifth, the record for the freelancer is prepared too: it runs after the answer
    const asked = calls.filter((call) => call === 'DB.batch' || call.startsWith('TOKENS'));
    await settled();
    const page = withoutNonce(await response.text());
    seen.push({
      status: response.status,
      headers: [...response.headers].map(([name, value]) => [
        name,
        value.replace(/'nonce-[^']+'/g, 'nonce'),
      ]),
      page: page.replaceAll(String(shn), 'the address'),
      asked,
    });
  }
  return seen;
}

function cookieOf(browser: Visitor): string {
  return [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}

function fullWidth(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) + 0xfee0);
}
