import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch } from '../support/browser/launch.ts';
import { expectFitting } from '../support/browser/screens.ts';
import { type Server, startServer } from '../support/browser/server.ts';
import { openProfile, press } from '../support/browser/walk.ts';
import { ACCOUNT } from '../support/doubles/mailchannels/domains.ts';
import { textOf, type WireMail } from '../support/doubles/mailchannels/send.ts';
import { codeIn, linkIn, type Mail } from '../support/mail.ts';

const PLATFORM = 'portal@portal.localhost';
/** Longer than a sender goes unchecked. */
const A_WHILE = 61 * 60_000;

let server: Server;
let browser: Browser;

beforeAll(async () => {
  const mail = { MAIL_TRANSPORT: 'mailchannels', MAILCHANNELS_ACCOUNT: ACCOUNT };
  [server, browser] = await Promise.all([startServer(mail), launch()]);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

describe.each([
  {
    how: 'with scripts',
    javaScriptEnabled: true,
    slug: 'demo',
    name: 'Demo Studio',
    owner: 'owner@demo.test',
    client: 'client@demo.test',
    domain: 'studio.example',
    short: 'Short name: _mailchannels',
  },
  {
    how: 'without scripts',
    javaScriptEnabled: false,
    slug: 'rival',
    name: 'Rival Works',
    owner: 'owner@rival.test',
    client: 'client@rival.test',
    domain: 'mail.works.example',
    short: null,
  },
])(
  'a freelancer’s own address $how',
  ({ javaScriptEnabled, slug, name, owner, client, domain, short }) => {
    test('is set up, breaks, is restored and removed', async () => {
      const { zone } = server;
      const own = `hello@${domain}`;
      const { context, page, faults } = await openProfile(browser, { javaScriptEnabled });
      if (javaScriptEnabled) {
        const origin = server.origin('app');
        await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
      }
      const visitor = await openProfile(browser, { javaScriptEnabled });
      await openEmail(page, slug, owner);
      await leavesFrom(page, `${name} <${PLATFORM}>`);

      // the address, and the code that proves it
      await page.getByLabel('Your address').fill(own);
      await press(page, 'Mail me a code');
      const asked = await nextMail(own, 0);
      expect(asked.body.from.email, 'nobody has proven the address').toBe(PLATFORM);
      await page.getByLabel('Code from the email').pressSequentially('AAAAAA');
      await press(page, 'Confirm the address');
      await page.getByText('That code isn’t right').waitFor();
      await confirm(page, asked);
      await leavesFrom(page, `${name} <${PLATFORM}>`);
      await page.getByText(`replies reach ${own}`).waitFor();

      // nothing there
      for (const record of ['SPF', 'DKIM', 'Domain Lockdown']) {
        await recordOf(page, record, 'Missing').getByText('Not there yet.').waitFor();
      }
      await recordOf(page, 'DMARC', 'Advised').waitFor();
      await recordOf(page, 'Mail server (MX)', 'Missing').getByText('takes no mail').waitFor();
      await page.getByText('0 of 4 needed records are right.').waitFor();
      await page.getByText(`Sign in where the DNS of ${domain} is managed`).waitFor();
      if (short === null) {
        // the panel appends works.example, or all of it: nobody knows
        expect(await page.getByText(/short name/i).count()).toBe(0);
        await page.getByText('leave that part out of the name').waitFor();
      } else {
        await recordOf(page, 'SPF', 'Missing').getByText('Short name: @').waitFor();
        await recordOf(page, 'Domain Lockdown', 'Missing').getByText(short).waitFor();
      }
      if (javaScriptEnabled) await expectFitting(page);

      // something there, and none of it right
      const dkimName = await copied(page, `Name of the DKIM record of ${domain}`);
      zone.set(domain, [`10 mx.${domain}`], 'MX');
      zone.set(domain, ['v=spf1 include:_spf.google.com -all', 'some-site-verification=1']);
      zone.set(`_mailchannels.${domain}`, ['v=mc1 auth=somebody-else']);
      zone.set(dkimName, ['v=DKIM1; k=rsa; p=TheKeyOfAnother']);
      await press(page, 'Check now');
      const spf = recordOf(page, 'SPF', 'Wrong');
      await spf.getByText('Your SPF record does not name our mail service.').waitFor();
      await spf.getByText('v=spf1 include:_spf.google.com -all', { exact: true }).waitFor();
      expect(await copied(page, `Value of the SPF record of ${domain}`)).toBe(
        'v=spf1 include:_spf.google.com include:relay.mailchannels.net -all',
      );
      const lockdown = recordOf(page, 'Domain Lockdown', 'Wrong');
      await lockdown.getByText('It names another account only.').waitFor();
      expect(await copied(page, `Value of the Domain Lockdown record of ${domain}`)).toBe(
        `v=mc1 auth=somebody-else auth=${ACCOUNT}`,
      );
      const dkim = recordOf(page, 'DKIM', 'Wrong');
      await dkim.getByText('Another value is there. Replace it with the one shown here.').waitFor();
      await dkim.getByText('v=DKIM1; k=rsa; p=TheKeyOfAnother').waitFor();
      await leavesFrom(page, `${name} <${PLATFORM}>`);
      if (javaScriptEnabled) await expectFitting(page);

      // what the page says to publish, to the letter
      for (const record of ['SPF', 'DKIM', 'Domain Lockdown']) {
        await publishShown(page, record, domain);
      }
      await press(page, 'Check now');
      await page.getByText(`All records are right: mail leaves from ${own}`).waitFor();
      await leavesFrom(page, `${name} <${own}>`);
      await page.getByText('All needed records are right.').waitFor();
      expect(await page.getByText('Mail server (MX)').count()).toBe(0);
      for (const record of ['SPF', 'DKIM', 'Domain Lockdown']) {
        await recordOf(page, record, 'Right').waitFor();
      }
      if (javaScriptEnabled) await expectFitting(page);
      const [key] = server.domainService.keys.filter((made) => made.domain === domain);
      const first = await askFor(visitor.page, slug, client);
      expect(first.body).toMatchObject({
        from: { name, email: own },
        dkim_domain: domain,
        dkim_selector: key?.selector,
      });
      expect(first.body.reply_to).toBeUndefined();
      await visitor.page.goto(linkIn(asMail(first)));
      await visitor.page.getByRole('heading', { name: /Hello/ }).waitFor();

      // a record goes missing, and nobody is looking
      const before = server.wire.length;
      const published = zone.get(dkimName);
      zone.set(dkimName, []);
      await server.checkSenders(A_WHILE);
      const told = await nextMail(owner, before, `Mail no longer leaves from ${own}`);
      expect(told.body.from.email).toBe(PLATFORM);
      await page.getByRole('link', { name: 'Home', exact: true }).click();
      await page.getByText(`Mail no longer leaves from ${own}:`).waitFor();
      if (javaScriptEnabled) await expectFitting(page);
      await page.getByRole('link', { name: 'Settings → Email' }).click();
      await page.getByText(`A record of ${domain} is missing or wrong`).waitFor();
      await page.getByText(`Nobody is locked out: clients still get every mail`).waitFor();
      await recordOf(page, 'DKIM', 'Missing').waitFor();
      await leavesFrom(page, `${name} <${PLATFORM}>`);
      if (javaScriptEnabled) await expectFitting(page);
      const another = await openProfile(browser, { javaScriptEnabled });
      const meanwhile = await askFor(another.page, slug, client);
      expect(meanwhile.body).toMatchObject({
        from: { name, email: PLATFORM },
        reply_to: { email: own },
      });
      expect(meanwhile.body).not.toHaveProperty('dkim_selector');

      // published again: the schedule finds it, or the button
      zone.set(dkimName, published);
      if (javaScriptEnabled) {
        await server.checkSenders(A_WHILE);
        await page.reload();
      } else {
        await press(page, 'Check now');
      }
      await leavesFrom(page, `${name} <${own}>`);
      expect((await askFor(another.page, slug, client)).body.from.email).toBe(own);
      await page.getByRole('link', { name: 'Home', exact: true }).click();
      expect(await page.getByText('Mail no longer leaves from').count()).toBe(0);

      // the mail service has no answer: what was right is not called wrong
      server.domainService.behaves('500 with HTML');
      await page.goto(`${server.origin('app')}/w/${slug}/settings/email`);
      await press(page, 'Check now');
      await page.getByText(`could not check ${domain} just now`).waitFor();
      await page.getByText('All needed records were right when they were last checked.').waitFor();
      await recordOf(page, 'DKIM', 'Right').getByText('Show it').waitFor();
      if (javaScriptEnabled) await expectFitting(page);
      server.domainService.behaves('works');

      // and taken away
      await page.goto(`${server.origin('app')}/w/${slug}/settings/email`);
      await page.getByText('Remove this address').click();
      await press(page, `Remove ${own}`);
      await leavesFrom(page, `${name} <${PLATFORM}>`);
      await page.getByRole('heading', { name: 'Send from your own address' }).waitFor();
      expect([...faults, ...visitor.faults, ...another.faults]).toEqual([]);
      for (const each of [context, visitor.context, another.context]) await each.close();
    });
  },
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
    await openEmail(page, slug, `owner@${slug}.test`);
    await page.getByLabel('Your address').fill(own);
    let before = server.wire.length;
    await press(page, 'Mail me a code');
    await confirm(page, await nextMail(own, before));
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
    await confirm(page, await nextMail(next, before));
    await page.getByText('Step 2 of 2: publish its records').waitFor();
    await page.getByRole('heading', { name: `Publish these records for ${second}` }).waitFor();
    const ofFirst = page.getByText(`See the records of ${own}`);
    await ofFirst.click();
    await page.getByRole('heading', { name: `Mail leaves from ${own}` }).waitFor();
    if (javaScriptEnabled) await expectFitting(page);
    await ofFirst.click();
    await leavesFrom(page, `${name} <${own}>`);
    const meanwhile = await askFor(visitor.page, slug, client);
    expect(meanwhile.body.from.email).toBe(own);

    // what the page says to publish for it, to the letter: from the second
    server.zone.set(second, [`10 mx.${second}`], 'MX');
    for (const record of ['SPF', 'DKIM', 'Domain Lockdown']) {
      await publishShown(page, record, second);
    }
    await press(page, 'Check now');
    await page.getByText(`All records are right: mail leaves from ${next}`).waitFor();
    await leavesFrom(page, `${name} <${next}>`);
    expect(await page.getByText(own).count(), 'no word of the first').toBe(0);
    const since = await askFor(visitor.page, slug, client);
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
  await openEmail(page, 'demo', 'owner@demo.test');
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
  await confirm(page, await nextMail('olivia@gmail.com', before));
  await page.getByText('Only gmail.com itself may send as its addresses').waitFor();
  await leavesFrom(page, `Demo Studio <${PLATFORM}>`);
  const mail = await askFor(visitor.page, 'demo', 'client@demo.test');
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
  await openEmail(page, 'rival', 'owner@rival.test');
  await page.getByLabel('Your address').fill(own);
  const before = server.wire.length;
  await press(page, 'Mail me a code');
  await confirm(page, await nextMail(own, before));
  server.domainService.publish('refused.example');
  await press(page, 'Check now');
  await leavesFrom(page, `Rival Works <${own}>`);

  server.mailService('403', 'takes it over (202)');
  const first = await askFor(visitor.page, 'rival', 'client@rival.test');
  expect(first.body.from.email).toBe(own);
  const sinceThen = server.wire.indexOf(first);
  await nextMail('owner@rival.test', sinceThen, `Mail no longer leaves from ${own}`);
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

/** Signs an owner in and opens Settings → Email. */
async function openEmail(page: Page, slug: string, owner: string): Promise<void> {
  await page.goto(linkIn(asMail(await askFor(page, 'app', owner))));
  await page.goto(`${server.origin('app')}/w/${slug}/settings`);
  await page.getByRole('link', { name: 'Email', exact: true }).click();
}

/** Types the code that was mailed. */
async function confirm(page: Page, mail: WireMail): Promise<void> {
  await page.getByLabel('Code from the email').fill('');
  await page.getByLabel('Code from the email').pressSequentially(codeIn(asMail(mail)));
  await press(page, 'Confirm the address');
}

/** What stands in a field to copy; where there is script, as its button copies it. */
async function copied(page: Page, label: string): Promise<string> {
  const field = page.getByLabel(label, { exact: true });
  const value = await field.inputValue();
  const canCopy = await page.getByRole('button', { name: `Copy ${label}` }).count();
  if (canCopy === 0) return value;
  await page.getByRole('button', { name: `Copy ${label}` }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(value);
  return value;
}

/** Publishes a record of a domain as the page has it. */
async function publishShown(page: Page, record: string, domain: string): Promise<void> {
  const of = `of the ${record} record of ${domain}`;
  const name = await copied(page, `Name ${of}`);
  server.zone.set(name, [await copied(page, `Value ${of}`)]);
}

function recordOf(page: Page, record: string, state: string): Locator {
  return page.getByRole('article', { name: `${record} ${state}`, exact: true });
}

function leavesFrom(page: Page, sender: string): Promise<void> {
  return page.getByText(`Mail to clients comes from ${sender},`).waitFor();
}

/** Asks for a link; the mail that comes of it. */
async function askFor(page: Page, host: string, email: string): Promise<WireMail> {
  const before = server.wire.length;
  await page.goto(`${server.origin(host)}/sign-in?method=link`);
  await page.getByLabel('Email').fill(email);
  await press(page, 'Sign in');
  return nextMail(email, before, 'Sign in');
}

/** The first mail to an address, of a subject if one is given, after there were `before`. */
async function nextMail(to: string, before: number, subject = ''): Promise<WireMail> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const mail = server.wire.slice(before).find(isTo(to, subject));
    if (mail !== undefined) return mail;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no mail came to ${to}`);
}

function isTo(address: string, subject = ''): (mail: WireMail) => boolean {
  return ({ body }) => {
    return body.personalizations[0]?.to[0]?.email === address && body.subject.includes(subject);
  };
}

function asMail(mail: WireMail | undefined): Mail {
  return { text: textOf(mail) } as Mail;
}
