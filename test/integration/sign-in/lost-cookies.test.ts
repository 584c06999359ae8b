import { describe, expect, test } from 'vitest';
import { minutes } from '../../../worker/values/duration.ts';
import { carla, olivia, PASSPHRASE } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { NO_REQUEST } from '../../support/links.ts';
import { linkIn } from '../../support/mail.ts';
import { mailbox, type Visitor, visit, withPassword } from '../../support/visitor.ts';

const NOT_KEPT = 'If you have just signed in, your browser did not keep the cookie';
const FORM = '<form class="stack" method="post" action="/sign-in/link"';

describe.each(['demo', 'app'])('a browser that keeps no cookies, at %s', (host) => {
  const email = host === 'demo' ? carla : olivia;

  test('asking: the next page says so, with the form, and stays', async () => {
    const browser = withoutCookies(host);
    const asked = await browser.post('/sign-in/link', { email });
    expect(asked.headers.get('location')).toBe('/sign-in/check-email');
    const page = await browser.get('/sign-in/check-email');
    expect([page.status, page.headers.get('location')]).toEqual([200, null]);
    const text = await page.text();
    expect(text).toContain(NO_REQUEST);
    expect(text).toContain('allow cookies for this site and ask again');
    expect(text).toContain(FORM);
  });

  test('typing a code: leads to the page that says so', async () => {
    const browser = withoutCookies(host);
    const typed = await browser.post('/sign-in/code', { code: 'AAAAAA' });
    expect([typed.status, typed.headers.get('location')]).toEqual([303, '/sign-in/check-email']);
  });

  test('pressing the button of a link: the sign-in page says so', async () => {
    await visit(host).ask(email);
    const link = linkIn((await mailbox())[0]);
    const browser = withoutCookies(host);
    const end = await followed(browser, await browser.post(link), link);
    expect(end).toContain(NOT_KEPT);
    expect(end).toContain(FORM);
  });

  test('signing in with a password: the sign-in page says so', async () => {
    await withPassword(host, email);
    for (const from of ['/sign-in', '/sign-in/password', '/sign-in?method=password']) {
      const browser = withoutCookies(host);
      const signedIn = await browser.post('/sign-in/password', { email, password: PASSPHRASE });
      expect(await followed(browser, signedIn, browser.origin + from), from).toContain(NOT_KEPT);
    }
  });

  test('and sends no referrer: fetch metadata tell', async () => {
    const headers = { 'sec-fetch-site': 'same-origin' };
    const page = await withoutCookies(host).get('/sign-in?next=%2F', { headers });
    expect(await page.text()).toContain(NOT_KEPT);
  });
});

describe('no word of cookies', () => {
  test.each<[string, string, Record<string, string>]>([
    ['the address typed', '/sign-in', {}],
    ['the portal opened for the first time', '/sign-in?next=%2F', {}],
    ['from a bookmark', '/sign-in?next=%2F', { 'sec-fetch-site': 'none' }],
    ['from web mail', '/sign-in?next=%2F', { 'sec-fetch-site': 'cross-site' }],
    [
      'from another site that calls its page the same',
      '/sign-in?next=%2F',
      { referer: 'https://evil.example/sign-in' },
    ],
    [
      'from a sibling',
      '/sign-in?next=%2F',
      { referer: 'http://rival.portal.localhost/sign-in', 'sec-fetch-site': 'same-site' },
    ],
    ['from a page of the portal', '/sign-in?next=%2F', { referer: at('/account/sessions') }],
    ['the other method chosen', '/sign-in?next=%2F&method=link', { referer: at('/sign-in') }],
    ['from a used link', '/sign-in', { referer: at('/sign-in/link/x') }],
    ['a referrer of junk', '/sign-in?next=%2F', { referer: '%%%' }],
  ])('%s', async (_how, path, headers) => {
    const page = await (await visit('demo').get(path, { headers })).text();
    expect(page).not.toMatch(/cookie/);
  });

  test('a browser that keeps them, and uses another address', async () => {
    const browser = visit('demo');
    await browser.ask(carla);
    const headers = { referer: at('/sign-in/check-email') };
    const page = await browser.get('/sign-in?next=%2F', { headers });
    expect(await page.text()).not.toMatch(/cookie/);
  });
});

test('asked longer than a day ago: the same true sentence', async () => {
  const browser = visit('demo');
  await browser.ask(carla);
  expect(await (await browser.get('/sign-in/check-email')).text()).toContain(carla);
  moveClock(minutes(24 * 60 + 1));
  const page = await browser.get('/sign-in/check-email');
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining(NO_REQUEST)]);
});

test('signed in: check-email leads on, without a request as well', async () => {
  const browser = await visit('demo').signInAs(carla);
  browser.cookies.delete('__Host-asking');
  const page = await browser.get('/sign-in/check-email');
  expect([page.status, page.headers.get('location')]).toEqual([303, '/']);
});

function at(path: string): string {
  return `http://demo.portal.localhost${path}`;
}

/** A browser that drops every cookie. */
function withoutCookies(host: string): Visitor {
  const visitor = visit(host);
  visitor.cookies.set = () => visitor.cookies;
  return visitor;
}

/** Follows redirects as a browser does, which names the page with the form as the referrer; returns the last page. */
async function followed(browser: Visitor, answer: Response, referer: string): Promise<string> {
  let response = answer;
  for (let steps = 0; steps < 5; steps++) {
    const location = response.headers.get('location');
    if (location === null) return response.text();
    response = await browser.get(location, { headers: { referer } });
  }
  throw new Error('it goes round');
}
