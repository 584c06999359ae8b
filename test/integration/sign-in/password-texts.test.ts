import { describe, expect, test, vi } from 'vitest';
import { carla, PASSPHRASE } from '../../support/cast.ts';
import { dump } from '../../support/database.ts';
import { derivations } from '../../support/doubles/pbkdf2.ts';
import { errorAt } from '../../support/html.ts';
import { OTHER_PASSPHRASE } from '../../support/passwords.ts';
import { typePassword, visit, withPassword } from '../../support/visitor.ts';

describe('an unusual password', () => {
  test.each(['/sign-in/password', '/account/password'])(
    'of a megabyte, POST %s: 413, and nothing is hashed',
    async (path) => {
      const client = await visit('demo').signInAs(carla);
      const before = await dump();
      const huge = { email: carla, password: 'x'.repeat(1024 * 1024) };
      expect((await client.post(path, huge)).status).toBe(413);
      const current = { password: PASSPHRASE, current_password: 'x'.repeat(1024 * 1024) };
      expect((await client.post(path, current)).status).toBe(413);
      expect(derivations()).toBe(0);
      expect(await dump()).toEqual(before);
    },
  );

  test('of sixty thousand characters: refused by its length, and not hashed', async () => {
    const client = await visit('demo').signInAs(carla);
    const password = 'x'.repeat(60_000);
    expect((await typePassword(visit('demo'), carla, password)).status).toBe(422);
    const set = await client.post('/account/password', { password });
    expect([set.status, errorAt('password', await set.text())]).toEqual([
      422,
      'Use at most 512 characters.',
    ]);
    expect(derivations()).toBe(0);
  });

  // Sixty kilobytes of combining marks took 0.7 s to normalise: more than any hash, and counted by nothing.
  test('of thousands of combining marks: refused in every field, not normalised', async () => {
    await withPassword('demo', carla);
    const client = visit('demo');
    await typePassword(client, carla);
    await client.ask(carla);
    const marks = `a${'\u0301'.repeat(15_000)}${'\u0316'.repeat(15_000)}`;
    const normalize = vi.spyOn(String.prototype, 'normalize');
    const before = derivations();
    for (const [path, fields] of [
      ['/sign-in/password', `email=${carla}&password=${marks}`],
      ['/sign-in/code', `code=${marks}`],
      ['/account/password', `password=${marks}`],
      ['/account/password', `password=${OTHER_PASSPHRASE}&current_password=${marks}`],
    ] as const) {
      // unescaped, so that as much as possible fits into a form
      const headers = {
        origin: client.origin,
        'content-type': 'application/x-www-form-urlencoded',
      };
      const request = { method: 'POST', headers, body: fields };
      const refused = await client.send(new Request(`${client.origin}${path}`, request));
      expect(refused.status, path).toBe(422);
    }
    const longest = Math.max(...normalize.mock.contexts.map((text) => String(text).length));
    expect(longest).toBeLessThan(2049);
    expect(derivations()).toBe(before);
  });

  test.each([
    ['64 characters', 'a long one of sixty-four'.padEnd(64, 'q')],
    ['128 characters', 'a long one'.padEnd(128, 'qz')],
    ['512 emoji', '🐟🦑'.repeat(256)],
    ['spaces at both ends', '  five purple tunas  '],
    ['markup', '"><script>alert(1)</script>'],
    ['form syntax', 'a+b=c&password=%41%00&d'],
    ['line breaks', 'five purple\r\ntunas sing'],
    ['right-to-left marks', 'five \u202epurple\u2066 tunas'],
  ])('%s: works, and not with a character less', async (_what, password) => {
    await withPassword('demo', carla, password);
    expect((await typePassword(visit('demo'), carla, password)).status).toBe(303);
    const shorter = Array.from(password).slice(0, -1).join('');
    expect((await typePassword(visit('demo'), carla, shorter)).status).toBe(401);
  });

  test('with a NUL inside: the NUL counts as a character', async () => {
    await withPassword('demo', carla, 'five purple\0tunas sing');
    expect((await typePassword(visit('demo'), carla, 'five purple')).status).toBe(401);
    expect((await typePassword(visit('demo'), carla, 'five purple\0herons')).status).toBe(401);
    expect((await typePassword(visit('demo'), carla, 'five purple\0tunas sing')).status).toBe(303);
  });

  test('set composed, typed decomposed: the same password', async () => {
    await withPassword('demo', carla, 'caf\u00e9 au lait, encore');
    const typed = await typePassword(visit('demo'), carla, 'cafe\u0301 au lait, encore');
    expect(typed.status).toBe(303);
  });
});
