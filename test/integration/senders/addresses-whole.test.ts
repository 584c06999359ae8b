import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { olivia } from '../../support/cast.ts';
import { textOf } from '../../support/doubles/mailchannels/send.ts';
import { zone } from '../../support/network.ts';
import {
  activeSender,
  codeFor,
  EMAIL,
  emailPage,
  mailsTo,
  runSchedule,
  STUDIO,
  signedInOwner,
} from '../../support/senders.ts';

// Attack row 45: `hello@bank.example.evil.example`, cut after `bank.example`, reads as another domain.

/** 180 characters. */
const LONG = `${'local-part.'.repeat(4)}hello@bank.example.${'long.'.repeat(20)}evil.example`;

test('the code for a long address: subject and text have it whole', async () => {
  const owner = await signedInOwner();
  expect((await owner.post(EMAIL, { email: LONG })).status).toBe(303);
  const [mail] = mailsTo(LONG);
  expect(mail?.body.subject).toBe(`${codeFor(LONG)} is your code to send as ${LONG}`);
  expect(textOf(mail)).toContain(`come from ${LONG}.`);
  expect(JSON.stringify(mail?.body)).not.toContain('…');
  expect(await emailPage(owner)).toContain(LONG);
});

test('the code that a member with a long address asked for: says whose it is, whole', async () => {
  await env.DB.prepare('UPDATE members SET email = ?1, email_key = ?1 WHERE email = ?2')
    .bind(LONG, olivia)
    .run();
  const owner = await signedInOwner(LONG);
  await owner.post(EMAIL, { email: 'hello@studio.example' });
  expect(textOf(mailsTo('hello@studio.example').at(-1))).toContain(`${LONG} asked on `);
});

test('the notice about a broken sender with a long address: subject and text have it whole', async () => {
  await activeSender();
  const long = `${'local-part.'.repeat(5)}hello@${STUDIO}`;
  await env.DB.prepare('UPDATE senders SET address = ?').bind(long).run();
  zone.set(STUDIO, []);
  await runSchedule();
  const mail = mailsTo(olivia).at(-1);
  expect(mail?.body.subject).toBe(`Mail no longer leaves from ${long}`);
  expect(textOf(mail)).toContain(`Their answers reach you at ${long}.`);
});
