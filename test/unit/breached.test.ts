import { describe, expect, test, vi } from 'vitest';
import { type Breach, lookUpBreach } from '../../worker/passwords/breached.ts';
import { breached, breachRequests, breachService } from '../support/network.ts';

describe('lookUpBreach', () => {
  test('a password in a breach: breached; another one: clear', async () => {
    breached('correct horse battery staple');
    expect(await lookUpBreach('correct horse battery staple')).toBe<Breach>('breached');
    expect(await lookUpBreach('correct horse battery stable')).toBe<Breach>('clear');
  });

  test('the request: five hexadecimal characters and a header that asks for padding', async () => {
    const password = 'nobody reads this password';
    const digest = await sha1(password);
    await lookUpBreach(password);
    const [request, ...others] = breachRequests();
    expect(others).toEqual([]);
    expect(request?.url).toBe(`https://api.pwnedpasswords.com/range/${digest.slice(0, 5)}`);
    expect([request?.method, request?.body]).toEqual(['GET', null]);
    expect(Object.fromEntries(request?.headers ?? [])).toEqual({
      'add-padding': 'true',
      'user-agent': 'latchkey',
    });
  });

  test('a line with a count of 0: padding, so clear', async () => {
    const password = 'padded with a look-alike';
    const suffix = (await sha1(password)).slice(5);
    answer(`${'0'.repeat(35)}:3\r\n${suffix}:0\r\n${'F'.repeat(35)}:1`);
    expect(await lookUpBreach(password)).toBe<Breach>('clear');
  });

  test.each([
    ['the first line', (suffix: string) => `${suffix}:7\r\n${'F'.repeat(35)}:0`],
    ['the last line', (suffix: string) => `${'0'.repeat(35)}:0\r\n${suffix}:7`],
    ['a line that ends in a line feed alone', (suffix: string) => `${suffix}:7\nx`],
    ['a line with a count of ten', (suffix: string) => `${suffix}:10\r\n`],
  ])('%s: breached', async (what, body) => {
    const password = `a breached one in ${what}`;
    answer(body((await sha1(password)).slice(5)));
    expect(await lookUpBreach(password)).toBe<Breach>('breached');
  });

  test('a password typed with other code points: the same look-up', async () => {
    breached('caf\u00e9 au lait, encore');
    expect(await lookUpBreach('cafe\u0301 au lait, encore')).toBe<Breach>('breached');
  });

  test('the second look-up of a prefix: from the cache, also while the service is down', async () => {
    breached('asked for once a day');
    expect(await lookUpBreach('asked for once a day')).toBe<Breach>('breached');
    breachService('down');
    expect(await lookUpBreach('asked for once a day')).toBe<Breach>('breached');
    expect(breachRequests()).toHaveLength(1);
  });

  test.each(['down', 'slow', '500', 'html'] as const)(
    'a service that is %s: unknown within two seconds, and not cached',
    async (fault) => {
      const password = `while the service is ${fault}`;
      breached(password);
      breachService(fault);
      const started = performance.now();
      expect(await lookUpBreach(password)).toBe<Breach>('unknown');
      expect(performance.now() - started).toBeLessThan(2000);
      expect(breachRequests()).toHaveLength(1);
      breachService('up');
      expect(await lookUpBreach(password)).toBe<Breach>('breached');
    },
  );

  test('an empty answer: unknown, because every prefix has hundreds of lines', async () => {
    answer('');
    expect(await lookUpBreach('an empty range is none')).toBe<Breach>('unknown');
  });
});

/** Lets Have I Been Pwned answer every request with a body. */
function answer(body: string): void {
  vi.mocked(fetch).mockImplementation(async () => new Response(body));
}

async function sha1(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text));
  const digits = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0'));
  return digits.join('').toUpperCase();
}
