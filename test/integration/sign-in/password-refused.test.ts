import { describe, expect, test } from 'vitest';
import { POLICY } from '../../../worker/passwords/password-hash.ts';
import { watchBindings } from '../../support/bindings.ts';
import {
  carla,
  carlaAtRival,
  lars,
  larsAtDemo,
  nobody,
  olivia,
  PASSPHRASE,
  rita,
} from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { epochAndSessions, rows } from '../../support/database.ts';
import { derivations } from '../../support/doubles/pbkdf2.ts';
import { escaped, inputAt, refusedWords, withoutNonce } from '../../support/html.ts';
import { answerTo, typePassword, visit, withPassword } from '../../support/visitor.ts';

const WRONG = 'This email address and password do not match. Try again, or ask for a sign-in link.';

describe('a refused password', () => {
  /** All that a visitor can tell of one try, and what it cost us before the answer. */
  async function tryOnce(host: string, email: string, password: string) {
    const { bindings, calls } = watchBindings();
    const { origin } = visit(host);
    const request = new Request(`${origin}/sign-in/password`, {
      method: 'POST',
      headers: { origin, 'cf-connecting-ip': '192.0.2.7' },
      body: new URLSearchParams({ email, password, next: '/projects' }),
    });
    await rows('DELETE FROM tries');
    const before = derivations();
    const { response, settled } = await answerTo(request, bindings);
    const asked = [...calls];
    const derived = derivations() - before;
    await settled();
    const page = withoutNonce(await response.text());
    return {
      status: response.status,
      headers: [...response.headers].map(([name, value]) => [
        name,
        value.replace(/'nonce-[^']+'/g, 'nonce'),
      ]),
      page: page.replaceAll(escaped(email), 'the address'),
      asked,
      askedAfterwards: calls.length - asked.length,
      derived,
      written: await rows('SELECT count, paused_until FROM tries ORDER BY key'),
    };
  }

  // CVE-2022-41697 (Ghost): a sign-in form that told known addresses from unknown ones.
  test('whatever is wrong with it: the same answer for the same work', async () => {
    await withPassword('demo', carla);
    const owner = await visit('app').signInAs(olivia);
    const dora = { name: 'Dora', email: 'dora@acme.test', portal_access: 'on' };
    await owner.post('/w/demo/contacts', dora);
    await owner.post(`/w/demo/contacts/${larsAtDemo}/portal-access`, { enabled: 'on' });
    await withPassword('demo', lars);
    await owner.post(`/w/demo/contacts/${larsAtDemo}/portal-access`, { enabled: 'off' });
    const sessions = await rows('SELECT * FROM sessions');
    moveClock(0);

    const unknown = await tryOnce('demo', nobody, PASSPHRASE);
    expect(unknown.status).toBe(401);
    expect(refusedWords(unknown.page)).toBe(WRONG);
    expect(unknown.derived).toBe(POLICY.rounds);
    expect(unknown.asked.filter((call) => call === 'DB.batch')).toHaveLength(2);
    expect(unknown.askedAfterwards).toBe(0);
    expect(unknown.written.map(({ count }) => count)).toEqual([1, 1]);
    expect(unknown.headers.map(([name]) => name)).not.toContain('set-cookie');

    for (const [what, email, password] of [
      ['known, without a password', dora.email, PASSPHRASE],
      ['wrong', carla, 'six yellow tunas sing at noon'],
      ['nearly right', carla, `${PASSPHRASE} `],
      ['access off, the right one', lars, PASSPHRASE],
      ['access off, a wrong one', lars, 'six yellow tunas sing at noon'],
      ['a member’s, on a portal', olivia, PASSPHRASE],
    ] as const) {
      expect(await tryOnce('demo', email, password), what).toEqual(unknown);
    }
    expect(await rows('SELECT * FROM sessions')).toEqual(sessions);
  });

  test('right at another workspace: the same answer as for an unknown address', async () => {
    await withPassword('demo', carla);
    const owner = await visit('app').signInAs(rita);
    await owner.post(`/w/rival/contacts/${carlaAtRival}/portal-access`, { enabled: 'on' });
    moveClock(0);
    const unknown = await tryOnce('rival', nobody, PASSPHRASE);
    expect(unknown.status).toBe(401);
    expect(await tryOnce('rival', carla, PASSPHRASE)).toEqual(unknown);
    expect(await epochAndSessions(carlaAtRival)).toEqual({ epoch: 0, sessions: 0 });
  });

  test('unknown, wrong or a contact’s, on the admin host: the same answer', async () => {
    await withPassword('app', olivia);
    await withPassword('demo', carla);
    moveClock(0);
    const unknown = await tryOnce('app', nobody, PASSPHRASE);
    expect([unknown.status, unknown.derived]).toEqual([401, POLICY.rounds]);
    expect(await tryOnce('app', olivia, 'six yellow tunas sing at noon'), 'wrong').toEqual(unknown);
    expect(await tryOnce('app', rita, PASSPHRASE), 'without a password').toEqual(unknown);
    expect(await tryOnce('app', carla, PASSPHRASE), 'a contact’s').toEqual(unknown);
  });

  test('the form: keeps the address and next, and never the password', async () => {
    const typed = await typePassword(visit('demo'), carla, PASSPHRASE, { next: '/projects' });
    const page = await typed.text();
    expect(typed.status).toBe(401);
    expect(inputAt('email', page)).toContain(`value="${carla}"`);
    expect(page).toContain('name="next" value="/projects"');
    expect(inputAt('password', page)).toContain('aria-describedby="form-error"');
    expect(inputAt('password', page)).not.toContain('value=');
    expect(page).not.toContain(PASSPHRASE);
  });
});
