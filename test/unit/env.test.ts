import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { parseSettings } from '../../worker/env.ts';
import { carla, olivia } from '../support/cast.ts';
import { expectConsoleError } from '../support/console-errors.ts';
import { dump } from '../support/database.ts';
import { linkIn } from '../support/mail.ts';
import { visit } from '../support/visitor.ts';

const LONG = 'x'.repeat(32);
/** A part of each faulty value. No fault message may contain it. */
const LEAK = 'leak-of-a-value';

type Overrides = Record<string, unknown>;

/** The bindings of the tests, with some replaced, or removed by `undefined`. */
function withSettings(overrides: Overrides): Env {
  return { ...env, ...overrides };
}

const PRODUCTION = { ROOT_DOMAIN: 'clientportal.example', MAIL_TRANSPORT: 'mailchannels' };

const FAULTS: [string, Overrides, RegExp][] = [
  ['ROOT_DOMAIN missing', { ROOT_DOMAIN: undefined }, /^ROOT_DOMAIN: is missing$/],
  ['ROOT_DOMAIN blank', { ROOT_DOMAIN: '' }, /^ROOT_DOMAIN: /],
  ['ROOT_DOMAIN with a scheme', { ROOT_DOMAIN: `https://${LEAK}.test` }, /^ROOT_DOMAIN: must be/],
  ['ROOT_DOMAIN with a path', { ROOT_DOMAIN: `${LEAK}.test/x` }, /^ROOT_DOMAIN: must be/],
  ['ROOT_DOMAIN in capitals', { ROOT_DOMAIN: 'Portal.localhost' }, /^ROOT_DOMAIN: must be/],
  ['ROOT_DOMAIN a bare word', { ROOT_DOMAIN: 'localhost' }, /^ROOT_DOMAIN: must be/],
  ['ROOT_DOMAIN a wildcard', { ROOT_DOMAIN: `*.${LEAK}.test` }, /^ROOT_DOMAIN: must be/],
  ['MAIL_TRANSPORT missing', { MAIL_TRANSPORT: undefined }, /^MAIL_TRANSPORT: is missing$/],
  ['MAIL_TRANSPORT unknown', { MAIL_TRANSPORT: LEAK }, /^MAIL_TRANSPORT: must be/],
  [
    'MAIL_TRANSPORT the outbox on a real domain',
    { ROOT_DOMAIN: 'clientportal.example' },
    /^MAIL_TRANSPORT: "outbox" is for development/,
  ],
  [
    'MAIL_TRANSPORT the outbox on a domain that only looks local',
    { ROOT_DOMAIN: 'portal.localhost.clientportal.example' },
    /^MAIL_TRANSPORT: "outbox" is for development/,
  ],
  ['MAIL_FROM missing', { MAIL_FROM: undefined }, /^MAIL_FROM: is missing$/],
  ['MAIL_FROM with a name', { MAIL_FROM: `Me <${LEAK}@x.test>` }, /^MAIL_FROM: must be one/],
  [
    'MAILS_PER_DAY too few',
    { MAILS_PER_DAY: '49' },
    /^MAILS_PER_DAY: must be a whole number from 50/,
  ],
  ['MAILS_PER_DAY no number', { MAILS_PER_DAY: LEAK }, /^MAILS_PER_DAY: must be a whole number/],
  ['MAILS_PER_DAY a fraction', { MAILS_PER_DAY: '99.5' }, /^MAILS_PER_DAY: must be a whole number/],
  [
    'MAILS_PER_DAY in another notation',
    { MAILS_PER_DAY: '1e3' },
    /^MAILS_PER_DAY: must be a whole/,
  ],
  ['SIGN_UP missing', { SIGN_UP: undefined }, /^SIGN_UP: is missing$/],
  ['SIGN_UP unknown', { SIGN_UP: LEAK }, /^SIGN_UP: must be/],
  ['OWNER_EMAIL missing', { OWNER_EMAIL: undefined }, /^OWNER_EMAIL: is missing$/],
  ['OWNER_EMAIL a list', { OWNER_EMAIL: `a@${LEAK}.test,b@x.test` }, /^OWNER_EMAIL: must be one/],
  ['SESSION_SECRET missing', { SESSION_SECRET: undefined }, /^SESSION_SECRET: is missing$/],
  ['SESSION_SECRET short', { SESSION_SECRET: LEAK }, /^SESSION_SECRET: must have 32/],
  ['SESSION_SECRET of 31', { SESSION_SECRET: LONG.slice(1) }, /^SESSION_SECRET: must have 32/],
  [
    'SESSION_SECRET short in second place',
    { SESSION_SECRET: `${LONG},${LEAK}` },
    /^SESSION_SECRET: must have 32/,
  ],
  [
    'SESSION_SECRET with a space',
    { SESSION_SECRET: `${LEAK} ${LONG}` },
    /^SESSION_SECRET: must be visible ASCII/,
  ],
  ['PASSWORD_PEPPER missing', { PASSWORD_PEPPER: undefined }, /^PASSWORD_PEPPER: is missing$/],
  ['PASSWORD_PEPPER blank', { PASSWORD_PEPPER: '' }, /^PASSWORD_PEPPER: is missing$/],
  ['PASSWORD_PEPPER short', { PASSWORD_PEPPER: LEAK }, /^PASSWORD_PEPPER: must have 32/],
  ['PASSWORD_PEPPER of 31', { PASSWORD_PEPPER: LONG.slice(1) }, /^PASSWORD_PEPPER: must have 32/],
  [
    'PASSWORD_PEPPER short in second place',
    { PASSWORD_PEPPER: `${LONG},${LEAK}` },
    /^PASSWORD_PEPPER: must have 32/,
  ],
  [
    'PASSWORD_PEPPER with nothing behind its comma',
    { PASSWORD_PEPPER: `${LONG},` },
    /^PASSWORD_PEPPER: must be visible ASCII/,
  ],
  [
    'PASSWORD_PEPPER with a space',
    { PASSWORD_PEPPER: `${LEAK} ${LONG}` },
    /^PASSWORD_PEPPER: must be visible ASCII/,
  ],
  // an operator who writes "false" means off, so another word must not count as on
  ['PASSWORDS neither on nor off', { PASSWORDS: LEAK }, /^PASSWORDS: must be "on" or "off"$/],
  ['PASSWORDS in capitals', { PASSWORDS: 'OFF' }, /^PASSWORDS: must be "on" or "off"$/],
  ['PASSWORDS blank', { PASSWORDS: '' }, /^PASSWORDS: must be "on" or "off"$/],
  ['BREACH_CHECK neither on nor off', { BREACH_CHECK: LEAK }, /^BREACH_CHECK: must be "on" or/],
  [
    'MAILCHANNELS_API_KEY missing where it is needed',
    { ...PRODUCTION, MAILCHANNELS_API_KEY: undefined },
    /^MAILCHANNELS_API_KEY: is missing$/,
  ],
  ['DB missing', { DB: undefined }, /^DB: the binding is missing$/],
  ['TOKENS missing', { TOKENS: undefined }, /^TOKENS: the binding is missing$/],
  ['BURST missing', { BURST: undefined }, /^BURST: the binding is missing$/],
  ['MAIL_RETRY missing', { MAIL_RETRY: undefined }, /^MAIL_RETRY: the binding is missing$/],
  [
    'EMAIL missing where it is needed',
    { ...PRODUCTION, MAIL_TRANSPORT: 'cloudflare', EMAIL: undefined },
    /^EMAIL: the binding is missing$/,
  ],
  [
    'TURNSTILE_SECRET_KEY missing beside its other half',
    { TURNSTILE_SITE_KEY: LEAK },
    /^TURNSTILE_SECRET_KEY: is missing, while TURNSTILE_SITE_KEY is set$/,
  ],
  [
    'TURNSTILE_SITE_KEY missing beside its other half',
    { TURNSTILE_SECRET_KEY: LEAK },
    /^TURNSTILE_SITE_KEY: is missing, while TURNSTILE_SECRET_KEY is set$/,
  ],
  [
    'TURNSTILE_SITE_KEY with quotation marks',
    { TURNSTILE_SITE_KEY: `"${LEAK}"`, TURNSTILE_SECRET_KEY: LONG },
    /^TURNSTILE_SITE_KEY: must be the key/,
  ],
  [
    'MAILCHANNELS_URL on a real domain',
    { ...PRODUCTION, MAILCHANNELS_URL: `https://${LEAK}.test` },
    /^MAILCHANNELS_URL: is for development/,
  ],
];

describe('parseSettings', () => {
  test.each(FAULTS)(
    '%s: one fault, with its name and without its value',
    (_what, overrides, fault) => {
      const parsed = parseSettings(withSettings(overrides));
      if (parsed.ok) throw new Error('no fault was found');
      expect(parsed.faults.filter((each) => !fault.test(each))).toEqual([]);
      expect(parsed.faults).toHaveLength(1);
      expect(parsed.faults.join('\n')).not.toContain(LEAK);
    },
  );

  test('no settings: each one is named once', () => {
    const nothing = Object.fromEntries(Object.keys(env).map((name) => [name, undefined]));
    const parsed = parseSettings(withSettings(nothing));
    const names = parsed.ok ? [] : parsed.faults.map((fault) => fault.split(':')[0]);
    expect(names.toSorted()).toEqual([
      'BURST',
      'DB',
      'MAIL_FROM',
      'MAIL_RETRY',
      'MAIL_TRANSPORT',
      'OWNER_EMAIL',
      'PASSWORD_PEPPER',
      'ROOT_DOMAIN',
      'SESSION_SECRET',
      'SIGN_UP',
      'TOKENS',
    ]);
  });

  test('no secrets: all three are named at once', () => {
    const secrets = { SESSION_SECRET: undefined, PASSWORD_PEPPER: undefined };
    const faulty = { ...PRODUCTION, ...secrets, MAILCHANNELS_API_KEY: undefined };
    expect(parseSettings(withSettings(faulty))).toEqual({
      ok: false,
      faults: [
        'SESSION_SECRET: is missing',
        'PASSWORD_PEPPER: is missing',
        'MAILCHANNELS_API_KEY: is missing',
      ],
    });
  });

  test('PASSWORDS and BREACH_CHECK: on unless they are switched off', () => {
    const unsaid = { PASSWORDS: undefined, BREACH_CHECK: undefined };
    expect(parseSettings(withSettings(unsaid))).toMatchObject({
      ok: true,
      settings: { passwords: true, breachCheck: true },
    });
    expect(parseSettings(withSettings({ PASSWORDS: 'off' }))).toMatchObject({
      ok: true,
      settings: { passwords: false, breachCheck: true },
    });
    expect(parseSettings(withSettings({ BREACH_CHECK: 'off' }))).toMatchObject({
      ok: true,
      settings: { passwords: true, breachCheck: false },
    });
  });

  test('PASSWORDS off: the pepper is still required, for stored passwords', () => {
    const parsed = parseSettings(withSettings({ PASSWORDS: 'off', PASSWORD_PEPPER: undefined }));
    expect(parsed).toEqual({ ok: false, faults: ['PASSWORD_PEPPER: is missing'] });
  });

  test('the outbox on a real domain: named next to other faults', () => {
    const faulty = { ROOT_DOMAIN: 'clientportal.example', SIGN_UP: 'maybe' };
    const parsed = parseSettings(withSettings(faulty));
    expect(parsed.ok ? [] : parsed.faults).toEqual([
      expect.stringMatching(/^SIGN_UP: /),
      expect.stringMatching(/^MAIL_TRANSPORT: "outbox"/),
    ]);
  });

  test('secrets: in the order of the list; scheme: http only below .localhost', () => {
    const secrets = `${LONG}, ${LONG.replaceAll('x', 'y')}`;
    const given = { ...PRODUCTION, SESSION_SECRET: secrets, PASSWORD_PEPPER: secrets };
    expect(parseSettings(withSettings(given))).toMatchObject({
      ok: true,
      settings: {
        scheme: 'https:',
        development: false,
        sessionSecrets: [LONG, LONG.replaceAll('x', 'y')],
        passwordPeppers: [LONG, LONG.replaceAll('x', 'y')],
      },
    });
    const here = parseSettings(withSettings({ ROOT_DOMAIN: 'portal.localhost:8787' }));
    expect(here).toMatchObject({ ok: true, settings: { scheme: 'http:', development: true } });
  });

  test('MAIL_TRANSPORT cloudflare: no key of MailChannels is needed', () => {
    const cloudflare = { ...PRODUCTION, MAIL_TRANSPORT: 'cloudflare' };
    const parsed = parseSettings(withSettings({ ...cloudflare, MAILCHANNELS_API_KEY: undefined }));
    expect(parsed).toMatchObject({ ok: true, settings: { mailTransport: 'cloudflare' } });
  });

  test.each([
    ['mailchannels', '', 100],
    ['cloudflare', '', 100],
    ['mailchannels', undefined, 100],
    ['mailchannels', '5000', 5000],
  ])('MAILS_PER_DAY of %s, set to %j: %i', (transport, MAILS_PER_DAY, expected) => {
    const settings = { ...PRODUCTION, MAIL_TRANSPORT: transport, MAILS_PER_DAY };
    const parsed = parseSettings(withSettings(settings));
    expect(parsed.ok && parsed.settings.mailsPerDay).toBe(expected);
  });

  test('Turnstile: off without keys, on with both', () => {
    expect(parseSettings(withSettings({}))).toMatchObject({ settings: { turnstile: null } });
    const both = { TURNSTILE_SITE_KEY: '0x4A-b', TURNSTILE_SECRET_KEY: '0x4A-c' };
    expect(parseSettings(withSettings(both))).toMatchObject({
      ok: true,
      settings: { turnstile: { siteKey: '0x4A-b', secretKey: '0x4A-c' } },
    });
  });

  test('OWNER_EMAIL: compared by the key of the address', () => {
    const parsed = parseSettings(withSettings({ OWNER_EMAIL: 'You@Example.COM' }));
    expect(parsed).toMatchObject({ ok: true, settings: { ownerEmailKey: 'you@example.com' } });
  });
});

describe('a Worker with faulty settings', () => {
  test.each(FAULTS)('%s: 500 with the fault, on every path', async (_what, overrides, fault) => {
    expectConsoleError(/^Latchkey is not set up: 1 fault in its settings\.\n- /);
    const bindings = withSettings(overrides);
    for (const path of ['/', '/sign-in', '/healthz', '/dev/mail', '/dev/mail.json']) {
      const response = await visit('app', bindings).get(path);
      const body = await response.text();
      expect(response.status).toBe(500);
      expect(response.headers.get('content-type')).toContain('text/plain');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(body.split('\n- ')[1]?.trim()).toMatch(fault);
      expect(body).not.toContain(LEAK);
      expect(body).not.toContain(env.SESSION_SECRET);
      expect(body).not.toContain(env.PASSWORD_PEPPER);
    }
  });

  test('a valid session and a valid link: refused, and valid again afterwards', async () => {
    const member = await visit('app').signInAs(olivia);
    const link = linkIn(await visit('demo').ask(carla));
    const before = await dump();

    expectConsoleError(/^Latchkey is not set up: 2 faults/);
    const broken = withSettings({ SIGN_UP: undefined, SESSION_SECRET: 'short' });
    const there = visit('app', broken);
    for (const [name, value] of member.cookies) there.cookies.set(name, value);
    const admin = await there.get('/w/demo');
    expect(admin.status).toBe(500);
    expect(await admin.text()).toBe(
      'Latchkey is not set up: 2 faults in its settings.\n' +
        '- SIGN_UP: is missing\n- SESSION_SECRET: must have 32 characters or more, each of the list\n',
    );
    const opened = await visit('demo', broken).post(new URL(link).pathname);
    expect([opened.status, opened.headers.getSetCookie()]).toEqual([500, []]);
    expect(await dump()).toEqual(before);

    expect((await member.get('/w/demo')).status).toBe(200);
    expect((await visit('demo').post(new URL(link).pathname)).status).toBe(303);
  });
});
