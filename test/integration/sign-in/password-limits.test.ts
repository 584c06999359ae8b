import { describe, expect, test } from 'vitest';
import { PASSWORDS_PER_ADDRESS, PASSWORDS_PER_NETWORK } from '../../../worker/limits/rules.ts';
import { POLICY } from '../../../worker/passwords/password-hash.ts';
import { days, hours, minutes, seconds } from '../../../worker/values/duration.ts';
import {
  carla,
  carlaAtDemo,
  carlaAtRival,
  nobody,
  olivia,
  PASSPHRASE,
  rita,
} from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { epochAndSessions, passwordTries, rows } from '../../support/database.ts';
import { derivations } from '../../support/doubles/pbkdf2.ts';
import { inputAt, refusedWords } from '../../support/html.ts';
import { OTHER_PASSPHRASE, typeWrongPasswords } from '../../support/passwords.ts';
import { tally, typePassword, visit, withPassword } from '../../support/visitor.ts';

const { free, pauses, forgottenAfter } = PASSWORDS_PER_ADDRESS;
const most = PASSWORDS_PER_ADDRESS.most ?? Number.NaN;

test('the limits: those of docs/decisions/0012', () => {
  expect(PASSWORDS_PER_ADDRESS).toMatchObject({
    free: 5,
    pauses: [minutes(1), minutes(5), minutes(15), hours(1), hours(6), hours(24)],
    most: 100,
    forgottenAfter: days(30),
  });
  expect(PASSWORDS_PER_NETWORK).toMatchObject({
    free: 30,
    pauses: [minutes(1), minutes(5), minutes(15), hours(1)],
    most: null,
    forgottenAfter: days(1),
  });
});

describe('passwords for one address', () => {
  test.each([
    ['known', carla],
    ['unknown', nobody],
  ])('fifty wrong ones at once, from fifty places: five are judged (%s)', async (_what, email) => {
    await withPassword('demo', carla);
    const before = derivations();
    const browsers = Array.from({ length: 50 }, () => visit('demo'));
    const answers = await Promise.all(
      browsers.map((each) => typePassword(each, email, OTHER_PASSPHRASE)),
    );
    expect(tally(answers)).toEqual({ 401: free, 429: 45 });
    expect(derivations() - before).toBe(free * POLICY.rounds);
    expect((await passwordTries()).address).toEqual([free]);
    for (const answer of answers.filter(({ status }) => status === 429)) {
      expect(answer.headers.get('retry-after')).toMatch(/^(60|5\d)$/);
    }
    expect(await epochAndSessions(carlaAtDemo)).toMatchObject({ sessions: 1 });
  });

  test('after five wrong ones: paused; even the right one is not judged', async () => {
    await withPassword('demo', carla);
    moveClock(0);
    expect(await typeWrongPasswords('demo', carla, free)).toEqual([401, 401, 401, 401, 401]);
    const [before, counted] = [derivations(), await passwordTries()];
    const browser = visit('demo');
    const resting = await typePassword(browser, carla);
    const page = await resting.text();
    expect(resting.status).toBe(429);
    expect(resting.headers.get('retry-after')).toBe('60');
    expect(refusedWords(page)).toBe(
      'Too many wrong passwords. Try again in 1 minute, or ask for a sign-in link, which works at once.',
    );
    expect(inputAt('email', page)).toContain(`value="${carla}"`);
    expect(page).toContain('formaction="/sign-in/link"');
    expect(page).not.toContain(PASSPHRASE);
    expect(browser.cookies.size).toBe(0);
    expect(derivations()).toBe(before);
    expect((await passwordTries()).address, 'a refused try prolongs nothing').toEqual(
      counted.address,
    );
  });

  test('an unknown address: paused after as many, in the same words', async () => {
    await withPassword('demo', carla);
    moveClock(0);
    const seen = [];
    for (const email of [carla, nobody]) {
      const statuses = await typeWrongPasswords('demo', email, free);
      const resting = await typePassword(visit('demo'), email, OTHER_PASSPHRASE);
      const words = refusedWords(await resting.text());
      seen.push({
        statuses,
        status: resting.status,
        words,
        after: resting.headers.get('retry-after'),
      });
    }
    expect(seen[0]).toEqual({
      statuses: [401, 401, 401, 401, 401],
      status: 429,
      words:
        'Too many wrong passwords. Try again in 1 minute, or ask for a sign-in link, which works at once.',
      after: '60',
    });
    expect(seen[1]).toEqual(seen[0]);
  });

  test('each pause: longer than the last, as the rule says; the longest repeats', async () => {
    await withPassword('demo', carla);
    moveClock(0);
    await typeWrongPasswords('demo', carla, free);
    for (const pause of [...pauses, days(1), days(1)]) {
      const resting = await typePassword(visit('demo'), carla);
      expect(resting.headers.get('retry-after')).toBe(String(pause / 1000));
      moveClock(pause - seconds(1));
      expect((await typePassword(visit('demo'), carla)).status, `before ${pause} ms`).toBe(429);
      moveClock(seconds(1));
      expect(await typeWrongPasswords('demo', carla, 2), `after ${pause} ms`).toEqual([401, 429]);
    }
    expect((await passwordTries()).address).toEqual([free + pauses.length + 2]);
  });

  test('after a hundred wrong ones: none for thirty days; then the count is reset', async () => {
    await withPassword('demo', carla);
    moveClock(0);
    await typeWrongPasswords('demo', carla, 1);
    await rows("UPDATE tries SET count = ? WHERE key LIKE 'password/address:%'", most - 1);
    expect(await typeWrongPasswords('demo', carla, 2)).toEqual([401, 429]);
    moveClock(days(2));
    expect((await typePassword(visit('demo'), carla)).status, 'no pause to sit out').toBe(429);
    moveClock(forgottenAfter - days(2) - seconds(1));
    const last = await typePassword(visit('demo'), carla);
    expect([last.status, last.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await passwordTries()).address).toEqual([most]);
    moveClock(seconds(1));
    expect((await typePassword(visit('demo'), carla)).status).toBe(303);
  });

  test('other spellings and forged headers: the same count goes on', async () => {
    await withPassword('demo', carla);
    const spellings = [carla, 'CLIENT@demo.test', 'client@DEMO.test', ` ${carla}`, `${carla} `];
    for (const [at, email] of spellings.entries()) {
      const headers = {
        'x-forwarded-for': `198.51.100.${at}`,
        'x-real-ip': `198.51.100.${at}`,
        'user-agent': `Another/${at}`,
      };
      const fields = { email, password: OTHER_PASSPHRASE };
      expect((await visit('demo').post('/sign-in/password', fields, { headers })).status).toBe(401);
    }
    expect((await typePassword(visit('demo'), carla)).status).toBe(429);
    expect((await passwordTries()).address).toEqual([free]);
  });

  test('the same address at another workspace or host: a count of its own', async () => {
    const desk = await visit('app').signInAs(rita);
    await desk.post(`/w/rival/contacts/${carlaAtRival}/portal-access`, { enabled: 'on' });
    const owner = await visit('app').signInAs(olivia);
    await owner.post('/w/demo/contacts', { name: 'O', email: olivia, portal_access: 'on' });
    await withPassword('demo', carla);
    await withPassword('rival', carla);
    await withPassword('app', olivia);
    await typeWrongPasswords('demo', carla, free);
    await typeWrongPasswords('demo', olivia, free);
    expect((await typePassword(visit('demo'), carla)).status).toBe(429);
    expect((await typePassword(visit('rival'), carla)).status).toBe(303);
    expect((await typePassword(visit('demo'), olivia)).status).toBe(429);
    expect((await typePassword(visit('app'), olivia)).status).toBe(303);
  });
});
