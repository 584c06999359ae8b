import { describe, expect, test } from 'vitest';
import { minutes, seconds } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo, olivia } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { epochAndSessions, rows } from '../../support/database.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { copyOf, mailbox, type Visitor, visit, withPassword } from '../../support/visitor.ts';

/** The name of the page in its form. */
async function pageName(response: Response): Promise<string> {
  return /name="page" value="([\w-]{22})"/.exec(await response.text())?.[1] ?? '';
}

/** What a browser sends when the button of the sign-in page is pressed twice: the same form, before the first answer. */
async function tapTwice(browser: Visitor, email: string): Promise<[Visitor, Visitor]> {
  const fields = { email, page: await pageName(await browser.get('/sign-in')) };
  const [first, second] = [copyOf(browser), copyOf(browser)];
  const answers = await Promise.all(
    [first, second].map((tap) => tap.post('/sign-in/link', fields)),
  );
  expect(answers.map(({ status }) => status)).toEqual([303, 303]);
  return [first, second];
}

describe('a double tap on the sign-in page', () => {
  test.each([
    ['a contact', 'demo', carla],
    ['a member', 'app', olivia],
  ])('%s: one mail', async (_who, host, email) => {
    await tapTwice(visit(host), email);
    expect(await mailbox()).toHaveLength(1);
    expect(await rows("SELECT 1 FROM activity WHERE kind = 'link_sent'")).toHaveLength(1);
    expect(await rows("SELECT 1 FROM activity WHERE kind = 'link_withheld'")).toEqual([]);
  });

  test.each([
    ['first', 0],
    ['second', 1],
  ])('whose %s answer the browser keeps: code and link work', async (_which, kept) => {
    const byCode = (await tapTwice(visit('demo'), carla))[kept as 0 | 1];
    const [mail] = await mailbox();
    expect((await byCode.post('/sign-in/code', { code: codeIn(mail) })).status).toBe(303);
    moveClock(minutes(1));
    const byLink = (await tapTwice(visit('demo'), carla))[kept as 0 | 1];
    const newest = (await mailbox()).find(({ id }) => id !== mail?.id);
    expect((await byLink.get(linkIn(newest))).status).toBe(303);
    expect((await byLink.get('/')).status).toBe(200);
  });

  test('in a known browser, and with an earlier request for another address: one mail', async () => {
    const browser = await visit('demo').signInAs(carla);
    await browser.post('/sign-out');
    await browser.ask('nobody@nowhere.test');
    const before = (await mailbox()).length;
    const taps = await tapTwice(browser, carla);
    const mails = await mailbox();
    expect(mails).toHaveLength(before + 1);
    const newest = mails.find(({ id }) => id === mails[0]?.id);
    expect((await taps[1].post('/sign-in/code', { code: codeIn(newest) })).status).toBe(303);
  });

  test('“Send it again”, pressed twice: one more mail, with the same code', async () => {
    const [browser] = await tapTwice(visit('demo'), carla);
    const [first] = await mailbox();
    const page = await pageName(await browser.get('/sign-in/check-email'));
    const again = { email: carla, page };
    await Promise.all([1, 2].map(() => browser.post('/sign-in/link', again)));
    const mails = await mailbox();
    expect(mails).toHaveLength(2);
    expect(new Set(mails.map(codeIn))).toEqual(new Set([codeIn(first)]));
  });

  test('the same page sent again later, or for another address: another mail', async () => {
    moveClock(0);
    const browser = visit('demo');
    const page = await pageName(await browser.get('/sign-in'));
    await browser.post('/sign-in/link', { email: carla, page });
    moveClock(seconds(15));
    await browser.post('/sign-in/link', { email: carla, page });
    expect(await mailbox()).toHaveLength(2);
    const member = visit('app');
    await member.post('/sign-in/link', { email: olivia, page });
    expect(await mailbox()).toHaveLength(3);
  });

  test('two browsers, each from its own page: two mails, and neither’s code works in the other', async () => {
    const [one] = await tapTwice(visit('demo'), carla);
    const [other] = await tapTwice(visit('demo'), carla);
    const mails = await mailbox();
    expect(mails).toHaveLength(2);
    const codes = mails.map(codeIn);
    expect(new Set(codes).size).toBe(2);
    const works = [];
    for (const code of codes) {
      works.push((await copyOf(one).post('/sign-in/code', { code })).status);
    }
    expect(works.toSorted()).toEqual([303, 422]);
    expect((await other.post('/sign-in/code', { code: codes[0] ?? '' })).status).not.toBe(303);
  });

  test.each(['', 'short', 'x'.repeat(23), `${'x'.repeat(21)}/`])(
    'a made-up page name %j: as if there were none',
    async (page) => {
      const browser = visit('demo');
      for (let asked = 0; asked < 2; asked += 1) {
        await browser.post('/sign-in/link', { email: carla, page });
      }
      expect(await mailbox()).toHaveLength(2);
    },
  );
});

test('a page name used again after ten minutes: another code', async () => {
  const browser = visit('demo');
  const page = await pageName(await browser.get('/sign-in'));
  await browser.post('/sign-in/link', { email: carla, page });
  const [first] = await mailbox();
  moveClock(minutes(10));
  await browser.post('/sign-in/link', { email: carla, page });
  const second = (await mailbox()).find(({ id }) => id !== first?.id);
  expect(codeIn(second)).not.toBe(codeIn(first));
});

test('the renewal button pressed twice: one mail, and its code works for either answer', async () => {
  const used = linkIn(await visit('demo').ask(carla));
  await visit('demo').post(used);
  const browser = visit('demo');
  const page = await pageName(await browser.get(used));
  const before = await mailbox();
  const taps = [copyOf(browser), copyOf(browser)];
  await Promise.all(taps.map((tap) => tap.post(`${used}/renewal`, { page })));
  const mails = await mailbox();
  expect(mails).toHaveLength(before.length + 1);
  const renewed = mails.find(({ id }) => before.every((mail) => mail.id !== id));
  expect((await taps[1]?.post('/sign-in/code', { code: codeIn(renewed) }))?.status).toBe(303);
});

describe('a button that signs in, pressed twice', () => {
  test('the link’s button: whoever the first press signed in goes on', async () => {
    const link = linkIn(await visit('demo').ask(carla, '/projects'));
    const browser = visit('demo');
    const page = await pageName(await browser.get(link));
    const late = copyOf(browser);
    expect((await browser.post(link, { page })).status).toBe(303);
    const second = await browser.post(link, { page });
    expect([second.status, second.headers.get('location')]).toEqual([303, '/projects']);
    // the second press left before the first answer came: it is sent to the link, where the cookie counts
    const early = await late.post(link, { page });
    expect([early.status, early.headers.get('location')]).toEqual([303, new URL(link).pathname]);
    const landed = await browser.get(link);
    expect([landed.status, landed.headers.get('location')]).toEqual([303, '/projects']);
    expect((await late.get(link)).status, 'without the cookie').toBe(410);
    expect(await epochAndSessions(carlaAtDemo)).toEqual({ epoch: 1, sessions: 1 });
  });

  test('the code’s button: whoever the first press signed in goes on', async () => {
    const browser = visit('demo');
    const code = codeIn(await browser.ask(carla, '/projects'));
    for (let press = 1; press <= 2; press += 1) {
      const typed = await browser.post('/sign-in/code', { code });
      expect([typed.status, typed.headers.get('location')], `press ${press}`).toEqual([
        303,
        '/projects',
      ]);
    }
    expect(await epochAndSessions(carlaAtDemo)).toEqual({ epoch: 1, sessions: 1 });
  });

  test('a used link in a browser that is signed in as somebody else: still refused', async () => {
    const link = linkIn(await visit('app').ask(olivia));
    await visit('app').post(link);
    const other = await withPassword('app', 'owner@rival.test');
    expect((await other.post(link)).status).toBe(410);
  });
});
