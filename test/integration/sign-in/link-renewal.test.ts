import { expect, test } from 'vitest';
import { minutes } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { epochAndSessions } from '../../support/database.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { mailbox, visit } from '../../support/visitor.ts';

test.each(['used', 'expired'])(
  'renewal of a link that is %s: a new one is mailed to the stored address',
  async (why) => {
    const first = await visit('demo').ask('CLIENT@demo.test', '/projects');
    if (why === 'used') await visit('demo').post(linkIn(first));
    else moveClock(minutes(11));
    const before = await epochAndSessions(carlaAtDemo);
    const browser = visit('demo');
    const gone = await (await browser.get(linkIn(first))).text();
    expect(gone).toContain('c***@demo.test');
    expect(gone).not.toContain(carla);

    const sent = (await mailbox()).map(({ id }) => id);
    const fields = { email: 'thief@evil.test', to: 'thief@evil.test' };
    const renewed = await browser.post(`${linkIn(first)}/renewal`, fields);
    expect([renewed.status, renewed.headers.get('location')]).toEqual([
      303,
      '/sign-in/check-email',
    ]);
    const [mail, ...more] = (await mailbox()).filter(({ id }) => !sent.includes(id));
    expect(more).toEqual([]);
    expect(mail?.to).toBe(carla);
    expect(linkIn(mail)).not.toBe(linkIn(first));
    const waiting = await (await browser.get('/sign-in/check-email')).text();
    expect(waiting).toContain('c***@demo.test');
    expect(waiting).not.toContain(carla);
    expect(await epochAndSessions(carlaAtDemo), 'renewing signs nobody in').toEqual(before);

    const typed = await browser.post('/sign-in/code', { code: codeIn(mail) });
    expect([typed.status, typed.headers.get('location')]).toEqual([303, '/projects']);
    expect(await (await browser.get('/')).text()).toContain('Carla');
  },
);

test('a renewed link: opens in the browser that renewed it; the old one is void', async () => {
  const first = await visit('demo').ask(carla);
  await visit('demo').post(linkIn(first));
  const browser = visit('demo');
  await browser.post(`${linkIn(first)}/renewal`);
  const [mail] = (await mailbox()).filter(({ text }) => !text.includes(linkIn(first)));
  expect((await visit('demo').post(linkIn(first))).status).toBe(410);
  expect((await browser.get(linkIn(mail))).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual({ epoch: 2, sessions: 2 });
});

test('renewal: counts among the ten mails an hour of its network', async () => {
  const browser = visit('demo');
  const first = await browser.ask(carla);
  await Promise.all(Array.from({ length: 20 }, () => browser.post(`${linkIn(first)}/renewal`)));
  expect(await mailbox()).toHaveLength(10);
});
