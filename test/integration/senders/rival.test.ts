import { describe, expect, test } from 'vitest';
import { sendersTo } from '../../support/broken-sender.ts';
import { demoId, rita } from '../../support/cast.ts';
import { rows } from '../../support/database.ts';
import { domainService, onTheWire } from '../../support/network.ts';
import { lastRecorded } from '../../support/next-sender.ts';
import {
  activeSender,
  EMAIL,
  enter,
  enteredAddress,
  HELLO,
  mailsTo,
  PLATFORM,
  RIVAL_EMAIL,
  remove,
  rivalsSender,
  runSchedule,
  STUDIO,
  sender,
  signedInOwner,
  withDomains,
} from '../../support/senders.ts';
import { visit } from '../../support/visitor.ts';

describe('the domain of another workspace', () => {
  test('set up there: its records prove nothing here', async () => {
    await activeSender();
    const rival = await signedInOwner(rita);
    await enter(rival, `intern@${STUDIO}`, 'rival');
    await rival.post(`${RIVAL_EMAIL}/check`);
    for (let hour = 0; hour < 3; hour += 1) await runSchedule();
    expect(await rivalsSender()).toMatchObject({
      confirmed_at: expect.any(Number),
      verified_at: null,
    });
    await visit('rival', withDomains).post('/sign-in/link', { email: 'client@rival.test' });
    expect(mailsTo('client@rival.test').map(({ body }) => body.from.email)).toEqual([PLATFORM]);
    const [mine, theirs] = [await sender(), await rivalsSender()];
    expect(mine?.selector).toMatch(/^lk[a-z2-7]{10}$/);
    expect(theirs?.selector).toMatch(/^lk[a-z2-7]{10}$/);
    expect(theirs?.selector).not.toBe(mine?.selector);
    expect(await sender(), 'nothing happened to the first').toMatchObject({ broken_at: null });
  });

  test('form fields beyond the address: neither selector nor state can be chosen', async () => {
    await activeSender();
    const [key] = domainService.keys;
    const rival = await signedInOwner(rita);
    await rival.post(RIVAL_EMAIL, {
      email: `intern@${STUDIO}`,
      selector: key?.selector ?? '',
      confirmed_at: '1',
      verified_at: '1',
      use: 'from',
      workspace_id: demoId,
    });
    expect(await rivalsSender()).toMatchObject({ confirmed_at: null, verified_at: null });
    expect((await rivalsSender())?.selector).not.toBe(key?.selector);
  });

  test('all records right, and the address not confirmed: no mail leaves from it', async () => {
    const { owner } = await enteredAddress();
    domainService.publish(STUDIO);
    await owner.post(`${EMAIL}/check`);
    await runSchedule();
    expect(await sender()).toMatchObject({ confirmed_at: null, verified_at: null });
    await visit('demo', withDomains).post('/sign-in/link', { email: 'client@demo.test' });
    expect(onTheWire().at(-1)?.body).toMatchObject({
      from: { email: PLATFORM },
      reply_to: { email: 'hello@demo.test' },
    });
  });
});

test('another workspace’s next sender: changes nothing here', async () => {
  const owner = await activeSender();
  const rival = await signedInOwner(rita);
  const theirs = '/w/rival/settings/email';
  await enter(rival, 'r@rival.example', 'rival');
  domainService.publish('rival.example');
  await rival.post(`${theirs}/check`);
  const before = await sender();
  await enter(rival, `intern@${STUDIO}`, 'rival');
  await rival.post(`${theirs}/check`);
  expect(await sender()).toEqual(before);
  await visit('rival', withDomains).post('/sign-in/link', { email: 'client@rival.test' });
  expect(mailsTo('client@rival.test').at(-1)?.body.from.email).toBe('r@rival.example');
  await enter(rival, 'rita@gmail.com', 'rival');
  const left = await rows('SELECT address FROM senders ORDER BY address');
  expect(left).toEqual([{ address: HELLO }, { address: 'rita@gmail.com' }]);
  expect(await sender()).toEqual(before);
  await remove(owner);
  expect(await lastRecorded()).toEqual({ kind: 'sender_removed', address: HELLO, remains: '' });
  expect(await rows('SELECT address FROM senders')).toEqual([{ address: 'rita@gmail.com' }]);
});

test('the sender of another workspace: no mail of this one leaves from it', async () => {
  await activeSender();
  await visit('rival', withDomains).post('/sign-in/link', { email: 'client@rival.test' });
  expect(sendersTo('client@rival.test')).toEqual([PLATFORM]);
  expect(JSON.stringify(mailsTo('client@rival.test'))).not.toContain(STUDIO);
});
