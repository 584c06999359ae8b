import { describe, expect, test } from 'vitest';
import { beforeStatement } from '../../support/bindings.ts';
import { carla, carlaAtDemo, olivia } from '../../support/cast.ts';
import { rows } from '../../support/database.ts';
import {
  copyOf,
  mailbox,
  typePassword,
  type Visitor,
  visit,
  withPassword,
} from '../../support/visitor.ts';

const MINE = 'seven green otters hum at dusk';
const THEIRS = 'six yellow herons wade at dawn';
const CHANGE = /(insert into|update|delete from) "passwords"/;

function set(browser: Visitor, password: string): Promise<Response> {
  return browser.post('/account/password', { password });
}

function remove(browser: Visitor): Promise<Response> {
  return browser.post('/account/password/removal');
}

/** Which of two passwords opens the door. */
async function opens(host: string, email: string): Promise<string[]> {
  const open: string[] = [];
  for (const password of [MINE, THEIRS]) {
    if ((await typePassword(visit(host), email, password)).status === 303) open.push(password);
  }
  return open;
}

/** The changes that were recorded, and how many notices of them were mailed. */
async function told(): Promise<{ recorded: unknown[]; notices: number }> {
  const kinds = "('password_set', 'password_changed', 'password_removed')";
  const recorded = await rows(
    `SELECT kind FROM activity WHERE kind IN ${kinds} ORDER BY at, rowid`,
  );
  const notices = (await mailbox()).filter(({ subject }) => subject.startsWith('Your password'));
  return { recorded: recorded.map(({ kind }) => kind), notices: notices.length };
}

test.each([
  ['a contact', 'demo', carla],
  ['a member', 'app', olivia],
])(
  'five devices of %s set a first password at once: one wins, and it alone stays',
  async (_who, host, email) => {
    const devices: Visitor[] = [];
    for (let at = 0; at < 5; at += 1) devices.push(await visit(host).signInAs(email));
    const password = (at: number) => `${MINE} ${at}`;
    const answers = await Promise.all(devices.map((device, at) => set(device, password(at))));
    const won = answers.map(({ headers }) => headers.get('location') === '/account/sessions');
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303, 303]);
    expect(won.filter(Boolean)).toHaveLength(1);
    for (const [at, device] of devices.entries()) {
      const alive = (await device.get('/account/password')).status === 200;
      expect(alive, `session ${at}`).toBe(won[at]);
      const typed = await typePassword(visit(host), email, password(at));
      expect(typed.status, `password ${at}`).toBe(won[at] ? 303 : 401);
    }
    expect(await told()).toEqual({ recorded: ['password_set'], notices: 1 });
  },
);

describe('two devices, one just before the other', () => {
  test('both change: the first wins; the other did nothing, and is signed out', async () => {
    await withPassword('demo', carla);
    const first = await visit('demo').signInAs(carla);
    const second = await visit(
      'demo',
      beforeStatement(CHANGE, () => set(first, THEIRS)),
    ).signInAs(carla);
    const late = await set(second, MINE);
    expect([late.status, late.headers.get('location')]).toEqual([303, '/account/password']);
    expect((await second.get('/account/password')).headers.get('location')).toContain('/sign-in');
    expect((await first.get('/account/password')).status).toBe(200);
    expect(await opens('demo', carla)).toEqual([THEIRS]);
    expect(await told()).toEqual({ recorded: ['password_set', 'password_changed'], notices: 2 });
  });

  test('one removes while the other changes: what was changed stays', async () => {
    await withPassword('demo', carla);
    const first = await visit('demo').signInAs(carla);
    const second = await visit(
      'demo',
      beforeStatement(CHANGE, () => set(first, THEIRS)),
    ).signInAs(carla);
    expect((await remove(second)).headers.get('location')).toBe('/account/password');
    expect(await opens('demo', carla)).toEqual([THEIRS]);
    expect(await told()).toEqual({ recorded: ['password_set', 'password_changed'], notices: 2 });
  });

  test('one signs the others out while another of them sets a password: there is none', async () => {
    const first = await visit('demo').signInAs(carla);
    const ending = () => first.post('/account/sessions/revocation');
    const second = await visit('demo', beforeStatement(CHANGE, ending)).signInAs(carla);
    expect((await set(second, MINE)).headers.get('location')).toBe('/account/password');
    expect(await opens('demo', carla)).toEqual([]);
    expect((await first.get('/account/password')).status).toBe(200);
    expect(await told()).toEqual({ recorded: [], notices: 0 });
  });
});

describe('two tabs of one session', () => {
  /** A tab, and what the other tab of the same browser does while its form is under way. */
  function tabsOf(client: Visitor, other: (tab: Visitor) => Promise<Response>): Visitor {
    return copyOf(
      client,
      beforeStatement(CHANGE, () => other(copyOf(client))),
    );
  }

  async function expectTold(tab: Visitor, answer: Response): Promise<void> {
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account/password']);
    const page = await tab.get('/account/password');
    expect(page.status, 'the session goes on').toBe(200);
    expect(await page.text()).toContain(
      'Your password was changed elsewhere meanwhile. Nothing was done here.',
    );
  }

  test('both set the first one: one wins, and the other tab says so', async () => {
    const client = await visit('demo').signInAs(carla);
    const tab = tabsOf(client, (other) => set(other, THEIRS));
    await expectTold(tab, await set(tab, MINE));
    expect(await opens('demo', carla)).toEqual([THEIRS]);
    expect(await told()).toEqual({ recorded: ['password_set'], notices: 1 });
  });

  test('both change it: one wins, and the other tab says so', async () => {
    const client = await withPassword('app', olivia);
    const tab = tabsOf(client, (other) => set(other, THEIRS));
    await expectTold(tab, await set(tab, MINE));
    expect(await opens('app', olivia)).toEqual([THEIRS]);
    expect(await told()).toEqual({ recorded: ['password_set', 'password_changed'], notices: 2 });
  });

  test('one changes it just after the other removed it: it stays removed', async () => {
    const client = await withPassword('demo', carla);
    const tab = tabsOf(client, remove);
    await expectTold(tab, await set(tab, MINE));
    expect(await opens('demo', carla)).toEqual([]);
    expect(await told()).toEqual({ recorded: ['password_set', 'password_removed'], notices: 2 });
  });

  test('both remove it: it is removed once', async () => {
    const client = await withPassword('demo', carla);
    const tab = tabsOf(client, remove);
    await expectTold(tab, await remove(tab));
    expect(await told()).toEqual({ recorded: ['password_set', 'password_removed'], notices: 2 });
  });

  test('one signs out while the other saves: there is no password', async () => {
    const client = await visit('demo').signInAs(carla);
    const tab = tabsOf(client, (other) => other.post('/sign-out'));
    expect((await set(tab, MINE)).headers.get('location')).toBe('/account/password');
    expect(await opens('demo', carla)).toEqual([]);
    expect(await told()).toEqual({ recorded: [], notices: 0 });
  });
});

describe('a change by the freelancer while a password is being saved', () => {
  test.each([
    ['access off', `/w/demo/contacts/${carlaAtDemo}/portal-access`, { enabled: 'off' }],
    ['another address', `/w/demo/contacts/${carlaAtDemo}`, { name: 'C', email: 'next@acme.test' }],
    ['deleted', `/w/demo/contacts/${carlaAtDemo}/deletion`, {}],
  ])('%s: no password is saved', async (_what, path, fields) => {
    const owner = await visit('app').signInAs(olivia);
    let status = 0;
    const bindings = beforeStatement(CHANGE, async () => {
      status = (await owner.post(path, fields)).status;
    });
    const client = await visit('demo', bindings).signInAs(carla);
    expect((await set(client, MINE)).headers.get('location')).toBe('/account/password');
    expect(status, 'it happened').toBe(303);
    expect(await rows('SELECT id FROM passwords')).toEqual([]);
    expect((await client.get('/account/password')).status).not.toBe(200);
    expect(await told()).toEqual({ recorded: [], notices: 0 });
  });
});
