import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { LINKS_PER_UNCHECKED_NETWORK } from '../../../worker/limits/mail-rules.ts';
import { minutes } from '../../../worker/values/duration.ts';
import { carla, nobody, olivia } from '../../support/cast.ts';
import { rows } from '../../support/database.ts';
import { TURNSTILE_SECRET } from '../../support/doubles/network.ts';
import type { TurnstileBehaviour } from '../../support/doubles/turnstile.ts';
import { withoutNonce } from '../../support/html.ts';
import { turnstile } from '../../support/network.ts';
import { mailbox, type Visitor, visit } from '../../support/visitor.ts';

const SITE_KEY = '0x4AAAAAAA-site';
const keys = { TURNSTILE_SITE_KEY: SITE_KEY, TURNSTILE_SECRET_KEY: TURNSTILE_SECRET };
const open: Env = { ...env, SIGN_UP: 'open' };
const challenged: Env = { ...open, ...keys };

const HERE = { hostname: 'app.portal.localhost', action: 'sign-in' };
const FIELD = 'cf-turnstile-response';
const CLOUDFLARE = 'https://challenges.cloudflare.com';
/** A network of its own for each test: what is counted by network must not meet other tests' askers. */
const FROM = { headers: { 'cf-connecting-ip': '203.0.113.7' } };
const UNCHECKED = LINKS_PER_UNCHECKED_NETWORK.hour.most;

let names = 0;

/** Another address that nobody has used. */
function stranger(): string {
  names += 1;
  return `stranger-${names}@elsewhere.test`;
}

/** Asks with a token from one network; returns whether a mail came. */
async function ask(token: string | null, email = stranger(), by = visit('app', challenged)) {
  const before = (await mailbox()).length;
  const fields = token === null ? { email } : { email, [FIELD]: token };
  const answer = await by.post('/sign-in/link', fields, FROM);
  expect(answer.status).toBe(303);
  expect(answer.headers.get('location')).toBe('/sign-in/check-email');
  return (await mailbox()).length > before;
}

/** How many of some requests get a mail. */
async function mailed(count: number, token: () => string | null): Promise<number> {
  let mails = 0;
  for (let nth = 0; nth < count; nth += 1) if (await ask(token())) mails += 1;
  return mails;
}

function passedToken(challenge = HERE): string {
  const token = crypto.randomUUID();
  turnstile.passes(token, challenge);
  return token;
}

function cspOf(response: Response): string {
  return response.headers.get('content-security-policy') ?? '';
}

describe('the form of an open sign-up with both keys', () => {
  test('GET: the widget, its script, and a CSP that lets exactly that in', async () => {
    const response = await visit('app', challenged).get('/sign-in?method=link');
    const html = await response.text();
    expect(html).toMatch(
      new RegExp(
        `<form [^>]*action="/sign-in/link".*<div class="cf-turnstile" data-sitekey="${SITE_KEY}" data-action="sign-in"[^>]*></div>.*</form>`,
        's',
      ),
    );
    expect(html).toMatch(
      /<script src="https:\/\/challenges\.cloudflare\.com\/turnstile\/v0\/api\.js" nonce="[^"]+" defer/,
    );
    const csp = cspOf(response);
    expect(csp).toMatch(/script-src 'nonce-[^']+' https:\/\/challenges\.cloudflare\.com;/);
    expect(csp).toContain(`frame-src ${CLOUDFLARE};`);
    expect(csp.split(CLOUDFLARE)).toHaveLength(3);
    expect(html).not.toContain(TURNSTILE_SECRET);
  });

  test('422: the widget again, and what was typed', async () => {
    const response = await visit('app', challenged).post('/sign-in/link', { email: 'not one' });
    const html = await response.text();
    expect(response.status).toBe(422);
    expect(html).toContain('class="cf-turnstile"');
    expect(html).toContain('value="not one"');
    expect(cspOf(response)).toContain(`frame-src ${CLOUDFLARE};`);
  });

  test.each<[string, string, Env, string]>([
    ['a portal', 'demo', challenged, '/sign-in'],
    ['closed sign-up', 'app', { ...env, ...keys }, '/sign-in'],
    ['no keys', 'app', open, '/sign-in'],
    ['check-email', 'app', challenged, '/sign-in/check-email'],
  ])(
    '%s: the page and its headers are byte for byte as without',
    async (_what, host, bindings, path) => {
      const plain: Env = { ...env, SIGN_UP: bindings.SIGN_UP };
      const [given, without] = await Promise.all(
        [bindings, plain].map(async (each) => {
          const visitor = visit(host, each);
          if (path !== '/sign-in') await visitor.post('/sign-in/link', { email: nobody }, FROM);
          const response = await visitor.get(path);
          expect(response.status).toBe(200);
          const csp = cspOf(response).replace(/nonce-[^']+/g, 'nonce');
          return {
            csp,
            html: withoutNonce(await response.text()).replace(/name="page" value="[^"]*"/g, ''),
          };
        }),
      );
      expect(given).toEqual(without);
      expect(given?.html).not.toContain('turnstile');
      expect(given?.csp).not.toContain(CLOUDFLARE);
    },
  );

  test('the form for a password: no widget, no script', async () => {
    const html = await (await visit('app', challenged).get('/sign-in?method=password')).text();
    expect(html).not.toMatch(/turnstile/i);
  });
});

describe('a challenge', () => {
  test('passed: asked of Cloudflare once, with the address of the visitor, and a mail comes', async () => {
    const token = passedToken();
    expect(await ask(token)).toBe(true);
    expect(turnstile.asked).toEqual([
      { secret: TURNSTILE_SECRET, response: token, remoteip: '203.0.113.7' },
    ]);
  });

  test(`not passed: ${UNCHECKED} mails an hour for a network; passed ones still come`, async () => {
    expect(await mailed(UNCHECKED + 3, () => null)).toBe(UNCHECKED);
    expect(turnstile.asked, 'nothing to ask about').toEqual([]);
    expect(await mailed(3, passedToken)).toBe(3);
  });

  test.each<[string, () => string]>([
    ['made up', () => 'made-up'],
    ['of another host', () => passedToken({ ...HERE, hostname: 'evil.example' })],
    ['of a portal', () => passedToken({ ...HERE, hostname: 'demo.portal.localhost' })],
    ['of another form', () => passedToken({ ...HERE, action: 'comment' })],
    ['longer than tokens are', () => 'x'.repeat(2049)],
  ])('a token %s: counts as none', async (_what, token) => {
    expect(await mailed(UNCHECKED + 1, token)).toBe(UNCHECKED);
  });

  test('a token used twice: counts once', async () => {
    const token = passedToken();
    expect(await mailed(UNCHECKED + 2, () => token)).toBe(UNCHECKED + 1);
  });

  test.each<TurnstileBehaviour>(['down', '500', 'html'])(
    'Cloudflare %s: the lower limit for all, and no error for anybody',
    async (behaviour) => {
      turnstile.behaves(behaviour);
      expect(await mailed(UNCHECKED + 2, passedToken)).toBe(UNCHECKED);
    },
  );

  test('Cloudflare silent: the mail does not wait for ever', async () => {
    turnstile.behaves('slow');
    expect(await ask(passedToken())).toBe(true);
  });

  test('the answer: the same, whatever the challenge and whoever has the address', async () => {
    const answers = [];
    for (const email of [nobody, olivia, stranger()]) {
      for (const token of [null, 'made-up', passedToken()]) {
        const fields = token === null ? { email } : { email, [FIELD]: token };
        const answer = await visit('app', challenged).post('/sign-in/link', fields, FROM);
        const cookies = answer.headers.getSetCookie().map((line) => line.replace(/=[^;]*/, ''));
        const csp = cspOf(answer).replace(/nonce-[^']+/g, 'nonce');
        answers.push({
          status: answer.status,
          location: answer.headers.get('location'),
          cookies,
          csp,
          body: await answer.text(),
        });
      }
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test('a browser that has signed in before: keeps its own share without any challenge', async () => {
    const member: Visitor = await visit('app', challenged).signInAs(olivia);
    await member.post('/sign-out');
    await mailed(UNCHECKED + 1, () => null);
    expect(await ask(null, olivia, member)).toBe(true);
    expect(await ask(null, olivia, visit('app', challenged)), 'a stranger there').toBe(false);
  });

  test('a portal, and closed sign-up: nothing is asked, and the lower limit does not hold', async () => {
    const fields = { email: carla, [FIELD]: passedToken() };
    for (let nth = 0; nth < UNCHECKED + 2; nth += 1) {
      await visit('demo', challenged).post('/sign-in/link', fields, FROM);
    }
    await visit('app', { ...env, ...keys }).post('/sign-in/link', { ...fields, email: olivia });
    expect(turnstile.asked).toEqual([]);
    expect(await rows("SELECT 1 FROM tries WHERE key LIKE 'links/unchecked%'")).toEqual([]);
    expect((await mailbox()).filter(({ to }) => to === carla)).toHaveLength(UNCHECKED + 2);
  });
});

test('limits of a network: less without a challenge, within an hour and a day', () => {
  const { hour, day } = LINKS_PER_UNCHECKED_NETWORK;
  expect(hour).toMatchObject({ most: 3, window: minutes(60) });
  expect(day).toMatchObject({ most: 10, window: minutes(60 * 24) });
});
