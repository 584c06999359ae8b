import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { hours, minutes } from '../../../worker/values/duration.ts';
import { watchBindings } from '../../support/bindings.ts';
import { carla, carlaAtDemo, lars, nobody, olivia, rob } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { codeTries, typeCode, typeWrongCode } from '../../support/codes.ts';
import { epochAndSessions, rows, untouched, usedOnce } from '../../support/database.ts';
import { inputAt, withoutNonce } from '../../support/html.ts';
import { codeIn, linkIn, wrongCode } from '../../support/mail.ts';
import { answerTo, tally, type Visitor, visit } from '../../support/visitor.ts';

test('a sixth code for one request: refused, even the right one; the link works', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  for (let tried = 1; tried <= 5; tried += 1) {
    expect((await typeWrongCode(asking, mail)).status, `try ${tried}`).toBe(422);
  }
  const sixth = await typeCode(asking, codeIn(mail));
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
test('a new mail, another spelling or another network: the same count goes on', async () => {
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
  expect(await codeTries()).toMatchObject({ attempt: [5] });
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
});

test('codes for one address: twenty an hour, in all browsers and spellings', async () => {
  const spellings = [carla, 'CLIENT@demo.test', 'client@DEMO.TEST', 'Client@Demo.Test'];
  for (const spelling of spellings) {
    const browser = visit('demo');
    const mail = await browser.ask(spelling);
    for (let tried = 1; tried <= 5; tried += 1) {
      expect((await typeWrongCode(browser, mail)).status).toBe(422);
    }
  }
  expect(await codeTries()).toEqual({ attempt: [5, 5, 5, 5], address: [20] });
  const fifth = visit('demo');
  const mail = await fifth.ask(carla);
  expect((await typeCode(fifth, codeIn(mail))).status, 'a fresh browser, the right code').toBe(429);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);

  const others = visit('rival');
  expect((await typeCode(others, codeIn(await others.ask(rob)))).status, 'nobody else').toBe(303);

  moveClock(hours(1) - minutes(1));
  const tooEarly = visit('demo');
  expect((await typeCode(tooEarly, codeIn(await tooEarly.ask(carla)))).status).toBe(429);
  moveClock(minutes(2));
  const later = visit('demo');
  expect((await typeCode(later, codeIn(await later.ask(carla)))).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('the same address at two workspaces: two counts', async () => {
  const owner = await visit('app').signInAs(olivia);
  await owner.post('/w/demo/contacts', { name: 'Rob', email: rob, portal_access: 'on' });
  const atRival = visit('rival');
  const mail = await atRival.ask(rob);
  for (let tried = 1; tried <= 5; tried += 1) await typeWrongCode(atRival, mail);
  const atDemo = visit('demo');
  expect((await typeCode(atDemo, codeIn(await atDemo.ask(rob)))).status).toBe(303);
  expect((await codeTries()).address.sort()).toEqual([1, 5]);
});

test('fifty wrong codes at once in one browser: exactly five are judged', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const answers = await Promise.all(Array.from({ length: 50 }, () => typeWrongCode(asking, mail)));
  expect(tally(answers)).toEqual({ 422: 5, 429: 45 });
  expect((await codeTries()).attempt).toEqual([5]);
  expect((await typeCode(asking, codeIn(mail))).status).toBe(429);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
});

test.each([carla, nobody])(
  'fifty wrong codes at once in ten browsers for %s: twenty are judged',
  async (email) => {
    const browsers = Array.from({ length: 10 }, () => visit('demo'));
    for (const browser of browsers) await browser.ask(email);
    // no browser's own code is AAAAAA but once in a thousand million
    const answers = await Promise.all(
      browsers.flatMap((browser) => Array.from({ length: 5 }, () => typeCode(browser, 'AAAAAA'))),
    );
    expect(tally(answers)).toEqual({ 422: 20, 429: 30 });
    expect((await codeTries()).address).toEqual([20]);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
  },
);

test('a known, an unknown and a locked address: the same answers, the same work', async () => {
  moveClock(0);
  const seen = await Promise.all([carla, nobody, lars, rob].map(sixWrongCodes));
  const [known, ...others] = seen;
  expect(known?.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422, 429]);
  for (const other of others) expect(other).toEqual(known);
});

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
