import { describe, expect, test } from 'vitest';
import { PASSWORDS_PER_ADDRESS } from '../../../worker/limits/rules.ts';
import { carla, olivia } from '../../support/cast.ts';
import { passwordTries } from '../../support/database.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { OTHER_PASSPHRASE, typeWrongPasswords } from '../../support/passwords.ts';
import { typePassword, type Visitor, visit, withPassword } from '../../support/visitor.ts';

const NEXT = 'seven green otters hum at dusk';
const { free } = PASSWORDS_PER_ADDRESS;

describe('the count of wrong passwords', () => {
  test('after the right one: reset', async () => {
    await withPassword('demo', carla);
    const browser = visit('demo');
    for (let tried = 1; tried < free; tried += 1)
      await typePassword(browser, carla, OTHER_PASSPHRASE);
    expect(await passwordTries()).toEqual({ address: [4], origin: [4] });
    expect((await typePassword(browser, carla)).status).toBe(303);
    expect(await passwordTries(), 'its own try is taken back').toEqual({
      address: [],
      origin: [4],
    });
    expect(await typeWrongPasswords('demo', carla, free + 1)).toEqual([
      401, 401, 401, 401, 401, 429,
    ]);
  });

  test('after a new password: reset, and the new one works at once', async () => {
    await withPassword('demo', carla);
    await typeWrongPasswords('demo', carla, free);
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
  ])('after a sign-in by %s: not reset', async (_how, comeIn) => {
    await withPassword('demo', carla);
    await typeWrongPasswords('demo', carla, free);
    const client = visit('demo');
    expect((await comeIn(client)).status).toBe(303);
    expect((await client.get('/')).status).toBe(200);
    expect((await passwordTries()).address).toEqual([free]);
    expect((await typePassword(visit('demo'), carla)).status).toBe(429);
  });

  test('after a right password of another account: not reset', async () => {
    const owner = await visit('app').signInAs(olivia);
    await owner.post('/w/demo/contacts', { name: 'O', email: olivia, portal_access: 'on' });
    await withPassword('app', olivia);
    await withPassword('demo', carla);
    await typeWrongPasswords('demo', olivia, free);
    expect((await typePassword(visit('app'), olivia)).status).toBe(303);
    expect((await typePassword(visit('demo'), carla)).status).toBe(303);
    expect((await passwordTries()).address).toEqual([free]);
  });
});
