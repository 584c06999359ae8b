import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { failureWords } from '../../../worker/routes/admin/activity/mail-failures.ts';
import { hours, minutes, seconds } from '../../../worker/values/duration.ts';
import { demoId, olivia, rita } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { ACCOUNT } from '../../support/doubles/mailchannels/domains.ts';
import { mailService, signer } from '../../support/network.ts';
import { deliverQueued, queued } from '../../support/queue.ts';
import {
  CONFIRMATION,
  EMAIL,
  emailPage,
  GMAIL,
  HELLO,
  read,
  signedInOwner,
  withDomains,
  wordsOf,
} from '../../support/senders.ts';
import { visit } from '../../support/visitor.ts';

beforeEach(() => moveClock(0));

describe('the mail with the code', () => {
  const MAILED = `We mailed a code to ${GMAIL}.`;

  test('accepted: the page says that it was mailed, and no more', async () => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: GMAIL });
    const shown = await emailPage(owner);
    expect(shown).toContain(MAILED);
    expect(shown).not.toContain('The mail with the code');
  });

  test('refused for good: why and what to do, for every member, until the next code', async () => {
    const owner = await signedInOwner();
    expectConsoleError(/mail refused/);
    mailService('400');
    await owner.post(EMAIL, { email: GMAIL });
    moveClock(seconds(1));
    const refused =
      'The mail with the code could not be sent: the mail service did not accept the mail; the person who runs Latchkey for you finds its answer in the log · just now Send the code again. If it fails again, show the words above to the person who runs Latchkey for you.';
    expect(await emailPage(owner)).toContain(refused);
    expect(await emailPage(owner)).not.toContain(MAILED);
    await env.DB.prepare(
      `INSERT INTO memberships (member_id, workspace_id, role, created_at)
       SELECT id, ?, 'owner', 0 FROM members WHERE email = ?`,
    )
      .bind(demoId, rita)
      .run();
    const colleague = await signedInOwner(rita);
    expect(await emailPage(colleague)).toContain(refused);
    expect(await wordsOf(await colleague.get('/w/rival/settings/email'))).not.toContain('the code');

    mailService('takes it over (202)');
    await owner.post(`${EMAIL}/code`);
    expect(await emailPage(owner)).toContain(MAILED);
    expect(await emailPage(owner)).not.toContain('could not be sent');
  });

  test('waits for another try: why, until it has left', async () => {
    const owner = await signedInOwner();
    expectConsoleError(/mail refused/);
    mailService('429', 'takes it over (202)');
    await owner.post(EMAIL, { email: GMAIL });
    expect(await emailPage(owner)).toContain(
      'The mail with the code is waiting to be sent: the mail service takes no more mail for the moment; it is tried again by itself · just now',
    );
    moveClock(seconds(queued()[0]?.delaySeconds ?? 0));
    await deliverQueued(withDomains);
    expect(await emailPage(owner)).toContain(MAILED);
  });

  test('bounced: why, on this page only', async () => {
    const bindings = { ...withDomains };
    const owner = await signedInOwner(olivia, bindings);
    expectConsoleError(/event of a mail/);
    await owner.post(EMAIL, { email: GMAIL });
    const sign = await signer();
    const named = { customer_handle: ACCOUNT, request_id: 'r-1', timestamp: Date.now() / 1000 };
    const body = JSON.stringify([{ event: 'hard-bounced', status: '5.1.1', ...named }]);
    const machine = visit('app', bindings);
    const headers = { 'content-type': 'application/json', ...(await sign(body)) };
    const address = `${machine.origin}/webhooks/mailchannels`;
    const answer = await machine.send(new Request(address, { method: 'POST', headers, body }));
    expect(answer.status).toBe(200);
    expect(await emailPage(owner)).toContain(
      'The mail with the code came back: there is no such mailbox · just now See that the address is spelled right and takes mail.',
    );
    expect(await wordsOf(await owner.get('/w/demo/activity'))).toContain('Nothing yet.');

    // another address: nothing of the one before
    await owner.post(EMAIL, { email: HELLO });
    expect(await emailPage(owner)).toContain(`We mailed a code to ${HELLO}.`);
    expect(await emailPage(owner)).not.toContain('came back');
  });

  test('suppressed: words for the reader’s own address', async () => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: GMAIL });
    expect(failureWords('suppressed', 'contact')).toContain('ask them for another address');
    await env.DB.prepare("UPDATE mails SET state = 'failed', reason = ? WHERE about IS NOT NULL")
      .bind('suppressed')
      .run();
    expect(await emailPage(owner)).toContain(
      'came back or were called spam; ask the person who runs Latchkey for you to have it allowed again',
    );
  });

  test('the mail of an earlier address: the page says nothing of it', async () => {
    const owner = await signedInOwner();
    expectConsoleError(/mail refused/);
    mailService('400');
    await owner.post(EMAIL, { email: GMAIL });
    moveClock(minutes(1));
    await env.DB.prepare('UPDATE senders SET asked_at = ?').bind(Date.now()).run();
    expect(await emailPage(owner)).toContain(MAILED);
  });
});

describe('a code that can no longer be typed', () => {
  test('expired: the page says so before anybody types it', async () => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: GMAIL });
    moveClock(minutes(30) - 1);
    expect(await read(await owner.get(EMAIL))).toContain('Code from the email');
    moveClock(1);
    const html = await read(await owner.get(EMAIL));
    expect(html).toContain('That code is too old.');
    expect(html).not.toContain('Code from the email');
  });

  test('five wrong tries: the page says so until another code is asked for', async () => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: GMAIL });
    for (let tries = 0; tries < 4; tries += 1) await owner.post(CONFIRMATION, { code: 'AAAAAA' });
    expect(await read(await owner.get(EMAIL))).toContain('Code from the email');
    await owner.post(CONFIRMATION, { code: 'AAAAAA' });
    const html = await read(await owner.get(EMAIL));
    expect(html).toContain('Too many wrong codes, so this one no longer counts. Send another.');
    expect(html).not.toContain('Code from the email');
    moveClock(1);
    await owner.post(`${EMAIL}/code`);
    expect(await read(await owner.get(EMAIL))).toContain('Code from the email');
  });

  test('too many wrong tries in the workspace: the page says for how long', async () => {
    const owner = await signedInOwner();
    for (let nth = 0; nth < 4; nth += 1) {
      await owner.post(EMAIL, { email: `n${nth}@gmail.com` });
      for (let tries = 0; tries < 5; tries += 1) await owner.post(CONFIRMATION, { code: 'AAAAAA' });
    }
    moveClock(hours(2) + 1);
    await owner.post(EMAIL, { email: GMAIL });
    expect(await emailPage(owner)).toContain(
      'Too many wrong codes for one day, so none counts at present. Send another in 22 hours.',
    );
    moveClock(hours(22));
    expect(await emailPage(await signedInOwner())).not.toContain('Too many wrong codes');
  });
});

describe('too many mailed codes: the page says which limit, and until when', () => {
  test('of a workspace: at most 10 within an hour', async () => {
    const owner = await signedInOwner();
    for (let nth = 0; nth < 10; nth += 1) await owner.post(EMAIL, { email: `n${nth}@gmail.com` });
    const words = 'Those were 10 codes within 1 hour. Try again in 1 hour.';
    expect(await wordsOf(await owner.post(EMAIL, { email: GMAIL }))).toContain(words);
    expect(await wordsOf(await owner.post(`${EMAIL}/code`))).toContain(words);
  });

  test('to an address: its share for the day', async () => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: GMAIL });
    for (let nth = 0; nth < 4; nth += 1) await owner.post(`${EMAIL}/code`);
    expect(await wordsOf(await owner.post(`${EMAIL}/code`))).toContain(
      'That address has had its share of codes for today. Try again tomorrow.',
    );
    moveClock(minutes(31));
    expect(await wordsOf(await owner.post(`${EMAIL}/code`)), 'and no code can be typed').toContain(
      'That address has had its share of codes for today. Try again tomorrow.',
    );
  });
});
