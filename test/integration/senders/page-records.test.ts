import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { days, hours } from '../../../worker/values/duration.ts';
import { olivia } from '../../support/cast.ts';
import { moveClock, withoutWaiting } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { ACCOUNT } from '../../support/doubles/mailchannels/domains.ts';
import { domainService, mailService, zone } from '../../support/network.ts';
import {
  activeSender,
  CONFIRMATION,
  codeFor,
  EMAIL,
  emailPage,
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
  wordsOf,
} from '../../support/senders.ts';
import { copyOf, visit } from '../../support/visitor.ts';

beforeEach(() => moveClock(0));

describe('short names', () => {
  test('of a domain of two labels: shown', async () => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: HELLO });
    const shown = await emailPage(owner);
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
      const shown = await emailPage(owner);
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
    'the mail service: %s: right records stay right, folded, with the time',
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
      const shown = await wordsOf(new Response(html));
      expect(shown).not.toContain('Checked.');
      expect(shown).toContain(
        `The mail service could not check ${STUDIO} just now. Try again in a minute.`,
      );
      expect(shown).toContain(RIGHT);
      expect(shown).toContain('Last checked 2 hours ago. No answer when asked just now.');
      expect(html.match(/>Show it</g)).toHaveLength(before.match(/>Show it</g)?.length ?? 0);
      expect(shown).not.toMatch(/Not known yet|There at present/);

      await withoutWaiting(() => runSchedule());
      expect(await emailPage(owner), 'also after a run of the schedule').toContain(RIGHT);
      domainService.behaves('works');
      moveClock(hours(2));
      await owner.post(`${EMAIL}/check`);
      expect(await emailPage(owner)).toMatch(
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
    const shown = await emailPage(owner);
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
    expect(await emailPage(owner)).toContain('Domain Lockdown Right');
  });

  test('of two domains: the page names the one without an answer', async () => {
    const owner = await activeSender();
    await enter(owner, 'hi@new.example');
    expectConsoleError(/"what":"check a domain"/);
    domainService.behaves('works', '500 with HTML');
    await owner.post(`${EMAIL}/check`);
    expect(await emailPage(owner)).toMatch(/could not check (studio|new)\.example just now/);
  });
});

describe('whether the page says that the schedule checks', () => {
  const BY_ITSELF = 'We look by ourselves too.';
  const NOT = 'We don’t look by ourselves at present: press it again until all are right.';

  test('a sender that is set up: from its code on, for two weeks', async () => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: HELLO });
    expect(await emailPage(owner)).toContain(NOT);
    await owner.post(CONFIRMATION, { code: codeFor(HELLO) });
    expect(await emailPage(owner)).toContain(BY_ITSELF);
    moveClock(days(14) - 1);
    expect(await emailPage(await signedInOwner())).toContain(BY_ITSELF);
    moveClock(1);
    const late = await signedInOwner();
    expect(await emailPage(late)).toContain(NOT);
    const before = domainService.asked.length;
    await runSchedule();
    expect(domainService.asked, 'and so it is').toHaveLength(before);
    expect(await emailPage(late)).not.toMatch(/by itself|We look by/);
  });

  test('a broken sender: always; a next one of two weeks: only “Check now”', async () => {
    const owner = await activeSender();
    await enter(owner, 'hi@new.example');
    expect(await emailPage(owner)).toContain('Then this address takes over by itself.');
    moveClock(days(15));
    const late = await signedInOwner();
    expect(await emailPage(late)).toContain(
      'until you press “Check now” and the records below are right. Then this address takes over.',
    );
    zone.set(STUDIO, []);
    await runSchedule();
    await remove(late, 'next');
    expect(await emailPage(late)).toContain(BY_ITSELF);
  });
});

test('neither MX nor A: SPF is right, a record without a value says what is missing', async () => {
  const owner = await activeSender();
  zone.set(STUDIO, [], 'MX');
  await owner.post(`${EMAIL}/check`);
  const html = await read(await owner.get(EMAIL));
  const shown = await wordsOf(new Response(html));
  expect(shown).toContain('SPF Right');
  expect(shown).toMatch(/Mail server \(MX\) Missing .*takes no mail/);
  expect(shown).toContain('3 of 4 needed records are right');
  expect(html).not.toContain('id="current-mx-value"');
  expect(html).not.toContain('id="current-mx-name"');
  zone.set(STUDIO, ['192.0.2.1'], 'A');
  await owner.post(`${EMAIL}/check`);
  expect(await emailPage(owner)).not.toContain('Mail server (MX)');
});

test('a refusal although the records are right: the page says so, and what to press', async () => {
  const owner = await activeSender();
  expectConsoleError(/mail refused/);
  mailService('403', 'takes it over (202)');
  await copyOf(visit('demo'), withDomains).post('/sign-in/link', { email: 'client@demo.test' });
  expect(await sender()).toMatchObject({ broken_by: 'refusal' });
  const shown = await emailPage(owner);
  expect(shown).toContain('though the records are right. Press “Check now” below');
  expect(shown).toContain(`Check the records of ${STUDIO} once more All needed records are right.`);
  expect(shown).not.toContain('Look through');
});

describe('a domain that is not written in ASCII', () => {
  const UMLAUT = 'müller-design.example';
  const ASCII = 'xn--mller-design-dlb.example';

  test('the page: shows it in its own script, copies it in ASCII', async () => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: `ana@${UMLAUT}` });
    const flash = await emailPage(owner);
    expect(flash).toContain(`A code is on its way to ana@${UMLAUT}.`);
    expect(flash).toContain(`Sign in where the DNS of ${UMLAUT} is managed`);
    expect(flash).toContain('Type: TXT. Short name: _mailchannels ');
    const code = codeFor(`ana@${ASCII}`);
    const [mail] = mailsTo(`ana@${ASCII}`);
    expect(mail?.body.subject, 'for every reader, both').toContain(`ana@${UMLAUT} (ana@${ASCII})`);
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
    expect(await emailPage(owner)).toContain(`ana@${UMLAUT} was removed.`);
  });
});

test('HTML in DNS: shown as text, in fields and in lists', async () => {
  const owner = await signedInOwner();
  const script = '</textarea></code></li><script>alert(1)</script><img src=x onerror=alert(1)>';
  const quoted = '" onfocus="alert(1)" autofocus x="';
  await owner.post(EMAIL, { email: HELLO });
  const selector = String((await sender())?.selector);
  for (const name of [STUDIO, `_mailchannels.${STUDIO}`, `_dmarc.${STUDIO}`]) {
    const begin = { [STUDIO]: 'v=spf1', [`_dmarc.${STUDIO}`]: 'v=DMARC1' }[name] ?? 'v=mc1';
    zone.set(name, [`${begin} ${script}`, `${begin} ${quoted}`]);
  }
  zone.set(`${selector}._domainkey.${STUDIO}`, [script, quoted]);
  await owner.post(`${EMAIL}/confirmation`, { code: codeFor(HELLO) });
  await owner.post(`${EMAIL}/check`);
  const html = await (await owner.get(EMAIL)).text();
  expect(html, 'it is there').toContain('&lt;script>alert(1)');
  expect(html).not.toMatch(/<script>alert|<img src=x|<\/textarea><\/code>/);
  expect(html).not.toContain('" onfocus="');
});
