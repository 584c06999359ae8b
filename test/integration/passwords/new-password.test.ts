import { env } from 'cloudflare:workers';
import { describe, expect, test, vi } from 'vitest';
import { carla, olivia, PASSPHRASE } from '../../support/cast.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { dump, rows } from '../../support/database.ts';
import { derivations } from '../../support/doubles/pbkdf2.ts';
import { errorAt, inputAt } from '../../support/html.ts';
import { breached, breachRequests, breachService } from '../../support/network.ts';
import { changePassword } from '../../support/passwords.ts';
import { typePassword, type Visitor, visit } from '../../support/visitor.ts';

describe('a new password that is refused beside its field', () => {
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
  ])('a contact’s, %s: nothing changes', async (_what, password, words) => {
    const client = await visit('demo').signInAs(carla);
    await expectRefused(client, password, words);
  });

  test.each([
    ['the name', 'Olivia Owner 1234', /^Most of this is “olivia”/],
    ['the workspace of the member', 'Demo Studio 2026', /^Most of this is “studio”/],
    ['ours', 'LatchkeyLatchkey', /^Most of this is “latchkey”/],
  ])('a member’s, %s: nothing changes', async (_what, password, words) => {
    await expectRefused(await visit('app').signInAs(olivia), password, words);
  });

  test('two fields named password: nothing changes', async () => {
    const client = await visit('demo').signInAs(carla);
    const twice = await client.post('/account/password', { password: [PASSPHRASE, PASSPHRASE] });
    expect([twice.status, errorAt('password', await twice.text())]).toEqual([
      422,
      'Type the new password.',
    ]);
    expect(await rows('SELECT id FROM passwords')).toEqual([]);
  });

  test('one from a breach: nothing changes', async () => {
    const password = 'stolen from somewhere else';
    breached(password);
    const client = await visit('demo').signInAs(carla);
    const refused = await changePassword(client, password);
    expect(errorAt('password', await refused.text())).toMatch(
      /^This password is in lists of passwords stolen elsewhere/,
    );
    expect([refused.status, breachRequests().length, derivations()]).toEqual([422, 1, 0]);
    expect(await rows('SELECT id FROM passwords')).toEqual([]);
    expect((await changePassword(client, PASSPHRASE)).status, 'another one').toBe(303);
  });

  async function expectRefused(client: Visitor, password: string, words: string | RegExp) {
    const [before, derived] = [await dump(), derivations()];
    const refused = await changePassword(client, password);
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

describe('the look-up of breaches', () => {
  test.each(['down', 'slow', '500', 'html'] as const)(
    'a service that is %s: the password is accepted, and one line is logged',
    async (fault) => {
      const password = `chosen while it is ${fault} today`;
      breached(password);
      breachService(fault);
      expectConsoleError(/"breach look-up failed"/);
      const client = await visit('demo').signInAs(carla);
      const log = vi.spyOn(console, 'error');
      expect((await changePassword(client, password)).status).toBe(303);
      expect(log).toHaveBeenCalledTimes(1);
      expect(String(log.mock.calls[0])).not.toContain(password);
      expect((await typePassword(visit('demo'), carla, password)).status).toBe(303);
    },
  );

  test('switched off: no request, and nothing logged', async () => {
    const password = 'stolen, and nobody looks';
    breached(password);
    const client = await visit('demo', { ...env, BREACH_CHECK: 'off' }).signInAs(carla);
    expect((await changePassword(client, password)).status).toBe(303);
    expect(breachRequests()).toEqual([]);
  });
});
