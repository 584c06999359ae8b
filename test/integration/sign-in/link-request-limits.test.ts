import { expect, test } from 'vitest';
import { LOST_ANSWER } from '../../../worker/sessions/lost.ts';
import { hours, minutes } from '../../../worker/values/duration.ts';
import { watchBindings } from '../../support/bindings.ts';
import { carla, carlaAtDemo, nobody, rob } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { dump, epochAndSessions, rows, untouched, usedOnce } from '../../support/database.ts';
import { codeIn, linkIn, type Mail } from '../../support/mail.ts';
import { copyOf, mailbox, visit } from '../../support/visitor.ts';

test('thirty requests at once from one network for one address: ten mails an hour', async () => {
  const asking = visit('demo');
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, at) =>
      asking.post('/sign-in/link', { email: at % 2 === 0 ? carla : 'CLIENT@demo.test' }),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
  const sent = await mailsAndRows();
  expect(sent[0]).toBe(sent[1]);
  expect(sent[0]).toBeLessThanOrEqual(10);
  while ((await asking.ask(carla)) !== undefined);
  expect(await mailsAndRows()).toEqual([10, 10]);

  expect(await visit('demo').ask(carla), 'another network').toMatchObject({ to: carla });
  expect(await visit('rival').ask(rob), 'others are not affected').toMatchObject({ to: rob });
  moveClock(hours(1) - minutes(1));
  expect(await asking.ask(carla), 'within the hour').toBeUndefined();
  moveClock(minutes(2));
  expect(await asking.ask(carla), 'after it').toMatchObject({ to: carla });
});

test('forty requests at once from forty networks for one address: thirty mails', async () => {
  const browsers = Array.from({ length: 40 }, () => visit('demo'));
  await Promise.all(browsers.map((browser) => browser.post('/sign-in/link', { email: carla })));
  expect(await mailsAndRows()).toEqual([30, 30]);
  expect(await visit('demo').ask(carla)).toBeUndefined();
});

test('an eleventh request: no mail, and the tenth mail still works', async () => {
  const browser = visit('demo');
  const mails: (Mail | undefined)[] = [];
  for (let asked = 1; asked <= 11; asked += 1) mails.push(await browser.ask(carla));
  expect(mails[10]).toBeUndefined();
  expect((await browser.get(linkIn(mails[9]))).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('two requests: both mails work with one code; the first sign-in voids both', async () => {
  const browser = visit('demo');
  const first = await browser.ask(carla);
  moveClock(minutes(1));
  const second = await browser.ask(carla);
  expect(codeIn(second)).toBe(codeIn(first));
  expect(linkIn(second)).not.toBe(linkIn(first));
  for (const mail of [first, second]) {
    expect((await visit('demo').get(linkIn(mail))).status, 'both are open').toBe(200);
  }
  const asked = copyOf(browser);
  expect((await browser.get(linkIn(first))).status).toBe(303);
  moveClock(LOST_ANSWER);
  expect((await asked.get(linkIn(second))).status).toBe(410);
  expect((await asked.post('/sign-in/code', { code: codeIn(first) })).status).toBe(422);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('another address, another browser or ten minutes later: another code', async () => {
  const browser = visit('demo');
  const first = await browser.ask(carla);
  expect(codeIn(await visit('demo').ask(carla)), 'another browser').not.toBe(codeIn(first));
  await browser.ask(nobody);
  expect(codeIn(await browser.ask(carla)), 'another address between').not.toBe(codeIn(first));
  const last = await browser.ask(carla);
  moveClock(minutes(10));
  expect(codeIn(await browser.ask(carla)), 'ten minutes later').not.toBe(codeIn(last));
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
});

test('POST below /sign-in, in a burst: refused before anything is read or written', async () => {
  const asked: unknown[] = [];
  const BURST: RateLimit = {
    async limit(options) {
      asked.push(options);
      return { success: false };
    },
  };
  const mail = await visit('demo').ask(carla);
  const before = await dump();
  const { bindings, calls } = watchBindings();
  const browser = visit('demo', { ...bindings, BURST });
  await browser.get('/sign-in');
  calls.length = 0;
  const link = new URL(linkIn(mail)).pathname;
  for (const path of ['/sign-in/link', '/sign-in/code', link, `${link}/renewal`]) {
    const headers = { 'cf-connecting-ip': '198.51.100.7', 'x-forwarded-for': '192.0.2.1' };
    const response = await browser.post(path, { email: carla, code: 'AAAAAA' }, { headers });
    expect([response.status, response.headers.get('retry-after')], path).toEqual([429, '60']);
  }
  expect(asked).toEqual(Array(4).fill({ key: '198.51.100.7' }));
  expect(calls).toEqual([]);
  expect(browser.cookies.size).toBe(0);
  expect(await dump()).toEqual(before);
});

async function mailsAndRows(): Promise<[number, number]> {
  const sent = await rows("SELECT id FROM activity WHERE kind = 'link_sent'");
  return [(await mailbox()).length, sent.length];
}
