import { describe, expect, test } from 'vitest';
import { beforeStatement } from '../../support/bindings.ts';
import { carla, carlaAtDemo, olivia } from '../../support/cast.ts';
import { changeCarlaEmail } from '../../support/contacts.ts';
import { rows } from '../../support/database.ts';
import { OTHER_PASSPHRASE } from '../../support/passwords.ts';
import { SESSION } from '../../support/sessions.ts';
import { typePassword, type Visitor, visit, withPassword } from '../../support/visitor.ts';

describe('a change between the check of a right password and its session', () => {
  test.each<[string, (client: Visitor, owner: Visitor) => Promise<Response>]>([
    ['changed', (client) => client.post('/account/password', { password: OTHER_PASSPHRASE })],
    ['removed', (client) => client.post('/account/password/removal')],
    [
      'access switched off',
      (_client, owner) =>
        owner.post(`/w/demo/contacts/${carlaAtDemo}/portal-access`, { enabled: 'off' }),
    ],
    ['address changed', (_client, owner) => changeCarlaEmail(owner, 'successor@acme.test')],
    ['deleted', (_client, owner) => owner.post(`/w/demo/contacts/${carlaAtDemo}/deletion`)],
  ])('%s: refused in the usual words, and no session starts', async (_what, change) => {
    const client = await withPassword('demo', carla);
    const owner = await visit('app').signInAs(olivia);
    let changed = 0;
    const bindings = beforeStatement(/insert into "sessions"/, async () => {
      changed = (await change(client, owner)).status;
    });
    const browser = visit('demo', bindings);
    const typed = await typePassword(browser, carla);
    expect([changed, typed.status]).toEqual([303, 401]);
    expect(await typed.text()).toContain('This email address and password do not match.');
    expect(browser.cookies.has(SESSION)).toBe(false);
    expect(await rows("SELECT id FROM sessions WHERE method = 'password'")).toEqual([]);
    expect(await rows("SELECT id FROM activity WHERE detail LIKE '%password%'")).toEqual([]);
  });

  test('password changed, for a member: refused, and no session starts', async () => {
    const owner = await withPassword('app', olivia);
    const bindings = beforeStatement(/insert into "sessions"/, () =>
      owner.post('/account/password', { password: OTHER_PASSPHRASE }),
    );
    expect((await typePassword(visit('app', bindings), olivia)).status).toBe(401);
    expect(await rows("SELECT id FROM sessions WHERE method = 'password'")).toEqual([]);
    expect((await typePassword(visit('app'), olivia, OTHER_PASSPHRASE)).status).toBe(303);
  });
});
