import http from 'node:http';
import type { Browser } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Server } from '../support/browser/server.ts';
import { askFor, newMail, openProfile, press } from '../support/browser/walk.ts';
import { withServer } from '../support/browser/with-server.ts';
import { linkIn } from '../support/mail.ts';

// Browsers whose settings or extensions keep something back: the origin of a form, or cookies.

let server: Server;
let browser: Browser;

withServer((started) => {
  ({ server, browser } = started);
});

test('our own page under a referrer policy of none: its form, with Origin null, is accepted', async () => {
  const { context, page } = await openProfile(browser);
  const signIn = `${server.origin('demo')}/sign-in`;
  await context.route(signIn, async (route) => {
    const { body, headers } = await server.get('demo', '/sign-in');
    const policy = String(headers['content-security-policy']);
    await route.fulfill({
      contentType: 'text/html',
      headers: { 'content-security-policy': policy, 'referrer-policy': 'no-referrer' },
      body,
    });
  });
  await page.goto(signIn);
  await page.getByLabel('Email').fill('client@demo.test');
  const answer = await press(page, 'Sign in');
  expect(await answer.request().headerValue('origin')).toBe('null');
  expect(new URL(page.url()).pathname).toBe('/sign-in/check-email');
  await context.close();
});

test.each([
  ['our own page in a sandbox', 'demo'],
  ['a sibling under a referrer policy of none', 'rival'],
])('a form of %s: refused', async (what, host) => {
  const { context, page } = await openProfile(browser);
  const target = `${server.origin('demo')}/sign-in/link`;
  const lure = `${server.origin(host)}/lure`;
  const form = `<form method="post" action="${target}"><input name="email" value="client@demo.test"><button>Go</button></form>`;
  const policy = what.includes('sandbox')
    ? { 'content-security-policy': 'sandbox allow-forms' }
    : { 'referrer-policy': 'no-referrer' };
  await context.route(lure, (route) =>
    route.fulfill({ contentType: 'text/html', headers: policy, body: form }),
  );
  const before = (await server.mailbox()).length;
  await page.goto(lure);
  const answer = await press(page, 'Go');
  expect(answer.status()).toBe(403);
  expect(await answer.request().headerValue('origin')).toBe('null');
  expect((await server.mailbox()).length).toBe(before);
  await context.close();
});

test('a browser that keeps no cookies: both pages say so, and nothing goes round', async () => {
  const proxy = await withoutCookies(server.port);
  const { context, page } = await openProfile(browser, { proxy: { server: proxy.address } });
  const before = (await server.mailbox()).length;
  await page.goto(`${server.origin('demo')}/sign-in`);
  await page.getByLabel('Email').fill('client@demo.test');
  await press(page, 'Sign in');
  await page.getByText('This browser remembers no request for a sign-in link').waitFor();
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();

  await page.goto(linkIn(await newMail(server, before)));
  await press(page, 'Sign in on this device');
  await page.getByText('your browser did not keep the cookie').waitFor();
  expect(new URL(page.url()).pathname).toBe('/sign-in');
  await context.close();
  proxy.close();
});

test('a browser that keeps cookies: no page says otherwise', async () => {
  const { context, page } = await openProfile(browser);
  await askFor(server, page, 'demo', 'client@demo.test');
  await page.getByRole('link', { name: 'Use another address' }).click();
  await page.getByRole('link', { name: 'Password', exact: true }).click();
  await page.goto(`${server.origin('demo')}/`);
  expect(await page.getByText(/cookie/).count()).toBe(0);
  await context.close();
});

/** A proxy in front of the server that drops every cookie that is set, as a browser does whose cookies are switched off. */
async function withoutCookies(port: number): Promise<{ address: string; close: () => void }> {
  const proxy = http.createServer((asked, answer) => {
    const { pathname, search } = new URL(asked.url ?? '');
    const { method, headers } = asked;
    const options = { host: '127.0.0.1', port, method, headers, path: pathname + search };
    const forwarded = http.request(options, (response) => {
      const { 'set-cookie': _dropped, ...kept } = response.headers;
      answer.writeHead(response.statusCode ?? 502, kept);
      response.pipe(answer);
    });
    asked.pipe(forwarded);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  const own = typeof address === 'object' && address !== null ? address.port : 0;
  return { address: `http://127.0.0.1:${own}`, close: () => proxy.close() };
}
