import type { Browser } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Server } from '../support/browser/server.ts';
import { askFor, newMail, openProfile, signIn } from '../support/browser/walk.ts';
import { withServer } from '../support/browser/with-server.ts';
import { codeIn, linkIn } from '../support/mail.ts';

let server: Server;
let browser: Browser;

withServer((started) => {
  ({ server, browser } = started);
});

describe.each([
  { how: 'with scripts', javaScriptEnabled: true, email: 'dora@acme.test' },
  { how: 'without scripts', javaScriptEnabled: false, email: 'emil@acme.test' },
])('the whole story $how', ({ javaScriptEnabled, email }) => {
  test('a client: added, given access, signed in and signed out again', async () => {
    const owner = await openProfile(browser, { javaScriptEnabled });
    const admin = owner.page;
    await askFor(server, admin, 'app', 'owner@demo.test');
    await admin.goto(`${server.origin('app')}/dev/mail`);
    await admin.getByRole('link', { name: 'Sign in to Latchkey' }).first().click();
    const inFrame = admin.frameLocator('iframe').getByRole('link', { name: /Sign in to Latchkey/ });
    await inFrame.first().click();
    await admin.waitForURL('**/w/demo');

    await admin.getByRole('link', { name: 'Add contact' }).first().click();
    await admin.getByLabel('Name').fill('Dora Designer');
    await admin.getByLabel('Email').fill(email);
    await admin.getByLabel('Company 1').fill('Beta GmbH');
    await admin.getByRole('button', { name: 'Add contact' }).click();
    const toggle = admin.getByRole('switch', { name: 'Portal access' });
    expect(await toggle.getAttribute('aria-checked')).toBe('false');
    const mailsBefore = (await server.mailbox()).length;
    await toggle.click();
    await admin.getByText('Portal access is on.').waitFor();
    expect(await toggle.getAttribute('aria-checked')).toBe('true');
    expect((await server.mailbox()).length, 'granting is silent').toBe(mailsBefore);

    const card = admin.url();
    await admin.getByRole('link', { name: 'Home' }).click();
    const portalUrl = await admin.getByLabel('Portal URL').inputValue();
    expect(portalUrl).toBe(server.origin('demo'));
    if (javaScriptEnabled) {
      await owner.context.grantPermissions(['clipboard-read', 'clipboard-write'], {
        origin: server.origin('app'),
      });
      await admin.getByRole('button', { name: 'Copy' }).first().click();
      await admin.getByText('Copied').first().waitFor();
      expect(await admin.evaluate(() => navigator.clipboard.readText())).toBe(portalUrl);
    }

    const client = await openProfile(browser, { javaScriptEnabled });
    const portal = client.page;
    await portal.goto(portalUrl);
    await portal.getByLabel('Email').fill(email);
    await portal.getByRole('button', { name: 'Sign in' }).click();
    await portal.getByText(email).first().waitFor();
    const mail = await newMail(server, mailsBefore);
    expect(mail).toMatchObject({
      to: email,
      subject: `${codeIn(mail)} is your code to sign in to Demo Studio`,
    });
    await portal.goto(linkIn(mail));
    await portal.waitForURL(`${portalUrl}/`);
    await portal.getByText('Beta GmbH').first().waitFor();
    await portal.getByLabel(/Your account/).click();
    expect(await portal.getByText(email).first().isVisible()).toBe(true);

    await admin.goto(card);
    await toggle.click();
    await admin.getByText('Portal access is off. 1 session ended, 0 links voided.').waitFor();
    const refused = await portal.goto(portalUrl);
    expect(refused?.status()).toBe(403);
    await portal.getByText('Your access to Demo Studio is switched off').waitFor();
    expect([...owner.faults, ...client.faults]).toEqual([]);
    await owner.context.close();
    await client.context.close();
  });
});

test('a link opened in another browser: asks first; the code signs in the first', async () => {
  const laptop = await openProfile(browser);
  const mail = await askFor(server, laptop.page, 'rival', 'client@rival.test');
  const phone = await openProfile(browser, { viewport: { width: 390, height: 844 } });
  await phone.page.goto(linkIn(mail));
  await phone.page.getByRole('heading', { name: 'Sign in to Rival Works' }).waitFor();
  await phone.page.getByText('c***@rival.test').waitFor();
  expect((await phone.context.cookies()).map((cookie) => cookie.name)).not.toContain(
    '__Host-session',
  );

  // pasted, a code needs no further click
  const field = laptop.page.getByLabel('Code from the email');
  await field.focus();
  await laptop.context.grantPermissions(['clipboard-read', 'clipboard-write'], {
    origin: server.origin('rival'),
  });
  await laptop.page.evaluate((code) => navigator.clipboard.writeText(code), codeIn(mail));
  await laptop.page.keyboard.press('Control+V');
  await laptop.page.waitForURL(`${server.origin('rival')}/`);

  await phone.page.getByRole('button', { name: 'Sign in on this device' }).click();
  await phone.page.getByRole('heading', { name: 'This link has been used' }).waitFor();
  const before = (await server.mailbox()).length;
  await phone.page.getByRole('button', { name: 'Email me a new link' }).click();
  await phone.page.goto(linkIn(await newMail(server, before)));
  await phone.page.getByText('This link is for c***@rival.test').waitFor();
  await phone.page.getByRole('button', { name: 'Sign in on this device' }).click();
  await phone.page.waitForURL(`${server.origin('rival')}/`);
  expect([...laptop.faults, ...phone.faults]).toEqual([]);
  await laptop.context.close();
  await phone.context.close();
});

test('the waiting tab: moves on by itself once its browser is signed in', async () => {
  const { context, page, faults } = await openProfile(browser);
  const mail = await askFor(server, page, 'rival', 'client@rival.test');
  const other = await context.newPage();
  await other.goto(linkIn(mail));
  await page.waitForURL(`${server.origin('rival')}/`, { timeout: 15_000 });
  await page.getByRole('heading', { name: /Hello/ }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test('a form posted from a sibling subdomain with its cookies: changes nothing', async () => {
  const { context, page } = await openProfile(browser);
  await signIn(server, page, 'app', 'owner@demo.test');
  const attack = await context.newPage();
  const card = `${server.origin('app')}/w/demo/contacts/00000000-0000-4000-8000-00000000d302`;
  const form = `<form method="post" action="${card}/portal-access"><input name="enabled" value="on"><button>Go</button></form>`;
  const lure = `${server.origin('rival')}/lure`;
  await context.route(lure, (route) => route.fulfill({ contentType: 'text/html', body: form }));
  await attack.goto(lure);
  const [answer] = await Promise.all([
    attack.waitForResponse(`${card}/portal-access`),
    attack.getByRole('button').click(),
  ]);
  expect(answer.status()).toBe(403);
  expect((await answer.request().allHeaders()).cookie ?? '').toContain('__Host-session');
  await page.goto(card);
  const toggle = page.getByRole('switch', { name: 'Portal access' });
  expect(await toggle.getAttribute('aria-checked')).toBe('false');
  await context.close();
});
