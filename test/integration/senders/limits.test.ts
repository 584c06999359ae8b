import { describe, expect, test } from 'vitest';
import { days, hours } from '../../../worker/values/duration.ts';
import { rita } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import { domainService, onTheWire } from '../../support/network.ts';
import {
  EMAIL,
  enteredAddress,
  HELLO,
  RIVAL_EMAIL,
  STUDIO,
  sender,
  signedInOwner,
} from '../../support/senders.ts';
import { tally } from '../../support/visitor.ts';

describe('limits', () => {
  test('ten codes an hour for a workspace: then 429, no mail, and the sender stays', async () => {
    const owner = await signedInOwner();
    const answers: Response[] = [];
    for (let nth = 0; nth < 12; nth += 1) {
      answers.push(await owner.post(EMAIL, { email: `n${nth}@${STUDIO}` }));
    }
    expect(tally(answers)).toEqual({ 303: 10, 429: 2 });
    expect(onTheWire()).toHaveLength(10);
    expect(await sender()).toMatchObject({ address: `n9@${STUDIO}` });
    expect((await owner.post(`${EMAIL}/code`)).status).toBe(429);
    moveClock(hours(1));
    expect((await owner.post(`${EMAIL}/code`)).status).toBe(303);
  });

  test('five codes a day to one address: over all workspaces and spellings', async () => {
    const [owner, rival] = [await signedInOwner(), await signedInOwner(rita)];
    for (const email of ['Victim@bank.example', 'other@x.example', 'victim@BANK.example']) {
      await owner.post(EMAIL, { email });
    }
    await owner.post(`${EMAIL}/code`);
    await rival.post(RIVAL_EMAIL, { email: 'victim@bank.example' });
    expect((await rival.post(`${RIVAL_EMAIL}/code`)).status).toBe(303);
    expect((await rival.post(`${RIVAL_EMAIL}/code`)).status).toBe(429);
    expect((await owner.post(`${EMAIL}/code`)).status).toBe(429);
    const sent = onTheWire().filter(({ body }) =>
      /victim/i.test(JSON.stringify(body.personalizations)),
    );
    expect(sent).toHaveLength(5);
    const keys = await rows("SELECT key FROM tries WHERE key LIKE 'sender/address:%'");
    expect(JSON.stringify(keys), 'counted by a hash').not.toMatch(/victim|bank/i);
  });

  test('five codes a day to one mailbox: over all of its names', async () => {
    const owner = await signedInOwner();
    const answers: Response[] = [];
    for (const name of [
      'victim',
      'victim+1',
      'vic.tim',
      'v.i.c.t.i.m+x',
      'VICTIM+y',
      'victim+z+z',
    ]) {
      answers.push(await owner.post(EMAIL, { email: `${name}@bank.example` }));
    }
    expect(tally(answers)).toEqual({ 303: 5, 429: 1 });
    expect(onTheWire()).toHaveLength(5);
    expect((await owner.post(EMAIL, { email: 'victim@other.example' })).status).toBe(303);
    expect((await owner.post(EMAIL, { email: '+victim@bank.example' })).status).toBe(303);
  });

  test('thirty codes a day for a member: over all of their workspaces', async () => {
    // thirty mails are most of what a deployment may send within the hour
    expectConsoleError(/mails nearly used up/);
    const owner = await signedInOwner();
    const answers: Response[] = [];
    for (let nth = 0; nth < 7; nth += 1) {
      await owner.post('/workspaces/new', { name: 'Mine', slug: `mine-${nth}` });
      for (let code = 0; code < 5; code += 1) {
        const email = `n${nth}-${code}@${STUDIO}`;
        answers.push(await owner.post(`/w/mine-${nth}/settings/email`, { email }));
      }
    }
    expect(tally(answers)).toEqual({ 303: 30, 429: 5 });
    expect(onTheWire()).toHaveLength(30);
    const rival = await signedInOwner(rita);
    expect((await rival.post(RIVAL_EMAIL, { email: `r@${STUDIO}` })).status).toBe(303);
    moveClock(days(1));
    expect((await (await signedInOwner()).post(EMAIL, { email: HELLO })).status).toBe(303);
  });

  test('thirty checks an hour: then 429', async () => {
    const { owner } = await enteredAddress();
    const answers: Response[] = [];
    for (let nth = 0; nth < 32; nth += 1) answers.push(await owner.post(`${EMAIL}/check`));
    expect(tally(answers)).toEqual({ 303: 30, 429: 2 });
    expect(domainService.asked.filter((what) => what === 'POST check-domain')).toHaveLength(31);
  });
});
