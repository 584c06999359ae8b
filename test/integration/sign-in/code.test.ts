import { expect, test } from 'vitest';
import { LOST_ANSWER } from '../../../worker/sessions/lost.ts';
import { minutes } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo, nobody } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { codeTries, typeCode } from '../../support/codes.ts';
import { dump, epochAndSessions, rows, untouched, usedOnce } from '../../support/database.ts';
import { errorAt, escaped, inputAt } from '../../support/html.ts';
import { codeIn, linkIn, type Mail, wrongCode } from '../../support/mail.ts';
import { copyOf, type Visitor, visit } from '../../support/visitor.ts';

const WRONG = 'That code isn’t right. Take it from the newest email.';
const MALFORMED = 'A code has six letters and digits, such as 7K4M2P.';
const LAPSED = 'That code is too old. Send it again, and type the new one.';

test('a code in the browser that asked: signs in, once', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla, '/projects');
  const replay = copyOf(asking);
  const typed = await typeCode(asking, codeIn(mail));
  expect([typed.status, typed.headers.get('location')]).toEqual([303, '/projects']);
  expect(await (await asking.get('/')).text()).toContain('Carla');
  expect(await rows('SELECT contact_id, method FROM sessions')).toEqual([
    { contact_id: carlaAtDemo, method: 'code' },
  ]);

  moveClock(LOST_ANSWER);
  await expectRefused(await typeCode(replay, codeIn(mail)), WRONG, codeIn(mail));
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
])('a code typed %s: signs in', async (_how, retype) => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  expect((await typeCode(asking, retype(codeIn(mail)))).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test.each([
  ['o', /0/],
  ['O', /0/],
  ['i', /1/],
  ['I', /1/],
  ['l', /1/],
  ['L', /1/],
])('%s typed in a code: read as the digit it looks like', async (letter, digit) => {
  const { asking, mail } = await askUntil(digit);
  const typed = codeIn(mail).replaceAll(digit.source, letter);
  expect((await typeCode(asking, typed)).status).toBe(303);
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
])('%s in place of a code: refused, and no try is counted', async (_what, typed) => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const before = await dump();
  await expectRefused(await typeCode(asking, typed), MALFORMED, typed);
  expect(await dump()).toEqual(before);
  expect((await typeCode(asking, codeIn(mail))).status).toBe(303);
});

test('two code fields: refused', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const response = await asking.post('/sign-in/code', { code: [codeIn(mail), 'AAAAAA'] });
  await expectRefused(response, MALFORMED, '');
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
});

test('a wrong code: refused beside its field, which keeps what was typed', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const wrong = wrongCode(codeIn(mail));
  await expectRefused(await typeCode(asking, wrong.toLowerCase()), WRONG, wrong.toLowerCase());
  expect(await codeTries()).toEqual({ attempt: [1], address: [1] });
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
  expect((await typeCode(asking, codeIn(mail))).status, 'the right one still works').toBe(303);
});

test('a code without a request for it: leads to the page that says so, and counts nothing', async () => {
  const mail = await visit('demo').ask(carla);
  const before = await dump();
  for (const cookie of ['', 'junk', 'a.b.c', 'x'.repeat(8192)]) {
    const browser = visit('demo');
    if (cookie !== '') browser.cookies.set('__Host-asking', cookie);
    const typed = await typeCode(browser, codeIn(mail));
    expect([typed.status, typed.headers.get('location')]).toEqual([303, '/sign-in/check-email']);
    expect(browser.cookies.has('__Host-session')).toBe(false);
  }
  expect(await dump()).toEqual(before);
});

// OWASP ASVS 5.0, 6.6.2: a code is bound to the request it answers.
test('a code: works in the browser that asked for it, and in no other', async () => {
  const [first, second, stranger] = [visit('demo'), visit('demo'), visit('demo')];
  const firstMail = await first.ask(carla);
  const secondMail = await second.ask(carla);
  await stranger.ask(nobody);
  await expectRefused(await typeCode(second, codeIn(firstMail)), WRONG, codeIn(firstMail));
  await expectRefused(await typeCode(stranger, codeIn(firstMail)), WRONG, codeIn(firstMail));
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
  expect((await typeCode(first, codeIn(firstMail))).status).toBe(303);
  await expectRefused(await typeCode(second, codeIn(secondMail)), WRONG, codeIn(secondMail));
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('a code after ten minutes: too old, in the same words for an unknown address', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const stranger = visit('demo');
  await stranger.ask(nobody);
  moveClock(minutes(10));
  const before = await dump();
  await expectRefused(await typeCode(asking, codeIn(mail)), LAPSED, codeIn(mail));
  await expectRefused(await typeCode(stranger, codeIn(mail)), LAPSED, codeIn(mail));
  expect(await dump()).toEqual(before);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
});

test('a code just before its ten minutes are over: signs in', async () => {
  moveClock(0);
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  moveClock(minutes(10) - 1000);
  expect((await typeCode(asking, codeIn(mail))).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('a recent request without a mail: the code of an old mail stays void', async () => {
  const asking = visit('demo');
  const mails: (Mail | undefined)[] = [];
  for (let asked = 1; asked <= 10; asked += 1) mails.push(await asking.ask(carla));
  moveClock(minutes(9));
  expect(await asking.ask(carla), 'no mail is left for this hour').toBeUndefined();
  moveClock(minutes(2));
  const lastCode = codeIn(mails[9]);
  await expectRefused(await typeCode(asking, lastCode), WRONG, lastCode);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
});

test('the page that waits for a code: leads on once its browser is signed in', async () => {
  const waiting = visit('demo');
  const mail = await waiting.ask(carla, '/projects');
  expect((await waiting.get('/sign-in/check-email')).status).toBe(200);
  await waiting.get(linkIn(mail));
  const led = await waiting.get('/sign-in/check-email');
  expect([led.status, led.headers.get('location')]).toEqual([303, '/projects']);
});

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

function fullWidth(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) + 0xfee0);
}
