import { describe, expect, test } from 'vitest';
import { minutes, seconds } from '../../../worker/values/duration.ts';
import { carla, PASSPHRASE } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { dump, rows } from '../../support/database.ts';
import { derivations } from '../../support/doubles/pbkdf2.ts';
import { errorAt, inputAt } from '../../support/html.ts';
import { codeIn } from '../../support/mail.ts';
import { breachRequests } from '../../support/network.ts';
import { BOTH, changePassword, OTHER_PASSPHRASE } from '../../support/passwords.ts';
import { typePassword, type Visitor, visit, withPassword } from '../../support/visitor.ts';

const TYPE_CURRENT = 'Type your current password.';
const NOT_CURRENT = 'That isn’t your current password.';

describe('the current password', () => {
  test.each<[string, (asking: Visitor) => Promise<unknown>]>([
    ['link', (asking) => asking.signInAs(carla)],
    [
      'code',
      async (asking) => asking.post('/sign-in/code', { code: codeIn(await asking.ask(carla)) }),
    ],
  ])('signed in by %s: needed only after ten minutes', async (_how, comeIn) => {
    await withPassword('demo', carla);
    moveClock(0);
    const client = visit('demo');
    await comeIn(client);
    moveClock(minutes(10) - seconds(1));
    expect(await asksCurrent(client)).toBe(false);
    expect((await changePassword(client, OTHER_PASSPHRASE)).status).toBe(303);

    moveClock(seconds(1));
    expect(await asksCurrent(client)).toBe(true);
    const refused = await changePassword(client, PASSPHRASE);
    expect([refused.status, errorAt('current_password', await refused.text())]).toEqual([
      422,
      TYPE_CURRENT,
    ]);
    expect((await changePassword(client, PASSPHRASE, OTHER_PASSPHRASE)).status).toBe(303);
  });

  test.each(BOTH)('$who signed in by password: always needed', async ({ host, email }) => {
    await withPassword(host, email);
    const client = visit(host);
    await typePassword(client, email);
    expect(await asksCurrent(client)).toBe(true);
    for (const [current, words] of [
      [undefined, TYPE_CURRENT],
      ['', TYPE_CURRENT],
      [OTHER_PASSPHRASE, NOT_CURRENT],
      [`${PASSPHRASE} `, NOT_CURRENT],
      ['x'.repeat(513), NOT_CURRENT],
    ] as const) {
      const before = await rows('SELECT * FROM passwords');
      const refused = await changePassword(client, OTHER_PASSPHRASE, current);
      const page = await refused.text();
      expect([refused.status, errorAt('current_password', page)]).toEqual([422, words]);
      expect(inputAt('current_password', page)).not.toContain('value=');
      expect(errorAt('password', page)).toBeNull();
      expect(await rows('SELECT * FROM passwords')).toEqual(before);
    }
    expect(breachRequests(), 'nothing leaves before it is right').toHaveLength(1);
    expect(await rows("SELECT count FROM tries WHERE key LIKE 'password/change:%'")).toEqual([
      { count: 1 },
    ]);
    expect((await changePassword(client, OTHER_PASSPHRASE, PASSPHRASE)).status).toBe(303);
  });

  test('twice in one form: refused like none', async () => {
    await withPassword('demo', carla);
    const client = visit('demo');
    await typePassword(client, carla);
    const fields = { password: OTHER_PASSPHRASE, current_password: [PASSPHRASE, PASSPHRASE] };
    const refused = await client.post('/account/password', fields);
    expect(errorAt('current_password', await refused.text())).toBe(TYPE_CURRENT);
  });

  test('missing, and the new one too short: both errors, and no counted try', async () => {
    await withPassword('demo', carla);
    const client = visit('demo');
    await typePassword(client, carla);
    const before = [await dump(), derivations()];
    const page = await (await changePassword(client, 'short')).text();
    expect(errorAt('current_password', page)).toBe(TYPE_CURRENT);
    expect(errorAt('password', page)).toMatch(/^Use at least 15 characters: 10 more characters/);
    const wrong = await (await changePassword(client, 'short', OTHER_PASSPHRASE)).text();
    expect(errorAt('current_password', wrong), 'not judged yet').toBeNull();
    expect([await dump(), derivations()]).toEqual(before);
  });

  async function asksCurrent(browser: Visitor): Promise<boolean> {
    const page = await (await browser.get('/account/password')).text();
    return inputAt('current_password', page) !== '';
  }
});
