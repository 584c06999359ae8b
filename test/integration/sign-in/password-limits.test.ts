import { describe, expect, test } from 'vitest';
import { PASSWORDS_PER_ADDRESS, PASSWORDS_PER_NETWORK } from '../../../worker/limits/rules.ts';
import { POLICY } from '../../../worker/passwords/password-hash.ts';
import { days, hours, minutes, seconds } from '../../../worker/values/duration.ts';
import {
  carla,
  carlaAtDemo,
  carlaAtRival,
  lars,
  larsAtDemo,
  nobody,
  olivia,
  PASSPHRASE,
  rita,
  rob,
} from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { epochAndSessions, passwordTries, rows } from '../../support/database.ts';
import { derivations } from '../../support/doubles/pbkdf2.ts';
import { errorAt, inputAt, refusedWords } from '../../support/html.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { tally, typePassword, type Visitor, visit, withPassword } from '../../support/visitor.ts';

const WRONG = 'six yellow herons wade at dawn';
const NEXT = 'seven green otters hum at dusk';
const { free, pauses, forgottenAfter } = PASSWORDS_PER_ADDRESS;
const most = PASSWORDS_PER_ADDRESS.most ?? Number.NaN;

/** Types wrong passwords for an address, each from somewhere else. */
async function typeWrong(host: string, email: string, times: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let tried = 1; tried <= times; tried += 1) {
    statuses.push((await typePassword(visit(host), email, WRONG)).status);
  }
  return statuses;
}

test('the figures are those of docs/decisions/0012', () => {
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
  ])(
    'fifty wrong ones at once, from fifty places: exactly five are judged (%s)',
    async (_what, email) => {
      await withPassword('demo', carla);
      const before = derivations();
      const browsers = Array.from({ length: 50 }, () => visit('demo'));
      const answers = await Promise.all(browsers.map((each) => typePassword(each, email, WRONG)));
      expect(tally(answers)).toEqual({ 401: free, 429: 45 });
      expect(derivations() - before).toBe(free * POLICY.rounds);
      expect((await passwordTries()).address).toEqual([free]);
      for (const answer of answers.filter(({ status }) => status === 429)) {
        expect(answer.headers.get('retry-after')).toMatch(/^(60|5\d)$/);
      }
      expect(await epochAndSessions(carlaAtDemo)).toMatchObject({ sessions: 1 });
    },
  );

  test('rest after the fifth: not even the right one is judged, nor any work done', async () => {
    await withPassword('demo', carla);
    moveClock(0);
    expect(await typeWrong('demo', carla, free)).toEqual([401, 401, 401, 401, 401]);
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

  test('an unknown address rests in the same words, after as many', async () => {
    await withPassword('demo', carla);
    moveClock(0);
    const seen = [];
    for (const email of [carla, nobody]) {
      const statuses = await typeWrong('demo', email, free);
      const resting = await typePassword(visit('demo'), email, WRONG);
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

  test('rest longer each time, as the rule says; the last pause repeats', async () => {
    await withPassword('demo', carla);
    moveClock(0);
    await typeWrong('demo', carla, free);
    for (const pause of [...pauses, days(1), days(1)]) {
      const resting = await typePassword(visit('demo'), carla);
      expect(resting.headers.get('retry-after')).toBe(String(pause / 1000));
      moveClock(pause - seconds(1));
      expect((await typePassword(visit('demo'), carla)).status, `before ${pause} ms`).toBe(429);
      moveClock(seconds(1));
      expect(await typeWrong('demo', carla, 2), `after ${pause} ms`).toEqual([401, 429]);
    }
    expect((await passwordTries()).address).toEqual([free + pauses.length + 2]);
  });

  test('after a hundred in a row there are none for thirty days; then all is forgotten', async () => {
    await withPassword('demo', carla);
    moveClock(0);
    await typeWrong('demo', carla, 1);
    await rows("UPDATE tries SET count = ? WHERE key LIKE 'password/address:%'", most - 1);
    expect(await typeWrong('demo', carla, 2)).toEqual([401, 429]);
    moveClock(days(2));
    expect((await typePassword(visit('demo'), carla)).status, 'no pause to sit out').toBe(429);
    moveClock(forgottenAfter - days(2) - seconds(1));
    const last = await typePassword(visit('demo'), carla);
    expect([last.status, last.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await passwordTries()).address).toEqual([most]);
    moveClock(seconds(1));
    expect((await typePassword(visit('demo'), carla)).status).toBe(303);
  });

  test('are counted by the address, however it is spelled, and by nothing the sender claims', async () => {
    await withPassword('demo', carla);
    const spellings = [carla, 'CLIENT@demo.test', 'client@DEMO.test', ` ${carla}`, `${carla} `];
    for (const [at, email] of spellings.entries()) {
      const headers = {
        'x-forwarded-for': `198.51.100.${at}`,
        'x-real-ip': `198.51.100.${at}`,
        'user-agent': `Another/${at}`,
      };
      const fields = { email, password: WRONG };
      expect((await visit('demo').post('/sign-in/password', fields, { headers })).status).toBe(401);
    }
    expect((await typePassword(visit('demo'), carla)).status).toBe(429);
    expect((await passwordTries()).address).toEqual([free]);
  });

  test('at another door have a count of their own', async () => {
    const desk = await visit('app').signInAs(rita);
    await desk.post(`/w/rival/contacts/${carlaAtRival}/portal-access`, { enabled: 'on' });
    const owner = await visit('app').signInAs(olivia);
    await owner.post('/w/demo/contacts', { name: 'O', email: olivia, portal_access: 'on' });
    await withPassword('demo', carla);
    await withPassword('rival', carla);
    await withPassword('app', olivia);
    await typeWrong('demo', carla, free);
    await typeWrong('demo', olivia, free);
    expect((await typePassword(visit('demo'), carla)).status).toBe(429);
    expect((await typePassword(visit('rival'), carla)).status).toBe(303);
    expect((await typePassword(visit('demo'), olivia)).status).toBe(429);
    expect((await typePassword(visit('app'), olivia)).status).toBe(303);
  });
});

describe('wrong passwords are forgotten', () => {
  test('by the right one, which leaves nothing counted', async () => {
    await withPassword('demo', carla);
    const browser = visit('demo');
    for (let tried = 1; tried < free; tried += 1) await typePassword(browser, carla, WRONG);
    expect(await passwordTries()).toEqual({ address: [4], origin: [4] });
    expect((await typePassword(browser, carla)).status).toBe(303);
    expect(await passwordTries(), 'its own try is taken back').toEqual({
      address: [],
      origin: [4],
    });
    expect(await typeWrong('demo', carla, free + 1)).toEqual([401, 401, 401, 401, 401, 429]);
  });

  test('by a new password, which can be used at once', async () => {
    await withPassword('demo', carla);
    await typeWrong('demo', carla, free);
    const client = await visit('demo').signInAs(carla);
    expect((await client.post('/account/password', { password: NEXT })).status).toBe(303);
    expect((await passwordTries()).address).toEqual([]);
    expect((await typePassword(visit('demo'), carla, NEXT)).status).toBe(303);
  });

  // Were it forgotten, the next answer would tell a stranger that the address is somebody's.
  test.each<[string, (asking: Visitor) => Promise<Response>]>([
    ['link', async (asking) => asking.get(linkIn(await asking.ask(carla)))],
    [
      'code',
      async (asking) => asking.post('/sign-in/code', { code: codeIn(await asking.ask(carla)) }),
    ],
  ])('not by a sign-in by %s, which works all the same', async (_how, comeIn) => {
    await withPassword('demo', carla);
    await typeWrong('demo', carla, free);
    const client = visit('demo');
    expect((await comeIn(client)).status).toBe(303);
    expect((await client.get('/')).status).toBe(200);
    expect((await passwordTries()).address).toEqual([free]);
    expect((await typePassword(visit('demo'), carla)).status).toBe(429);
  });

  test('not by another’s right password, nor by the same address at another door', async () => {
    const owner = await visit('app').signInAs(olivia);
    await owner.post('/w/demo/contacts', { name: 'O', email: olivia, portal_access: 'on' });
    await withPassword('app', olivia);
    await withPassword('demo', carla);
    await typeWrong('demo', olivia, free);
    expect((await typePassword(visit('app'), olivia)).status).toBe(303);
    expect((await typePassword(visit('demo'), carla)).status).toBe(303);
    expect((await passwordTries()).address).toEqual([free]);
  });
});

describe('whose password rests', () => {
  test('shows on the card, Home and the activity, once a pause, until somebody comes in', async () => {
    const owner = await visit('app').signInAs(olivia);
    await withPassword('demo', carla);
    moveClock(seconds(1));
    await typeWrong('demo', carla, free + 3);
    expect(await pausesTold()).toEqual([minutes(1)]);
    const card = await (await owner.get(`/w/demo/contacts/${carlaAtDemo}`)).text();
    expect(card).toContain('Somebody typed too many wrong passwords');
    expect(card).toContain('the password is paused for 1 minute, the link still works');
    expect(card).toMatch(/Paused until <time [^>]*>[^<]+<\/time> after too many wrong tries\./);
    expect(await (await owner.get('/w/demo')).text()).toContain(
      'Somebody typed too many wrong passwords. The sign-in link still works.',
    );
    expect(await (await owner.get('/w/demo/activity')).text()).toContain(
      'Somebody typed too many wrong passwords',
    );

    moveClock(minutes(1));
    await typeWrong('demo', carla, 3);
    expect(await pausesTold(), 'once more').toEqual([minutes(1), minutes(5)]);

    moveClock(minutes(5));
    expect((await typePassword(visit('demo'), carla)).status).toBe(303);
    const after = await (await owner.get(`/w/demo/contacts/${carlaAtDemo}`)).text();
    expect(after).not.toContain('Paused until');
    expect(await (await owner.get('/w/demo')).text()).not.toContain('too many wrong');
  });

  test('is no news of who has no password, no access or no account, nor for another tenant', async () => {
    const owner = await visit('app').signInAs(olivia);
    await owner.post(`/w/demo/contacts/${larsAtDemo}/portal-access`, { enabled: 'on' });
    await withPassword('demo', lars);
    await owner.post(`/w/demo/contacts/${larsAtDemo}/portal-access`, { enabled: 'off' });
    await withPassword('rival', rob);
    for (const email of [nobody, carla, lars]) await typeWrong('demo', email, free + 1);
    expect(await pausesTold()).toEqual([]);
    await withPassword('demo', carla);
    await typeWrong('demo', carla, free + 1);
    const told = await rows("SELECT contact_id FROM activity WHERE kind = 'password_locked'");
    expect(told).toEqual([{ contact_id: carlaAtDemo }]);
    const other = await visit('app').signInAs(rita);
    for (const path of ['/w/rival', '/w/rival/activity', `/w/rival/contacts/${carlaAtRival}`]) {
      const page = await (await other.get(path)).text();
      expect(page, path).not.toMatch(/too many wrong|Paused/i);
    }
  });

  async function pausesTold(): Promise<unknown[]> {
    const told = await rows(
      "SELECT detail FROM activity WHERE kind = 'password_locked' ORDER BY at",
    );
    return told.map(({ detail }) => JSON.parse(String(detail)).pause);
  }
});

test('a current password on the account page counts like one at the door, and rests with it', async () => {
  const client = await withPassword('demo', carla);
  moveClock(minutes(11));
  for (let tried = 1; tried <= free; tried += 1) {
    const wrong = await client.post('/account/password', {
      password: PASSPHRASE,
      current_password: WRONG,
    });
    expect(wrong.status).toBe(422);
    expect(errorAt('current_password', await wrong.text())).toBe(
      'That isn’t your current password.',
    );
  }
  expect(await passwordTries()).toEqual({ address: [free], origin: [free] });
  const before = derivations();
  const right = { password: WRONG, current_password: PASSPHRASE };
  const resting = await client.post('/account/password', right);
  expect([resting.status, resting.headers.get('retry-after')]).toEqual([429, '60']);
  expect(refusedWords(await resting.text())).toMatch(
    /^Too many wrong passwords\. Try again in 1 minute/,
  );
  expect((await typePassword(visit('demo'), carla)).status, 'at the door').toBe(429);
  expect(derivations()).toBe(before);
  expect((await rows("SELECT id FROM activity WHERE kind = 'password_locked'")).length).toBe(1);

  moveClock(minutes(1));
  const { origin } = await passwordTries();
  expect((await client.post('/account/password', right)).status).toBe(303);
  expect(await passwordTries(), 'the right one is no failure').toEqual({ address: [], origin });
});
