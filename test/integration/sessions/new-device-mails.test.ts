import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { NEW_DEVICES_PER_MEMBER } from '../../../worker/limits/rules.ts';
import { hours, minutes, seconds } from '../../../worker/values/duration.ts';
import { olivia, oliviaId, rita } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import { mailService, onTheWire } from '../../support/network.ts';
import { browserOf, newDeviceMails } from '../../support/new-devices.ts';
import { deliverQueued, queued } from '../../support/queue.ts';
import { copyOf, typePassword, visit, withPassword } from '../../support/visitor.ts';

test('a new device signed out at once: the mail is still sent', async () => {
  await withPassword('app', olivia);
  moveClock(0);
  expectConsoleError(/"what":"mail refused"/);
  mailService('500 with HTML', '500 with HTML', 'takes it over (202)');
  const bindings = { ...env, MAIL_TRANSPORT: 'mailchannels' };
  const thief = visit('app', bindings);
  await typePassword(thief, olivia);
  await thief.post('/sign-out');
  moveClock(seconds(queued()[0]?.delaySeconds ?? 0));
  await deliverQueued(bindings);
  expect(onTheWire().at(-1)?.body.subject).toBe('New device signed in to Latchkey');
});

test('the mail service is down: the mail waits in the queue, without an address', async () => {
  moveClock(0);
  await withPassword('app', olivia);
  expectConsoleError(/"what":"mail refused"/);
  mailService('500 with HTML', '500 with HTML', '429', 'takes it over (202)');
  const bindings = { ...env, MAIL_TRANSPORT: 'mailchannels' };
  await typePassword(visit('app', bindings), olivia);
  expect(queued()).toHaveLength(1);
  expect(JSON.stringify(queued()[0]?.body)).not.toContain(olivia);
  while (queued().length > 0) {
    moveClock(seconds(queued()[0]?.delaySeconds ?? 0));
    await deliverQueued(bindings);
  }
  expect(onTheWire().at(-1)?.body).toMatchObject({
    subject: 'New device signed in to Latchkey',
    personalizations: [{ to: [{ email: olivia }] }],
  });
  expect(await rows("SELECT state, tries, member_id FROM mails WHERE kind = 'new-device'")).toEqual(
    [{ state: 'accepted', tries: 3, member_id: oliviaId }],
  );
});

test('five sign-ins at once in one new browser: one mail', async () => {
  await withPassword('app', olivia);
  const browser = await browserOf(rita);
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => typePassword(copyOf(browser), olivia)),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(303));
  expect(await newDeviceMails()).toHaveLength(1);
});

test('five sign-ins at once in five new browsers: a mail each', async () => {
  await withPassword('app', olivia);
  await Promise.all(Array.from({ length: 5 }, () => typePassword(visit('app'), olivia)));
  expect(await newDeviceMails()).toHaveLength(5);
});

test('more than ten new devices in an hour: ten mails; after the hour: mails again', async () => {
  moveClock(0);
  await withPassword('app', olivia);
  for (let nth = 1; nth <= NEW_DEVICES_PER_MEMBER.most + 2; nth += 1) {
    expect((await typePassword(visit('app'), olivia)).status, 'and comes in').toBe(303);
  }
  expect(await newDeviceMails(olivia)).toHaveLength(NEW_DEVICES_PER_MEMBER.most);
  await visit('app').signInAs(rita);
  await visit('app').signInAs(rita);
  expect(await newDeviceMails(rita), 'others are told').toHaveLength(1);
  moveClock(hours(1) + minutes(1));
  await typePassword(visit('app'), olivia);
  expect(await newDeviceMails(olivia)).toHaveLength(NEW_DEVICES_PER_MEMBER.most + 1);
});
