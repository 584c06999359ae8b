import { expect } from 'vitest';
import { days } from '../../../worker/values/duration.ts';
import { carla, olivia } from '../cast.ts';
import { moveClock } from '../clock.ts';
import { ACCOUNT } from '../doubles/mailchannels/domains.ts';
import { domainService, mailService, zone } from '../network.ts';
import {
  codeFor,
  EMAIL,
  enter,
  HELLO,
  recorded,
  remove,
  runSchedule,
  STUDIO,
  sender,
  signedInOwner,
} from '../senders.ts';
import { type Visitor, visit } from '../visitor.ts';
import { expectAnswer } from './account.ts';

const ON_THE_WIRE = { MAIL_TRANSPORT: 'mailchannels', MAILCHANNELS_ACCOUNT: ACCOUNT };

/** A sender from entering it to taking it away: confirmed, verified, refused, restored, broken, restored. */
export async function walkSenders(bindings: Env): Promise<void> {
  const there = { ...bindings, ...ON_THE_WIRE };
  const owner = await signedInOwner(olivia, there);
  await owner.get(EMAIL);
  await expectAnswer(303, owner.post(EMAIL, { email: HELLO }));
  await expectAnswer(303, owner.post(`${EMAIL}/code`));
  await expectAnswer(422, owner.post(`${EMAIL}/confirmation`, { code: 'AAAAAA' }));
  await expectAnswer(303, owner.post(`${EMAIL}/confirmation`, { code: codeFor(HELLO) }));
  domainService.publish(STUDIO);
  await runSchedule(there);
  mailService('400', 'takes it over (202)');
  await visit('demo', there)
    .ask(carla)
    .catch(() => undefined);
  moveClock(days(1));
  await runSchedule(there);
  await expectAnswer(303, owner.post(`${EMAIL}/check`));
  zone.set(STUDIO, []);
  await runSchedule(there);
  domainService.publish(STUDIO);
  await runSchedule(there);
  await owner.get(EMAIL);
  expect(await recorded()).toHaveLength(6);
  await walkNext(owner);
}

/** One beside it, from entering it to where it takes over; then one that is given up, and the end of all. */
async function walkNext(owner: Visitor): Promise<void> {
  await enter(owner, 'hi@new.example');
  domainService.publish('new.example');
  await expectAnswer(303, owner.post(`${EMAIL}/check`));
  expect(await sender()).toMatchObject({ address: 'hi@new.example' });
  await expectAnswer(303, owner.post(EMAIL, { email: HELLO }));
  await owner.get(EMAIL);
  await expectAnswer(303, remove(owner, 'next'));
  await expectAnswer(303, remove(owner));
  expect(await sender()).toBeUndefined();
}
