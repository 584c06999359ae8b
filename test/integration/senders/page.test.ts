import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { failureWords } from '../../../worker/routes/admin/activity/mail-failures.ts';
import { days, hours, minutes, seconds } from '../../../worker/values/duration.ts';
import { demoId, olivia, rita } from '../../support/cast.ts';
import { moveClock, withoutWaiting } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { ACCOUNT } from '../../support/doubles/mailchannels/domains.ts';
import { domainService, mailService, signer, zone } from '../../support/network.ts';
import { deliverQueued, queued } from '../../support/queue.ts';
import {
  activeSender,
  codeFor,
  EMAIL,
  enter,
  HELLO,
  mailsTo,
  read,
  remove,
  runSchedule,
  STUDIO,
  sender,
  signedInOwner,
  withDomains,
} from '../../support/senders.ts';
import { copyOf, type Visitor, visit } from '../../support/visitor.ts';

const CONFIRMATION = `${EMAIL}/confirmation`;
const GMAIL = 'olivia@gmail.com';

beforeEach(() => moveClock(0));

/** The text of a page, without tags. */
async function textOf(answer: Response): Promise<string> {
  const text = (await read(answer)).replace(/<\/(?:p|li|h2|h3|summary)>|<br\/>/g, ' ');
  return text.replace(/<[^>]+>/g, '').replace(/\s+/g, ' ');
}

async function page(by: Visitor): Promise<string> {
  return textOf(await by.get(EMAIL));
}

describe('short names', () => {
  test('of a domain of two labels: shown', async () => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: HELLO });
    const shown = await page(owner);
    for (const short of ['@', '_mailchannels', '_dmarc']) {
      expect(shown).toContain(`Type: TXT. Short name: ${short} `);
    }
    expect(shown).toContain(`Some panels append ${STUDIO} to every name by themselves`);
  });

  test.each(['mail.works.example', 'studio.co.uk'])(
    'of %s: not shown, because a panel may append only a part of it',
    async (domain) => {
      const owner = await signedInOwner();
      await owner.post(EMAIL, { email: `hello@${domain}` });
      const shown = await page(owner);
      expect(shown).not.toContain('hort name');
      expect(shown).toContain(`Sign in where the DNS of ${domain} is managed`);
      expect(shown).toContain(
        'Many panels append the domain that they manage to every name: leave that part out of the name.',
      );
    },
  );
});

describe('a check without an answer', () => {
  const RIGHT = `Mail leaves from ${HELLO} All needed records were right when they were last checked.`;

  test.each(['500 with HTML', 'temporary error', 'hangs'] as const)(
    'the mail service: %s. Right records stay right, folded, with the time of the answer',
    async (behaviour) => {
      moveClock(-hours(2));
      const owner = await activeSender();
      const before = await read(await owner.get(EMAIL));
      if (behaviour !== 'temporary error') expectConsoleError(/"what":"check a domain"/);
      domainService.behaves(behaviour);
      if (behaviour !== '500 with HTML') zone.behaves('down');
      // back to the time that it is, two hours later
      await withoutWaiting(() => owner.post(`${EMAIL}/check`));
      const html = await read(await owner.get(EMAIL));
      const shown = await textOf(new Response(html));
      expect(shown).not.toContain('Checked.');
      expect(shown).toContain(
        `The mail service could not check ${STUDIO} just now. Try again in a minute.`,
      );
      expect(shown).toContain(RIGHT);
      expect(shown).toContain('Last checked 2 hours ago. No answer when asked just now.');
      expect(html.match(/>Show it</g)).toHaveLength(before.match(/>Show it</g)?.length ?? 0);
      expect(shown).not.toMatch(/Not known yet|There at present/);

      await withoutWaiting(() => runSchedule());
      expect(await page(owner), 'also after a run of the schedule').toContain(RIGHT);
      domainService.behaves('works');
      moveClock(hours(2));
      await owner.post(`${EMAIL}/check`);
      expect(await page(owner)).toMatch(
        /Checked\..*All needed records are right\..*checked just now/,
      );
    },
  );

  test('without any earlier answer: the records are not known yet', async () => {
    const owner = await signedInOwner();
    expectConsoleError(/"what":"make a key"/);
    domainService.behaves('401');
    zone.behaves('down');
    await enter(owner);
    const shown = await page(owner);
    expect(shown).toContain('0 of 3 needed records are right; 3 are not known yet.');
    expect(shown).toContain('Not checked yet. No answer when asked just now.');
  });

  test('lost results of an active sender: the page asks for no record', async () => {
    const owner = await activeSender();
    await env.DB.prepare("UPDATE senders SET findings = ''").run();
    const html = await read(await owner.get(EMAIL));
    expect(html).toContain('Nothing is known to be wrong.');
    expect(html.match(/>Show it</g)).toHaveLength(4);
  });

  test('beside a check with an answer: that answer stays', async () => {
    const owner = await signedInOwner();
    await enter(owner);
    expectConsoleError(/"what":"check a domain"/);
    zone.set(`_mailchannels.${STUDIO}`, [`v=mc1 auth=${ACCOUNT}`]);
    domainService.behaves('works', 'hangs');
    await withoutWaiting(() =>
      Promise.all([owner.post(`${EMAIL}/check`), owner.post(`${EMAIL}/check`)]),
    );
    expect(await page(owner)).toContain('Domain Lockdown Right');
  });

  test('of two domains: the page names the one without an answer', async () => {
    const owner = await activeSender();
    await enter(owner, 'hi@new.example');
    expectConsoleError(/"what":"check a domain"/);
    domainService.behaves('works', '500 with HTML');
    await owner.post(`${EMAIL}/check`);
    expect(await page(owner)).toMatch(/could not check (studio|new)\.example just now/);
  });
});

describe('whether the page says that the schedule checks', () => {
  const BY_ITSELF = 'We look by ourselves too.';
  const NOT = 'We don’t look by ourselves at present: press it again until all are right.';

  test('a sender that is set up: from its code on, for two weeks', async () => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: HELLO });
    expect(await page(owner)).toContain(NOT);
    await owner.post(CONFIRMATION, { code: codeFor(HELLO) });
    expect(await page(owner)).toContain(BY_ITSELF);
    moveClock(days(14) - 1);
    expect(await page(await signedInOwner())).toContain(BY_ITSELF);
    moveClock(1);
    const late = await signedInOwner();
    expect(await page(late)).toContain(NOT);
    const before = domainService.asked.length;
    await runSchedule();
    expect(domainService.asked, 'and so it is').toHaveLength(before);
    expect(await page(late)).not.toMatch(/by itself|We look by/);
  });

  test('a broken sender: always; a next one of two weeks: only “Check now”', async () => {
    const owner = await activeSender();
    await enter(owner, 'hi@new.example');
    expect(await page(owner)).toContain('Then this address takes over by itself.');
    moveClock(days(15));
    const late = await signedInOwner();
    expect(await page(late)).toContain(
      'until you press “Check now” and the records below are right. Then this address takes over.',
    );
    zone.set(STUDIO, []);
    await runSchedule();
    await remove(late, 'next');
    expect(await page(late)).toContain(BY_ITSELF);
  });
});

test('neither MX nor A: SPF is right, and a record without a value says what is missing', async () => {
  const owner = await activeSender();
  zone.set(STUDIO, [], 'MX');
  await owner.post(`${EMAIL}/check`);
  const html = await read(await owner.get(EMAIL));
  const shown = await textOf(new Response(html));
  expect(shown).toContain('SPF Right');
  expect(shown).toMatch(/Mail server \(MX\) Missing .*takes no mail/);
  expect(shown).toContain('3 of 4 needed records are right');
  expect(html).not.toContain('id="current-mx-value"');
  expect(html).not.toContain('id="current-mx-name"');
  zone.set(STUDIO, ['192.0.2.1'], 'A');
  await owner.post(`${EMAIL}/check`);
  expect(await page(owner)).not.toContain('Mail server (MX)');
});

describe('the mail with the code', () => {
  const MAILED = `We mailed a code to ${GMAIL}.`;

  test('accepted: the page says that it was mailed, and no more', async () => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: GMAIL });
    const shown = await page(owner);
    expect(shown).toContain(MAILED);
    expect(shown).not.toContain('The mail with the code');
  });

  test('refused for good: why and what to do, for every member, until the next code', async () => {
    const owner = await signedInOwner();
    expectConsoleError(/mail refused/);
    mailService('400');
    await owner.post(EMAIL, { email: GMAIL });
    moveClock(seconds(1));
    const refused =
      'The mail with the code could not be sent: the mail service did not accept the mail; the person who runs Latchkey for you finds its answer in the log · just now Send the code again. If it fails again, show the words above to the person who runs Latchkey for you.';
    expect(await page(owner)).toContain(refused);
    expect(await page(owner)).not.toContain(MAILED);
    await env.DB.prepare(
      `INSERT INTO memberships (member_id, workspace_id, role, created_at)
       SELECT id, ?, 'owner', 0 FROM members WHERE email = ?`,
    )
      .bind(demoId, rita)
      .run();
    const colleague = await signedInOwner(rita);
    expect(await page(colleague)).toContain(refused);
    expect(await textOf(await colleague.get('/w/rival/settings/email'))).not.toContain('the code');

    mailService('takes it over (202)');
    await owner.post(`${EMAIL}/code`);
    expect(await page(owner)).toContain(MAILED);
    expect(await page(owner)).not.toContain('could not be sent');
  });

  test('waits for another try: why, until it has left', async () => {
    const owner = await signedInOwner();
    expectConsoleError(/mail refused/);
    mailService('429', 'takes it over (202)');
    await owner.post(EMAIL, { email: GMAIL });
    expect(await page(owner)).toContain(
      'The mail with the code is waiting to be sent: the mail service takes no more mail for the moment; it is tried again by itself · just now',
    );
    moveClock(seconds(queued()[0]?.delaySeconds ?? 0));
    await deliverQueued(withDomains);
    expect(await page(owner)).toContain(MAILED);
  });

  test('bounced: why, on this page only', async () => {
    const bindings = { ...withDomains };
    const owner = await signedInOwner(olivia, bindings);
    expectConsoleError(/event of a mail/);
    await owner.post(EMAIL, { email: GMAIL });
    const sign = await signer();
    const named = { customer_handle: ACCOUNT, request_id: 'r-1', timestamp: Date.now() / 1000 };
    const body = JSON.stringify([{ event: 'hard-bounced', status: '5.1.1', ...named }]);
    const machine = visit('app', bindings);
    const headers = { 'content-type': 'application/json', ...(await sign(body)) };
    const address = `${machine.origin}/webhooks/mailchannels`;
    const answer = await machine.send(new Request(address, { method: 'POST', headers, body }));
    expect(answer.status).toBe(200);
    expect(await page(owner)).toContain(
      'The mail with the code came back: there is no such mailbox · just now See that the address is spelled right and takes mail.',
    );
    expect(await textOf(await owner.get('/w/demo/activity'))).toContain('Nothing yet.');

    // another address: nothing of the one before
    await owner.post(EMAIL, { email: HELLO });
    expect(await page(owner)).toContain(`We mailed a code to ${HELLO}.`);
    expect(await page(owner)).not.toContain('came back');
  });

  test('suppressed: words for the reader’s own address', async () => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: GMAIL });
    expect(failureWords('suppressed', 'contact')).toContain('ask them for another address');
    await env.DB.prepare("UPDATE mails SET state = 'failed', reason = ? WHERE about IS NOT NULL")
      .bind('suppressed')
      .run();
    expect(await page(owner)).toContain(
      'came back or were called spam; ask the person who runs Latchkey for you to have it allowed again',
    );
  });

  test('the mail of an earlier address: the page says nothing of it', async () => {
    const owner = await signedInOwner();
    expectConsoleError(/mail refused/);
    mailService('400');
    await owner.post(EMAIL, { email: GMAIL });
    moveClock(minutes(1));
    await env.DB.prepare('UPDATE senders SET asked_at = ?').bind(Date.now()).run();
    expect(await page(owner)).toContain(MAILED);
  });
});

describe('a code that can no longer be typed', () => {
  test('expired: the page says so before anybody types it', async () => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: GMAIL });
    moveClock(minutes(30) - 1);
    expect(await read(await owner.get(EMAIL))).toContain('Code from the email');
    moveClock(1);
    const html = await read(await owner.get(EMAIL));
    expect(html).toContain('That code is too old.');
    expect(html).not.toContain('Code from the email');
  });

  test('five wrong tries: the page says so until another code is asked for', async () => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: GMAIL });
    for (let tries = 0; tries < 4; tries += 1) await owner.post(CONFIRMATION, { code: 'AAAAAA' });
    expect(await read(await owner.get(EMAIL))).toContain('Code from the email');
    await owner.post(CONFIRMATION, { code: 'AAAAAA' });
    const html = await read(await owner.get(EMAIL));
    expect(html).toContain('Too many wrong codes, so this one no longer counts. Send another.');
    expect(html).not.toContain('Code from the email');
    moveClock(1);
    await owner.post(`${EMAIL}/code`);
    expect(await read(await owner.get(EMAIL))).toContain('Code from the email');
  });

  test('too many wrong tries in the workspace: the page says for how long', async () => {
    const owner = await signedInOwner();
    for (let nth = 0; nth < 4; nth += 1) {
      await owner.post(EMAIL, { email: `n${nth}@gmail.com` });
      for (let tries = 0; tries < 5; tries += 1) await owner.post(CONFIRMATION, { code: 'AAAAAA' });
    }
    moveClock(hours(2) + 1);
    await owner.post(EMAIL, { email: GMAIL });
    expect(await page(owner)).toContain(
      'Too many wrong codes for one day, so none counts at present. Send another in 22 hours.',
    );
    moveClock(hours(22));
    expect(await page(await signedInOwner())).not.toContain('Too many wrong codes');
  });
});

describe('too many mailed codes: the page says which limit, and until when', () => {
  test('of a workspace', async () => {
    const owner = await signedInOwner();
    for (let nth = 0; nth < 10; nth += 1) await owner.post(EMAIL, { email: `n${nth}@gmail.com` });
    const words = 'Those were 10 codes within 1 hour. Try again in 1 hour.';
    expect(await textOf(await owner.post(EMAIL, { email: GMAIL }))).toContain(words);
    expect(await textOf(await owner.post(`${EMAIL}/code`))).toContain(words);
  });

  test('to an address', async () => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: GMAIL });
    for (let nth = 0; nth < 4; nth += 1) await owner.post(`${EMAIL}/code`);
    expect(await textOf(await owner.post(`${EMAIL}/code`))).toContain(
      'That address has had its share of codes for today. Try again tomorrow.',
    );
    moveClock(minutes(31));
    expect(await textOf(await owner.post(`${EMAIL}/code`)), 'and no code can be typed').toContain(
      'That address has had its share of codes for today. Try again tomorrow.',
    );
  });
});

describe('the page says what a removal changes', () => {
  test.each([
    [
      'never confirmed, to send from',
      HELLO,
      'It is not in use yet, so nothing changes for your clients. Setting it up again',
    ],
    [
      'never confirmed, for replies',
      GMAIL,
      'It is not in use yet, so nothing changes for your clients.',
    ],
  ])('an address that was %s', async (_what, address, words) => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: address });
    const shown = await page(owner);
    expect(shown).toContain(words);
    expect(shown).not.toMatch(/Mail then comes from|Replies no longer/);
    await remove(owner);
    expect(await page(owner)).toContain(`${address} was removed. Settings`);
  });

  test('an unverified address, and an active one', async () => {
    const owner = await signedInOwner();
    await enter(owner);
    expect(await page(owner)).toContain('Replies no longer reach it then. Setting it up again');
    domainService.publish(STUDIO);
    await owner.post(`${EMAIL}/check`);
    expect(await page(owner)).toContain('Mail then comes from portal@portal.localhost.');
  });
});

test('a refusal although the records are right: the page says so, and what to press', async () => {
  const owner = await activeSender();
  expectConsoleError(/mail refused/);
  mailService('403', 'takes it over (202)');
  await copyOf(visit('demo'), withDomains).post('/sign-in/link', { email: 'client@demo.test' });
  expect(await sender()).toMatchObject({ broken_by: 'refusal' });
  const shown = await page(owner);
  expect(shown).toContain('though the records are right. Press “Check now” below');
  expect(shown).toContain(`Check the records of ${STUDIO} once more All needed records are right.`);
  expect(shown).not.toContain('Look through');
});

describe('a domain that is not of ASCII letters', () => {
  const UMLAUT = 'müller-design.example';
  const ASCII = 'xn--mller-design-dlb.example';

  test('reads in its own script, and is copied in ASCII', async () => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: `ana@${UMLAUT}` });
    const flash = await page(owner);
    expect(flash).toContain(`A code is on its way to ana@${UMLAUT}.`);
    expect(flash).toContain(`Sign in where the DNS of ${UMLAUT} is managed`);
    expect(flash).toContain('Type: TXT. Short name: _mailchannels ');
    const code = codeFor(`ana@${ASCII}`);
    const [mail] = mailsTo(`ana@${ASCII}`);
    expect(mail?.body.subject, 'to whoever reads it, both').toContain(
      `ana@${UMLAUT} (ana@${ASCII})`,
    );
    await owner.post(CONFIRMATION, { code });
    domainService.publish(ASCII);
    await owner.post(`${EMAIL}/check`);
    const html = await read(await owner.get(EMAIL));
    expect(html).toContain(`mail leaves from ana@${UMLAUT} from now on`);
    expect(html).toContain(`<textarea id="current-domain-lockdown-name"`);
    const fields = [...html.matchAll(/<textarea[^>]*-name"[^>]*>([^<]*)</g)].map(
      ([, name]) => name,
    );
    expect(fields).toContain(`_mailchannels.${ASCII}`);
    const words = html.replace(/<textarea.*?<\/textarea>/gs, '');
    expect(words).not.toContain('xn--');

    zone.set(ASCII, []);
    await runSchedule();
    expect(mailsTo(olivia).at(-1)?.body.subject).toBe(`Mail no longer leaves from ana@${UMLAUT}`);
    await remove(owner);
    expect(await page(owner)).toContain(`ana@${UMLAUT} was removed.`);
  });
});
