import { expect, test } from 'vitest';
import { sendersTo } from '../../support/broken-sender.ts';
import { carla, olivia } from '../../support/cast.ts';
import { onTheWire } from '../../support/network.ts';
import { activeSender, PLATFORM, withDomains } from '../../support/senders.ts';
import { visit } from '../../support/visitor.ts';

test('a deployment without domains any more: mail leaves from the platform', async () => {
  await activeSender();
  for (const changed of [{ MAILCHANNELS_ACCOUNT: '' }, { MAIL_TRANSPORT: 'outbox' }]) {
    const bindings = { ...withDomains, ...changed };
    const asked = await visit('demo', bindings)
      .ask(carla)
      .catch(() => undefined);
    const from = asked?.from.email ?? onTheWire().at(-1)?.body.from.email;
    expect(from).toBe(PLATFORM);
  }
});

test('mails to members: from Latchkey’s own sender', async () => {
  const owner = await activeSender();
  await owner.post('/account/password', { password: 'seven quiet herons over the canal' });
  await visit('app', withDomains).post('/sign-in/link', { email: olivia });
  expect(sendersTo(olivia)).toEqual([PLATFORM, PLATFORM]);
});
