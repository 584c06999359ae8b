import { describe, expect, test } from 'vitest';
import { hours } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo, olivia, PASSPHRASE } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { dump, epochAndSessions, rows } from '../../support/database.ts';
import { derivations } from '../../support/doubles/pbkdf2.ts';
import { inputAt, refusedWords } from '../../support/html.ts';
import { linkIn } from '../../support/mail.ts';
import { breachRequests } from '../../support/network.ts';
import { BOTH, changePassword, OTHER_PASSPHRASE } from '../../support/passwords.ts';
import { mailbox, typePassword, type Visitor, visit, withPassword } from '../../support/visitor.ts';

/** What the page that a change leads to says of it. */
async function flashAfter(browser: Visitor, response: Response): Promise<string | undefined> {
  const page = await browser.get(response.headers.get('location') ?? '');
  return /role="status">([^<]*)</.exec(await page.text())?.[1];
}

describe.each(BOTH)('$who sets a password', ({ host, email, id, brand }) => {
  test('the first one: other devices are signed out, and links are void', async () => {
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

    const set = await changePassword(client, PASSPHRASE);
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

  test('another one: the page says so, and the old one is refused', async () => {
    const client = await withPassword(host, email);
    const other = visit(host);
    await typePassword(other, email);
    const form = await (await client.get('/account/password')).text();
    expect(form).toContain('<h1>Update password</h1>');
    expect(form).toContain('href="/account/password/removal"');

    const changed = await changePassword(client, OTHER_PASSPHRASE);
    expect(await flashAfter(client, changed)).toBe(
      'Your password is changed. 1 other device was signed out. Links mailed before no longer work.',
    );
    expect((await other.get('/account/password')).status).toBe(303);
    expect((await typePassword(visit(host), email)).status, 'the old one').toBe(401);
    expect((await typePassword(visit(host), email, OTHER_PASSPHRASE)).status, 'the new one').toBe(
      303,
    );
    expect(await rows('SELECT ? IN (contact_id, member_id) AS theirs FROM passwords', id)).toEqual([
      { theirs: 1 },
    ]);
    expect(
      await rows("SELECT kind FROM activity WHERE kind LIKE 'password%' ORDER BY at, rowid"),
    ).toEqual([{ kind: 'password_set' }, { kind: 'password_changed' }]);
  });

  test('each time: a notice to the stored address, with nothing secret in it', async () => {
    const client = await visit(host).signInAs(email);
    const before = (await mailbox()).length;
    await changePassword(client, PASSPHRASE);
    await changePassword(client, OTHER_PASSPHRASE);
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

test('a password set with no other device signed in: the page names links only', async () => {
  const client = await visit('demo').signInAs(carla);
  expect(await flashAfter(client, await changePassword(client, PASSPHRASE))).toBe(
    'Your password is set. Links mailed before no longer work.',
  );
});

test('the notice about a device: repeats no word of the User-Agent', async () => {
  const client = await visit('demo').signInAs(carla);
  const headers = { 'user-agent': 'Call +1 900 EVIL https://evil.test/ now' };
  await client.post('/account/password', { password: PASSPHRASE }, { headers });
  const [notice] = await mailbox();
  expect(notice?.subject).toBe('Your password for Demo Studio was set');
  expect(notice?.text).not.toMatch(/evil|900/i);
});

test('set, changed, removed: each is on the contact’s card', async () => {
  const client = await withPassword('demo', carla);
  await changePassword(client, OTHER_PASSPHRASE);
  await client.post('/account/password/removal');
  const owner = await visit('app').signInAs(olivia);
  const card = await (await owner.get(`/w/demo/contacts/${carlaAtDemo}`)).text();
  const told = ['Removed the password', 'Changed the password', 'Set a password'];
  expect(told.map((words) => card.includes(words))).toEqual([true, true, true]);
  expect(card).toContain('Not set: signs in by link');
});

test('an eleventh password in an hour: refused without work, look-up or mail', async () => {
  const client = await visit('demo').signInAs(carla);
  moveClock(0);
  for (let at = 1; at <= 10; at += 1) {
    expect((await changePassword(client, `${PASSPHRASE} ${at}`)).status).toBe(303);
  }
  const before = [await dump(), derivations(), breachRequests().length];
  const eleventh = await changePassword(client, `${PASSPHRASE} 11`);
  expect(eleventh.status).toBe(429);
  expect(eleventh.headers.get('retry-after')).toBe('3600');
  expect(refusedWords(await eleventh.text())).toBe(
    'Those were many changes in a row. Try again in 1 hour.',
  );
  expect([await dump(), derivations(), breachRequests().length]).toEqual(before);
  expect((await typePassword(visit('demo'), carla, `${PASSPHRASE} 10`)).status).toBe(303);
  const another = await visit('app').signInAs(olivia);
  expect((await changePassword(another, PASSPHRASE)).status, 'somebody else’s').toBe(303);

  moveClock(hours(1));
  expect((await changePassword(client, OTHER_PASSPHRASE, `${PASSPHRASE} 10`)).status).toBe(303);
});
