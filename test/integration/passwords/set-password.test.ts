import { env } from 'cloudflare:workers';
import { describe, expect, test, vi } from 'vitest';
import { hours, minutes, seconds } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo, olivia, oliviaId, PASSPHRASE } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { dump, epochAndSessions, rows } from '../../support/database.ts';
import { derivations } from '../../support/doubles/pbkdf2.ts';
import { errorAt, inputAt, refusedWords } from '../../support/html.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { breached, breachRequests, breachService } from '../../support/network.ts';
import { mailbox, typePassword, type Visitor, visit, withPassword } from '../../support/visitor.ts';

const OTHER = 'six yellow herons wade at dawn';
const TYPE_CURRENT = 'Type your current password.';
const NOT_CURRENT = 'That isn’t your current password.';

const BOTH = [
  { who: 'a contact', host: 'demo', email: carla, id: carlaAtDemo, brand: 'Demo Studio' },
  { who: 'a member', host: 'app', email: olivia, id: oliviaId, brand: 'Latchkey' },
];

/** What the page that a change leads to says of it. */
async function flashAfter(browser: Visitor, response: Response): Promise<string | undefined> {
  const page = await browser.get(response.headers.get('location') ?? '');
  return /role="status">([^<]*)</.exec(await page.text())?.[1];
}

function change(browser: Visitor, password: string, current_password?: string): Promise<Response> {
  const fields = current_password === undefined ? { password } : { password, current_password };
  return browser.post('/account/password', fields);
}

describe.each(BOTH)('$who sets a password', ({ host, email, id, brand }) => {
  test('with nothing but the password: others are out, links are void, this one goes on', async () => {
    const other = await visit(host).signInAs(email);
    const client = await visit(host).signInAs(email);
    const asking = visit(host);
    const link = linkIn(await asking.ask(email));
    const { epoch } = { ...(await epochAndSessions(id)) };

    const form = await (await client.get('/account/password')).text();
    expect(form).toContain('<h1>Set a password</h1>');
    expect(inputAt('current_password', form)).toBe('');
    expect(inputAt('password', form)).toContain('autocomplete="new-password"');
    expect(form).toMatch(
      new RegExp(`<input [^>]*autocomplete="username"[^>]*value="${email}"[^>]*hidden`),
    );
    expect(form).not.toContain('/account/password/removal');

    const set = await change(client, PASSPHRASE);
    expect([set.status, set.headers.get('location')]).toEqual([303, '/account/sessions']);
    expect(await flashAfter(client, set)).toBe(
      'Your password is set. 1 other device was signed out. Links mailed before no longer work.',
    );
    expect((await client.get('/account/password')).status, 'this one').toBe(200);
    expect((await other.get('/account/password')).status, 'the other').toBe(303);
    expect((await asking.get(link)).status, 'the link').toBe(410);
    expect((await typePassword(visit(host), email)).status).toBe(303);

    expect(
      await rows(
        'SELECT ended_by FROM sessions WHERE ? IN (contact_id, member_id) ORDER BY rowid',
        id,
      ),
    ).toEqual([{ ended_by: 'password' }, { ended_by: null }, { ended_by: null }]);
    expect(await epochAndSessions(id)).toMatchObject({ epoch: Number(epoch) + 1 });
    expect(
      await rows(
        "SELECT kind FROM activity WHERE kind LIKE 'password%' AND ? IN (contact_id, member_id)",
        id,
      ),
    ).toEqual([{ kind: 'password_set' }]);
  });

  test('and changes it: the page says what it is now, and the old one is refused', async () => {
    const client = await withPassword(host, email);
    const other = visit(host);
    await typePassword(other, email);
    const form = await (await client.get('/account/password')).text();
    expect(form).toContain('<h1>Update password</h1>');
    expect(form).toContain('href="/account/password/removal"');

    const changed = await change(client, OTHER);
    expect(await flashAfter(client, changed)).toBe(
      'Your password is changed. 1 other device was signed out. Links mailed before no longer work.',
    );
    expect((await other.get('/account/password')).status).toBe(303);
    expect((await typePassword(visit(host), email)).status, 'the old one').toBe(401);
    expect((await typePassword(visit(host), email, OTHER)).status, 'the new one').toBe(303);
    expect(await rows('SELECT ? IN (contact_id, member_id) AS theirs FROM passwords', id)).toEqual([
      { theirs: 1 },
    ]);
    expect(
      await rows("SELECT kind FROM activity WHERE kind LIKE 'password%' ORDER BY at, rowid"),
    ).toEqual([{ kind: 'password_set' }, { kind: 'password_changed' }]);
  });

  test('and a notice goes to the stored address each time, with nothing secret in it', async () => {
    const client = await visit(host).signInAs(email);
    const before = (await mailbox()).length;
    await change(client, PASSPHRASE);
    await change(client, OTHER);
    await client.post('/account/password/removal');
    const notices = (await mailbox()).slice(0, -before).reverse();
    expect(notices.map(({ to, subject }) => [to, subject])).toEqual([
      [email, `Your password for ${brand} was set`],
      [email, `Your password for ${brand} was changed`],
      [email, `Your password for ${brand} was removed`],
    ]);
    for (const [at, { from, text, html }] of notices.entries()) {
      const what = ['set', 'changed', 'removed'][at];
      expect(from.name).toBe(brand);
      expect(text).toContain(`It was ${what} for ${email} at ${host}.portal.localhost on `);
      expect(text).toContain('All other devices were signed out, and sign-in links mailed before');
      expect(text).toContain('Wasn’t you? Sign in by link');
      for (const body of [text, html]) {
        expect(body).not.toMatch(/five purple|six yellow|pbkdf2|\/sign-in\/link\/|Your code is/);
        const links = body.match(/https?:\/\/[^\s"<]+/g) ?? [];
        expect(new Set(links)).toEqual(new Set([`${client.origin}/account/password`]));
      }
    }
  });
});

test('set where no other device is signed in: the page speaks of links alone', async () => {
  const client = await visit('demo').signInAs(carla);
  expect(await flashAfter(client, await change(client, PASSPHRASE))).toBe(
    'Your password is set. Links mailed before no longer work.',
  );
});

test('what the notice says of the device is seen, not claimed: no words of the sender', async () => {
  const client = await visit('demo').signInAs(carla);
  const headers = { 'user-agent': 'Call +1 900 EVIL https://evil.test/ now' };
  await client.post('/account/password', { password: PASSPHRASE }, { headers });
  const [notice] = await mailbox();
  expect(notice?.subject).toBe('Your password for Demo Studio was set');
  expect(notice?.text).not.toMatch(/evil|900/i);
});

test('the freelancer reads of it on the card', async () => {
  const client = await withPassword('demo', carla);
  await change(client, OTHER);
  await client.post('/account/password/removal');
  const owner = await visit('app').signInAs(olivia);
  const card = await (await owner.get(`/w/demo/contacts/${carlaAtDemo}`)).text();
  const told = ['Removed the password', 'Changed the password', 'Set a password'];
  expect(told.map((words) => card.includes(words))).toEqual([true, true, true]);
  expect(card).toContain('Not set: signs in by link');
});

describe('the current password', () => {
  test.each<[string, (asking: Visitor) => Promise<unknown>]>([
    ['link', (asking) => asking.signInAs(carla)],
    [
      'code',
      async (asking) => asking.post('/sign-in/code', { code: codeIn(await asking.ask(carla)) }),
    ],
  ])(
    'is not asked of who came by %s within ten minutes, and is from then on',
    async (_how, comeIn) => {
      await withPassword('demo', carla);
      moveClock(0);
      const client = visit('demo');
      await comeIn(client);
      moveClock(minutes(10) - seconds(1));
      expect(await asksCurrent(client)).toBe(false);
      expect((await change(client, OTHER)).status).toBe(303);

      moveClock(seconds(1));
      expect(await asksCurrent(client)).toBe(true);
      const refused = await change(client, PASSPHRASE);
      expect([refused.status, errorAt('current_password', await refused.text())]).toEqual([
        422,
        TYPE_CURRENT,
      ]);
      expect((await change(client, PASSPHRASE, OTHER)).status).toBe(303);
    },
  );

  test.each(BOTH)('is always asked of $who who came by password', async ({ host, email }) => {
    await withPassword(host, email);
    const client = visit(host);
    await typePassword(client, email);
    expect(await asksCurrent(client)).toBe(true);
    for (const [current, words] of [
      [undefined, TYPE_CURRENT],
      ['', TYPE_CURRENT],
      [OTHER, NOT_CURRENT],
      [`${PASSPHRASE} `, NOT_CURRENT],
      ['x'.repeat(513), NOT_CURRENT],
    ] as const) {
      const before = await rows('SELECT * FROM passwords');
      const refused = await change(client, OTHER, current);
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
    expect((await change(client, OTHER, PASSPHRASE)).status).toBe(303);
  });

  test('twice in one form is none', async () => {
    await withPassword('demo', carla);
    const client = visit('demo');
    await typePassword(client, carla);
    const fields = { password: OTHER, current_password: [PASSPHRASE, PASSPHRASE] };
    const refused = await client.post('/account/password', fields);
    expect(errorAt('current_password', await refused.text())).toBe(TYPE_CURRENT);
  });

  test('missing, and a new one too short: both are said at once, and no try is counted', async () => {
    await withPassword('demo', carla);
    const client = visit('demo');
    await typePassword(client, carla);
    const before = [await dump(), derivations()];
    const page = await (await change(client, 'short')).text();
    expect(errorAt('current_password', page)).toBe(TYPE_CURRENT);
    expect(errorAt('password', page)).toMatch(/^Use at least 15 characters: 10 more characters/);
    const wrong = await (await change(client, 'short', OTHER)).text();
    expect(errorAt('current_password', wrong), 'not judged yet').toBeNull();
    expect([await dump(), derivations()]).toEqual(before);
  });

  async function asksCurrent(browser: Visitor): Promise<boolean> {
    const page = await (await browser.get('/account/password')).text();
    return inputAt('current_password', page) !== '';
  }
});

describe('a new password is refused beside its field, and nothing changes:', () => {
  test.each([
    ['none', '', 'Type the new password.'],
    ['14 characters', 'five purple tu', /^Use at least 15 characters: 1 more character\. /],
    ['513 characters', `${'xq'.repeat(256)}x`, 'Use at most 512 characters.'],
    ['a common one', 'WorldOfWarcraft', /^This is one of the passwords that most people think of/],
    ['the name', 'CarlaClient12345', /^Most of this is “carlaclient”, which anybody/],
    ['the address', 'client@demo.test!!', /^Most of this is “client”, which anybody/],
    ['the company', 'Acme Corp - Acme Corp', /^Most of this is “acme”, which anybody/],
    ['the workspace', 'Demo Studio 2026', /^Most of this is “studio”, which anybody/],
    ['the slug', 'demodemodemodemo', /^Most of this is “demo”, which anybody/],
  ])('a contact’s: %s', async (_what, password, words) => {
    const client = await visit('demo').signInAs(carla);
    await expectRefused(client, password, words);
  });

  test.each([
    ['the name', 'Olivia Owner 1234', /^Most of this is “olivia”/],
    ['the workspace of the member', 'Demo Studio 2026', /^Most of this is “studio”/],
    ['ours', 'LatchkeyLatchkey', /^Most of this is “latchkey”/],
  ])('a member’s: %s', async (_what, password, words) => {
    await expectRefused(await visit('app').signInAs(olivia), password, words);
  });

  test('two fields named password', async () => {
    const client = await visit('demo').signInAs(carla);
    const twice = await client.post('/account/password', { password: [PASSPHRASE, PASSPHRASE] });
    expect([twice.status, errorAt('password', await twice.text())]).toEqual([
      422,
      'Type the new password.',
    ]);
    expect(await rows('SELECT id FROM passwords')).toEqual([]);
  });

  test('one that has been in a breach', async () => {
    const password = 'stolen from somewhere else';
    breached(password);
    const client = await visit('demo').signInAs(carla);
    const refused = await change(client, password);
    expect(errorAt('password', await refused.text())).toMatch(
      /^This password is in lists of passwords stolen elsewhere/,
    );
    expect([refused.status, breachRequests().length, derivations()]).toEqual([422, 1, 0]);
    expect(await rows('SELECT id FROM passwords')).toEqual([]);
    expect((await change(client, PASSPHRASE)).status, 'another one').toBe(303);
  });

  async function expectRefused(client: Visitor, password: string, words: string | RegExp) {
    const [before, derived] = [await dump(), derivations()];
    const refused = await change(client, password);
    const page = await refused.text();
    expect(refused.status).toBe(422);
    expect(errorAt('password', page)).toMatch(words);
    expect(inputAt('password', page)).toContain('password-error');
    expect(inputAt('password', page)).not.toContain('value=');
    if (password !== '') expect(page).not.toContain(password);
    expect(derivations()).toBe(derived);
    expect(await dump()).toEqual(before);
  }
});

describe('when breaches cannot be looked up', () => {
  test.each(['down', 'slow', '500', 'html'] as const)(
    'because the service is %s: the password is accepted, and one line is logged',
    async (fault) => {
      const password = `chosen while it is ${fault} today`;
      breached(password);
      breachService(fault);
      expectConsoleError(/"breach look-up failed"/);
      const client = await visit('demo').signInAs(carla);
      const log = vi.spyOn(console, 'error');
      expect((await change(client, password)).status).toBe(303);
      expect(log).toHaveBeenCalledTimes(1);
      expect(String(log.mock.calls[0])).not.toContain(password);
      expect((await typePassword(visit('demo'), carla, password)).status).toBe(303);
    },
  );

  test('because they are switched off: nobody is asked, and nothing logged', async () => {
    const password = 'stolen, and nobody looks';
    breached(password);
    const client = await visit('demo', { ...env, BREACH_CHECK: 'off' }).signInAs(carla);
    expect((await change(client, password)).status).toBe(303);
    expect(breachRequests()).toEqual([]);
  });
});

test('an account sets ten an hour: the eleventh costs no work, no look-up and no mail', async () => {
  const client = await visit('demo').signInAs(carla);
  moveClock(0);
  for (let at = 1; at <= 10; at += 1) {
    expect((await change(client, `${PASSPHRASE} ${at}`)).status).toBe(303);
  }
  const before = [await dump(), derivations(), breachRequests().length];
  const eleventh = await change(client, `${PASSPHRASE} 11`);
  expect(eleventh.status).toBe(429);
  expect(eleventh.headers.get('retry-after')).toBe('3600');
  expect(refusedWords(await eleventh.text())).toBe(
    'Those were many changes in a row. Try again in 1 hour.',
  );
  expect([await dump(), derivations(), breachRequests().length]).toEqual(before);
  expect((await typePassword(visit('demo'), carla, `${PASSPHRASE} 10`)).status).toBe(303);
  const another = await visit('app').signInAs(olivia);
  expect((await change(another, PASSPHRASE)).status, 'somebody else’s').toBe(303);

  moveClock(hours(1));
  expect((await change(client, OTHER, `${PASSPHRASE} 10`)).status).toBe(303);
});
