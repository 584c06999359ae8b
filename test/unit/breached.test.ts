import { describe, expect, test, vi } from 'vitest';
import { type Breach, lookUpBreach } from '../../worker/passwords/breached.ts';
import { breached, breachRequests, breachService } from '../support/network.ts';

describe('lookUpBreach', () => {
  test('finds a password that has been in a breach, and clears one that has not', async () => {
    breached('correct horse battery staple');
    expect(await lookUpBreach('correct horse battery staple')).toBe<Breach>('breached');
    expect(await lookUpBreach('correct horse battery stable')).toBe<Breach>('clear');
  });

  test('five hexadecimal characters leave the machine, padded answers are asked for, and no more', async () => {
    const password = 'nobody listens at this door';
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

  test('a line with a count of nought is padding, and no hit', async () => {
    const password = 'padded with a look-alike';
    const suffix = (await sha1(password)).slice(5);
    answer(`${'0'.repeat(35)}:3\r\n${suffix}:0\r\n${'F'.repeat(35)}:1`);
    expect(await lookUpBreach(password)).toBe<Breach>('clear');
  });

  test.each([
    ['the first line', (suffix: string) => `${suffix}:7\r\n${'F'.repeat(35)}:0`],
    ['the last line', (suffix: string) => `${'0'.repeat(35)}:0\r\n${suffix}:7`],
    ['a line that ends in a line feed alone', (suffix: string) => `${suffix}:7\nx`],
    ['a line seen ten times', (suffix: string) => `${suffix}:10\r\n`],
  ])('%s counts', async (what, body) => {
    const password = `a breached one in ${what}`;
    answer(body((await sha1(password)).slice(5)));
    expect(await lookUpBreach(password)).toBe<Breach>('breached');
  });

  test('the same password however it was typed is the same look-up', async () => {
    breached('caf\u00e9 au lait, encore');
    expect(await lookUpBreach('cafe\u0301 au lait, encore')).toBe<Breach>('breached');
  });

  test('the second look-up of a prefix asks nobody, even when the service is down by then', async () => {
    breached('asked for once a day');
    expect(await lookUpBreach('asked for once a day')).toBe<Breach>('breached');
    breachService('down');
    expect(await lookUpBreach('asked for once a day')).toBe<Breach>('breached');
    expect(breachRequests()).toHaveLength(1);
  });

  test.each(['down', 'slow', '500', 'html'] as const)(
    'a service that is %s: unknown within two seconds, and asked again when it is back',
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

  test('an empty answer is no answer: every prefix has hundreds of lines', async () => {
    answer('');
    expect(await lookUpBreach('an empty range is none')).toBe<Breach>('unknown');
  });
});

/** Have I Been Pwned answers with this, whatever it is asked. */
function answer(body: string): void {
  vi.mocked(fetch).mockImplementation(async () => new Response(body));
}

async function sha1(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text));
  const digits = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0'));
  return digits.join('').toUpperCase();
}
