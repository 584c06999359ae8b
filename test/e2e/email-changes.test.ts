import type { Browser, BrowserContextOptions } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectFitting } from '../support/browser/screens.ts';
import {
  A_WHILE,
  askForLink,
  asMail,
  confirm,
  isTo,
  leavesFrom,
  nextMail,
  openEmail,
  PLATFORM,
  publishShown,
  recordOf,
  WITH_SENDERS,
} from '../support/browser/sender.ts';
import type { Server } from '../support/browser/server.ts';
import { openProfile, press } from '../support/browser/walk.ts';
import { withServer } from '../support/browser/with-server.ts';
import { linkIn } from '../support/mail.ts';

let server: Server;
let browser: Browser;

withServer(
  (started) => {
    ({ server, browser } = started);
  },
  { mail: WITH_SENDERS },
);

test.each([
  { how: 'with scripts', javaScriptEnabled: true, slug: 'demo', name: 'Demo Studio' },
  { how: 'without scripts', javaScriptEnabled: false, slug: 'rival', name: 'Rival Works' },
])(
  'a next address beside an active one: promoted once its records are right, $how',
  async ({ javaScriptEnabled, slug, name }) => {
    const { context, page, faults } = await openProfile(browser, { javaScriptEnabled });
    const visitor = await openProfile(browser, { javaScriptEnabled });
    const [first, second] = [`first.${slug}.example`, `second.${slug}.example`];
    const [own, next] = [`hello@${first}`, `hi@${second}`];
    const client = `client@${slug}.test`;
    if (javaScriptEnabled) {
      const origin = server.origin('app');
      await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
    }
    await openEmail(server, page, slug, `owner@${slug}.test`);
    await page.getByLabel('Your address').fill(own);
    let before = server.wire.length;
    await press(page, 'Mail me a code');
    await confirm(page, await nextMail(server, own, before));
    server.domainService.publish(first);
    await press(page, 'Check now');
    await leavesFrom(page, `${name} <${own}>`);

    // entered: the first goes on, and the page says which is which
    await page.getByText('Use another address').click();
    await page.getByText(`Mail goes on leaving from ${own} until you have typed`).waitFor();
    await page.getByLabel('Your address').fill(next);
    before = server.wire.length;
    await press(page, 'Mail me a code');
    await page.getByRole('heading', { name: `Next: ${next}` }).waitFor();
    await leavesFrom(page, `${name} <${own}>`);
    if (javaScriptEnabled) await expectFitting(page);

    // confirmed: still from the first
    await confirm(page, await nextMail(server, next, before));
    await page.getByText('Step 2 of 2: publish its records').waitFor();
    await page.getByRole('heading', { name: `Publish these records for ${second}` }).waitFor();
    const ofFirst = page.getByText(`See the records of ${own}`);
    await ofFirst.click();
    await page.getByRole('heading', { name: `Mail leaves from ${own}` }).waitFor();
    if (javaScriptEnabled) await expectFitting(page);
    await ofFirst.click();
    await leavesFrom(page, `${name} <${own}>`);
    const meanwhile = await askForLink(server, visitor.page, slug, client);
    expect(meanwhile.body.from.email).toBe(own);

    // what the page says to publish for it, to the letter: from the second
    server.zone.set(second, [`10 mx.${second}`], 'MX');
    for (const record of ['SPF', 'DKIM', 'Domain Lockdown']) {
      await publishShown(server, page, record, second);
    }
    await press(page, 'Check now');
    await page.getByText(`All records are right: mail leaves from ${next}`).waitFor();
    await leavesFrom(page, `${name} <${next}>`);
    expect(await page.getByText(own).count(), 'no word of the first').toBe(0);
    const since = await askForLink(server, visitor.page, slug, client);
    expect(since.body.from.email).toBe(next);

    // a third, and a change of mind
    await page.getByText('Use another address').click();
    await page.getByLabel('Your address').fill(`${slug}@gmail.com`);
    await press(page, 'Mail me a code');
    await page.getByText(`Keep ${next}`).first().click();
    await press(page, `Keep ${next}`);
    await page.getByText(`${slug}@gmail.com was removed. ${next} stays in use.`).waitFor();
    await leavesFrom(page, `${name} <${next}>`);
    await page.getByText('Remove this address').click();
    await press(page, `Remove ${next}`);
    expect([...faults, ...visitor.faults]).toEqual([]);
    await context.close();
    await visitor.context.close();
  },
);

test('an address at a free mail service: for replies only, and replaced by another', async () => {
  const { context, page, faults } = await openProfile(browser);
  const visitor = await openProfile(browser);
  await openEmail(server, page, 'demo', 'owner@demo.test');
  await page.getByLabel('Your address').fill('olivia@gmail.com');
  await press(page, 'Mail me a code');
  for (let tries = 0; tries < 5; tries++) {
    await page.getByLabel('Code from the email').fill('');
    await page.getByLabel('Code from the email').pressSequentially('AAAAAA');
    await press(page, 'Confirm the address');
  }
  await page.getByText('Too many wrong codes, so this one no longer counts.').waitFor();
  await page.goto(page.url().replace('/confirmation', ''));
  await page.getByText('Too many wrong codes, so this one no longer counts.').waitFor();
  expect(await page.getByLabel('Code from the email').count()).toBe(0);
  await expectFitting(page);

  server.mailService('400', 'takes it over (202)');
  await press(page, 'Send the code again');
  await page.getByText(/^A new code is on its way/).waitFor();
  const failed = async () => {
    await page.reload();
    return page.getByText('The mail with the code could not be sent').count();
  };
  // a loaded machine needs more than a second for one reload
  await expect.poll(failed, { timeout: 20_000 }).toBe(1);
  await expectFitting(page);
  const before = server.wire.length;
  await press(page, 'Send the code again');
  await confirm(page, await nextMail(server, 'olivia@gmail.com', before));
  await page.getByText('Only gmail.com itself may send as its addresses').waitFor();
  await leavesFrom(page, `Demo Studio <${PLATFORM}>`);
  const mail = await askForLink(server, visitor.page, 'demo', 'client@demo.test');
  expect(mail.body).toMatchObject({
    from: { name: 'Demo Studio', email: PLATFORM },
    reply_to: { email: 'olivia@gmail.com' },
  });

  await page.getByText('Use another address').click();
  await page.getByLabel('Your address').fill('not an address');
  await page.getByLabel('Your address').evaluate((field) => field.setAttribute('type', 'text'));
  await press(page, 'Mail me a code');
  await page.getByText('does not look like one email address').waitFor();
  expect(await page.getByLabel('Your address').inputValue()).toBe('not an address');
  await page.getByLabel('Your address').fill('olivia@another.example');
  await press(page, 'Mail me a code');
  await page.getByText('We mailed a code to olivia@another.example').waitFor();
  await page.getByText('It takes the place of olivia@gmail.com once you type the code').waitFor();
  await page.getByText('See the records to publish for another.example').click();
  await recordOf(page, 'SPF', 'Missing').waitFor();
  await expectFitting(page);
  await page.getByText('Remove olivia@gmail.com').first().click();
  await press(page, 'Remove olivia@gmail.com');
  await page.getByText('olivia@another.example takes its place').waitFor();
  await page.getByText('Remove this address').click();
  await press(page, 'Remove olivia@another.example');
  expect([...faults, ...visitor.faults]).toEqual([]);
  await context.close();
  await visitor.context.close();
});

test('a refused sender: the mail arrives, and a person’s check restores the sender', async () => {
  const { context, page, faults } = await openProfile(browser);
  const visitor = await openProfile(browser);
  const own = 'hello@refused.example';
  await openEmail(server, page, 'rival', 'owner@rival.test');
  await page.getByLabel('Your address').fill(own);
  const before = server.wire.length;
  await press(page, 'Mail me a code');
  await confirm(page, await nextMail(server, own, before));
  server.domainService.publish('refused.example');
  await press(page, 'Check now');
  await leavesFrom(page, `Rival Works <${own}>`);

  server.mailService('403', 'takes it over (202)');
  const first = await askForLink(server, visitor.page, 'rival', 'client@rival.test');
  expect(first.body.from.email).toBe(own);
  const sinceThen = server.wire.indexOf(first);
  await nextMail(server, 'owner@rival.test', sinceThen, `Mail no longer leaves from ${own}`);
  const toClient = server.wire
    .slice(server.wire.indexOf(first) + 1)
    .find(isTo('client@rival.test'));
  expect(toClient?.body).toMatchObject({
    from: { name: 'Rival Works', email: PLATFORM },
    reply_to: { email: own },
  });
  await visitor.page.goto(linkIn(asMail(toClient)));
  await visitor.page.getByRole('heading', { name: /Hello/ }).waitFor();

  await page.getByRole('link', { name: 'Home', exact: true }).click();
  await page.getByText('the mail service refused to send from it').waitFor();
  await page.getByRole('link', { name: 'Settings → Email' }).click();
  await page.getByText('refused to send from it, though the records are right').waitFor();
  await page
    .getByRole('heading', { name: 'Check the records of refused.example once more' })
    .waitFor();
  await expectFitting(page);
  await server.checkSenders(A_WHILE);
  await page.reload();
  await leavesFrom(page, `Rival Works <${PLATFORM}>`);
  await press(page, 'Check now');
  await leavesFrom(page, `Rival Works <${own}>`);
  expect([...faults, ...visitor.faults]).toEqual([]);
  await context.close();
  await visitor.context.close();
});

describe('Settings → Email, after a sample that the mail service', () => {
  let owner: Pick<BrowserContextOptions, 'storageState'>;

  beforeAll(async () => {
    const { context, page } = await openProfile(browser);
    await openEmail(server, page, 'demo', 'owner@demo.test');
    owner = { storageState: await context.storageState() };
    await context.close();
  });

  test.each([
    ['refuses', '400', 'The sample could not be sent: the mail service did not accept the mail'],
    ['puts off', '429', 'The sample is waiting to be sent: the mail service takes no more mail'],
    ['accepts', 'takes it over (202)', 'The sample was accepted by the mail service'],
  ] as const)('%s: it says so, axe finds nothing, nothing overflows', async (_, answer, words) => {
    const { context, page, faults } = await openProfile(browser, owner);
    await page.goto(`${server.origin('app')}/w/demo/settings/email`);
    server.mailService(answer);
    await press(page, 'Mail me a sample');
    const shown = page.getByText(words);
    await expect.poll(() => page.reload().then(() => shown.count()), { timeout: 10_000 }).toBe(1);
    await expectFitting(page);
    expect(faults).toEqual([]);
    await context.close();
  });
});
