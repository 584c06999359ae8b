import { describe, expect, test } from 'vitest';
import { carla, carlaAtDemo, PASSPHRASE } from '../../support/cast.ts';
import { dump, rows } from '../../support/database.ts';
import { errorAt } from '../../support/html.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { OTHER_PASSPHRASE } from '../../support/passwords.ts';
import { SESSION } from '../../support/sessions.ts';
import { typePassword, type Visitor, visit, withPassword } from '../../support/visitor.ts';

// CVE-2026-114607 (Better Auth): one kind of token submitted where another belongs.
describe('a secret of one kind in the place of another', () => {
  /** Everything of carla's that is secret, or stands for something that is. */
  async function everythingOf(client: Visitor, asking: Visitor) {
    const mail = await asking.ask(carla);
    const [stored] = await rows('SELECT id, hash FROM passwords');
    const [session] = await rows('SELECT id FROM sessions ORDER BY created_at DESC');
    return {
      mail,
      secrets: {
        code: codeIn(mail),
        'code in small letters': codeIn(mail).toLowerCase(),
        'link token': linkIn(mail).split('/').at(-1) ?? '',
        'whole link': linkIn(mail),
        'session cookie': client.cookies.get(SESSION) ?? '',
        'asking cookie': asking.cookies.get('__Host-asking') ?? '',
        'stored hash': String(stored?.hash),
        'password id': String(stored?.id),
        'session id': String(session?.id),
        'contact id': carlaAtDemo,
      },
    };
  }

  test('a code, token, cookie, hash or id as a password: refused', async () => {
    const client = await withPassword('demo', carla);
    const asking = visit('demo');
    const { mail, secrets } = await everythingOf(client, asking);
    for (const [what, secret] of Object.entries(secrets)) {
      await rows('DELETE FROM tries');
      expect(secret.length, what).toBeGreaterThan(5);
      const browser = visit('demo');
      expect((await typePassword(browser, carla, secret)).status, what).toBe(401);
      expect(browser.cookies.has(SESSION), what).toBe(false);
    }
    expect(await rows("SELECT id FROM sessions WHERE method = 'password'")).toEqual([]);
    expect((await asking.get(linkIn(mail))).status, 'nor was the link used up').toBe(303);
  });

  test('a code, token, cookie, hash or id as the current password: refused', async () => {
    const client = await withPassword('demo', carla);
    const { secrets } = await everythingOf(client, visit('demo'));
    const byPassword = visit('demo');
    await typePassword(byPassword, carla);
    const before = await rows('SELECT * FROM passwords');
    for (const [what, current_password] of Object.entries(secrets)) {
      await rows('DELETE FROM tries');
      const fields = { password: OTHER_PASSPHRASE, current_password };
      const refused = await byPassword.post('/account/password', fields);
      expect(refused.status, what).toBe(422);
    }
    expect(await rows('SELECT * FROM passwords')).toEqual(before);
  });

  test('a password, its hash or its id as a code, link or session: refused', async () => {
    await withPassword('demo', carla);
    const [stored] = await rows('SELECT id, hash FROM passwords');
    const asking = visit('demo');
    const mail = await asking.ask(carla);
    const before = await dump();
    for (const secret of [PASSPHRASE, String(stored?.id), String(stored?.hash)]) {
      const typed = await asking.post('/sign-in/code', { code: secret });
      expect([typed.status, errorAt('code', await typed.text()) === null]).toEqual([422, false]);
      for (const path of [`/sign-in/link/${encodeURIComponent(secret)}`]) {
        expect((await asking.get(path)).status, path).toBe(404);
        expect((await asking.post(path)).status, path).toBe(404);
      }
      const thief = visit('demo');
      thief.cookies.set(SESSION, encodeURIComponent(secret));
      expect((await thief.get('/')).status).toBe(303);
    }
    expect(await dump()).toEqual(before);
    expect((await asking.post('/sign-in/code', { code: codeIn(mail) })).status).toBe(303);
  });
});
