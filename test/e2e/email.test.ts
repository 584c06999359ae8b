import type { Browser } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { expectFitting } from '../support/browser/screens.ts';
import {
  A_WHILE,
  askForLink,
  asMail,
  confirm,
  copied,
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
import { ACCOUNT } from '../support/doubles/mailchannels/domains.ts';
import { linkIn } from '../support/mail.ts';

let server: Server;
let browser: Browser;

withServer(
  (started) => {
    ({ server, browser } = started);
  },
  { mail: WITH_SENDERS },
);

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
    test('the address: set up, broken, restored and removed', async () => {
      const { zone } = server;
      const own = `hello@${domain}`;
      const { context, page, faults } = await openProfile(browser, { javaScriptEnabled });
      if (javaScriptEnabled) {
        const origin = server.origin('app');
        await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
      }
      const visitor = await openProfile(browser, { javaScriptEnabled });
      await openEmail(server, page, slug, owner);
      await leavesFrom(page, `${name} <${PLATFORM}>`);

      // the address, and the code that proves it
      await page.getByLabel('Your address').fill(own);
      await press(page, 'Mail me a code');
      const asked = await nextMail(server, own, 0);
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
        await publishShown(server, page, record, domain);
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
      const first = await askForLink(server, visitor.page, slug, client);
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
      const notice = await nextMail(server, owner, before, `Mail no longer leaves from ${own}`);
      expect(notice.body.from.email).toBe(PLATFORM);
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
      const meanwhile = await askForLink(server, another.page, slug, client);
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
      expect((await askForLink(server, another.page, slug, client)).body.from.email).toBe(own);
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
