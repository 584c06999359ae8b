import { expect, test } from 'vitest';
import { hours } from '../../../worker/values/duration.ts';
import {
  carla,
  carlaAtDemo,
  demoId,
  larsAtDemo,
  olivia,
  oliviaId,
  rita,
} from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { dump, epochAndSessions, rows, usedOnce } from '../../support/database.ts';
import { linkIn } from '../../support/mail.ts';
import { mailbox, visit } from '../../support/visitor.ts';

const CARD = `/w/demo/contacts/${carlaAtDemo}`;
const PATH = `${CARD}/sign-in-link`;

async function newest() {
  return (await mailbox()).find(({ to }) => to === carla);
}

test('a member sends a link: it goes to the stored address and opens with one press', async () => {
  const member = await visit('app').signInAs(olivia);
  const sent = await member.post(PATH, { email: 'thief@evil.test' });
  expect([sent.status, sent.headers.get('location')]).toEqual([303, CARD]);
  const mail = await newest();
  expect(mail).toMatchObject({ to: carla, from: { name: 'Demo Studio' } });
  expect(mail?.text).toContain('Sent to you by Demo Studio, on ');
  expect(mail?.text).not.toMatch(/Your code is|#[0-9A-Z]{6}\b|late/);
  const browser = visit('demo');
  const opened = await browser.get(linkIn(mail));
  expect(opened.status, 'no browser asked for it').toBe(200);
  expect(await opened.text()).toContain('Sign in on this device');
  expect((await browser.post(linkIn(mail))).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('the card offers it, says that it is on its way, who sent it, and what became of it', async () => {
  const member = await visit('app').signInAs(olivia);
  expect(await (await member.get(CARD)).text()).toContain(`action="${PATH}"`);
  await member.post(PATH);
  const card = await (await member.get(CARD)).text();
  expect(card).toContain('A sign-in link for Carla Client is on its way.');
  expect(card).toContain('Sent a sign-in link by owner@demo.test');
  expect(card).toContain('The mail was accepted by the mail service');
  const [entry] = await rows("SELECT * FROM activity WHERE kind = 'link_offered'");
  expect(entry).toMatchObject({
    workspace_id: demoId,
    contact_id: carlaAtDemo,
    member_id: oliviaId,
  });
});

test('strangers who have used up the address do not matter', async () => {
  const member = await visit('app').signInAs(olivia);
  let mailed = true;
  while (mailed) mailed = (await visit('demo').ask(carla)) !== undefined;
  const before = (await mailbox()).length;
  expect((await member.post(PATH)).status).toBe(303);
  expect(await mailbox()).toHaveLength(before + 1);
});

test('five an hour to one mailbox, and then words; strangers’ share is untouched', async () => {
  moveClock(0);
  const member = await visit('app').signInAs(olivia);
  for (let sent = 1; sent <= 5; sent += 1) expect((await member.post(PATH)).status).toBe(303);
  const refused = await member.post(PATH);
  expect(refused.status).toBe(429);
  expect(await refused.text()).toContain(
    'No link was sent: members may send this mailbox 5 within an hour and 10 within a day. Try again in 1 hour.',
  );
  expect(await visit('demo').ask(carla)).toMatchObject({ to: carla });
  moveClock(hours(1));
  expect((await member.post(PATH)).status).toBe(303);
});

test('without access: 409, and nothing is mailed or recorded', async () => {
  const member = await visit('app').signInAs(olivia);
  const before = await dump();
  const refused = await member.post(`/w/demo/contacts/${larsAtDemo}/sign-in-link`);
  expect([refused.status, await refused.text()]).toEqual([
    409,
    expect.stringContaining('No link was sent: this contact has no portal access.'),
  ]);
  expect(await dump()).toEqual(before);
});

test('another workspace’s member: 404, and nothing is mailed', async () => {
  const other = await visit('app').signInAs(rita);
  expect((await other.post(PATH)).status).toBe(404);
  expect((await other.post(`/w/rival/contacts/${carlaAtDemo}/sign-in-link`)).status).toBe(404);
  expect(await newest()).toBeUndefined();
});

test('access switched off before it is opened: the link is void', async () => {
  const member = await visit('app').signInAs(olivia);
  await member.post(PATH);
  for (const enabled of ['off', 'on']) await member.post(`${CARD}/portal-access`, { enabled });
  expect((await visit('demo').post(linkIn(await newest()))).status).toBe(410);
});
