import { describe, expect, test } from 'vitest';
import { PASSWORDS_PER_ADDRESS } from '../../../worker/limits/rules.ts';
import { minutes, seconds } from '../../../worker/values/duration.ts';
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
import { knownBrowserTries, passwordTries, rows } from '../../support/database.ts';
import { derivations } from '../../support/doubles/pbkdf2.ts';
import { errorAt, refusedWords } from '../../support/html.ts';
import { OTHER_PASSPHRASE, typeWrongPasswords } from '../../support/passwords.ts';
import { typePassword, visit, withPassword } from '../../support/visitor.ts';

const { free } = PASSWORDS_PER_ADDRESS;

describe('a paused password', () => {
  test('card, Home and activity: show each pause once, until the contact signs in', async () => {
    const owner = await visit('app').signInAs(olivia);
    await withPassword('demo', carla);
    moveClock(seconds(1));
    await typeWrongPasswords('demo', carla, free + 3);
    expect(await recordedPauses()).toEqual([minutes(1)]);
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
    await typeWrongPasswords('demo', carla, 3);
    expect(await recordedPauses(), 'once more').toEqual([minutes(1), minutes(5)]);

    moveClock(minutes(5));
    expect((await typePassword(visit('demo'), carla)).status).toBe(303);
    const after = await (await owner.get(`/w/demo/contacts/${carlaAtDemo}`)).text();
    expect(after).not.toContain('Paused until');
    expect(await (await owner.get('/w/demo')).text()).not.toContain('too many wrong');
  });

  test('without password, access or account, or at another workspace: not shown', async () => {
    const owner = await visit('app').signInAs(olivia);
    await owner.post(`/w/demo/contacts/${larsAtDemo}/portal-access`, { enabled: 'on' });
    await withPassword('demo', lars);
    await owner.post(`/w/demo/contacts/${larsAtDemo}/portal-access`, { enabled: 'off' });
    await withPassword('rival', rob);
    for (const email of [nobody, carla, lars]) await typeWrongPasswords('demo', email, free + 1);
    expect(await recordedPauses()).toEqual([]);
    await withPassword('demo', carla);
    await typeWrongPasswords('demo', carla, free + 1);
    const told = await rows("SELECT contact_id FROM activity WHERE kind = 'password_locked'");
    expect(told).toEqual([{ contact_id: carlaAtDemo }]);
    const other = await visit('app').signInAs(rita);
    for (const path of ['/w/rival', '/w/rival/activity', `/w/rival/contacts/${carlaAtRival}`]) {
      const page = await (await other.get(path)).text();
      expect(page, path).not.toMatch(/too many wrong|Paused/i);
    }
  });

  async function recordedPauses(): Promise<unknown[]> {
    const told = await rows(
      "SELECT detail FROM activity WHERE kind = 'password_locked' ORDER BY at",
    );
    return told.map(({ detail }) => JSON.parse(String(detail)).pause);
  }
});

test('a wrong current password: counted and paused like one at sign-in', async () => {
  const client = await withPassword('demo', carla);
  moveClock(minutes(11));
  for (let tried = 1; tried <= free; tried += 1) {
    const wrong = await client.post('/account/password', {
      password: PASSPHRASE,
      current_password: OTHER_PASSPHRASE,
    });
    expect(wrong.status).toBe(422);
    expect(errorAt('current_password', await wrong.text())).toBe(
      'That isn’t your current password.',
    );
  }
  expect(await passwordTries()).toEqual({ address: [], origin: [] });
  expect(await knownBrowserTries()).toEqual([free]);
  const before = derivations();
  const right = { password: OTHER_PASSPHRASE, current_password: PASSPHRASE };
  const resting = await client.post('/account/password', right);
  expect([resting.status, resting.headers.get('retry-after')]).toEqual([429, '60']);
  expect(refusedWords(await resting.text())).toMatch(
    /^Too many wrong passwords\. Try again in 1 minute/,
  );
  expect((await typePassword(client, carla)).status, 'at the door').toBe(429);
  expect(derivations()).toBe(before);
  expect((await rows("SELECT id FROM activity WHERE kind = 'password_locked'")).length).toBe(1);

  moveClock(minutes(1));
  expect((await client.post('/account/password', right)).status).toBe(303);
  expect(await knownBrowserTries(), 'the right one is no failure').toEqual([]);
});
