import { describe, expect, test } from 'vitest';
import { moveClock } from '../../support/clock.ts';
import { ENTERED, REMOVED, racing } from '../../support/sender-races.ts';
import {
  codeFor,
  EMAIL,
  HELLO,
  mailsTo,
  recorded,
  sender,
  signedInOwner,
} from '../../support/senders.ts';
import { copyOf } from '../../support/visitor.ts';

describe('the right code is typed, and before that is stored', () => {
  test.each([...ENTERED, ...REMOVED])(
    '%s: the sender that is there now is not confirmed',
    async (_what, change) => {
      moveClock(0); // so that both requests have the same moment
      const owner = await signedInOwner();
      await owner.post(EMAIL, { email: HELLO });
      const code = codeFor(HELLO);
      const bindings = racing(/^update "senders" set "confirmed_at"/, () => change(owner));
      const late = await copyOf(owner, bindings).post(`${EMAIL}/confirmation`, { code });
      expect(late.status).toBe(422);
      expect((await sender())?.confirmed_at ?? null).toBeNull();
      expect(await recorded()).not.toContain('sender_confirmed');
    },
  );
});

test('another code is asked for while the right one is judged: the address is not confirmed', async () => {
  moveClock(0);
  const owner = await signedInOwner();
  await owner.post(EMAIL, { email: HELLO });
  const code = codeFor(HELLO);
  const bindings = racing(/^update "senders" set "confirmed_at"/, async () => {
    moveClock(1000);
    await owner.post(`${EMAIL}/code`);
  });
  const late = await copyOf(owner, bindings).post(`${EMAIL}/confirmation`, { code });
  expect(late.status).toBe(422);
  expect((await sender())?.confirmed_at ?? null).toBeNull();
  const newer = await owner.post(`${EMAIL}/confirmation`, { code: codeFor(HELLO) });
  expect(newer.status, 'the newer code works').toBe(303);
});

test('several addresses at once: one is stored whole, and only its code confirms it', async () => {
  const owner = await signedInOwner();
  const addresses = ['one@one.example', 'two@two.example', 'three@one.example'];
  await Promise.all(addresses.map((email) => owner.post(EMAIL, { email })));
  const row = await sender();
  const [, domain] = String(row?.address).split('@');
  expect(row?.domain).toBe(domain);
  expect(row).toMatchObject({ confirmed_at: null, verified_at: null });
  for (const address of addresses.filter((each) => each !== row?.address)) {
    for (const mail of mailsTo(address).slice(-1)) {
      expect(mail).toBeDefined();
      const answer = await owner.post(`${EMAIL}/confirmation`, { code: codeFor(address) });
      expect(answer.status).toBe(422);
    }
  }
  const right = await owner.post(`${EMAIL}/confirmation`, { code: codeFor(String(row?.address)) });
  expect(right.status).toBe(303);
});
