import { expect, test } from 'vitest';
import { carla, olivia } from '../../support/cast.ts';
import { rows } from '../../support/database.ts';
import { domainService, onTheWire, zone } from '../../support/network.ts';
import {
  activeSender,
  codeFor,
  EMAIL,
  enter,
  HELLO,
  mailsTo,
  nextSender,
  PLATFORM,
  read,
  recorded,
  remove,
  runSchedule,
  STUDIO,
  sender,
  signedInOwner,
  withDomains,
} from '../../support/senders.ts';
import { visit } from '../../support/visitor.ts';

const NEW = 'hi@new.example';
/** The portal contact of demo. */
const CONTACT = 'hello@demo.test';

/** Carla asks for a link; the mail that leaves. */
async function carlaAsks() {
  await visit('demo', withDomains).post('/sign-in/link', { email: carla });
  const { from, reply_to, ...body } = onTheWire().at(-1)?.body ?? {};
  const { dkim_domain, dkim_selector } = JSON.parse(JSON.stringify(body));
  return { from: from?.email, replyTo: reply_to?.email, dkim_domain, dkim_selector };
}

test('a sender: entered, confirmed, set up, active, broken, restored by the schedule', async () => {
  const owner = await signedInOwner();
  expect(await carlaAsks()).toMatchObject({ from: PLATFORM, replyTo: CONTACT });

  // entered: what DNS holds is merged into what is shown
  zone.set(STUDIO, ['v=spf1 include:_spf.google.com ~all', 'google-site-verification=x']);
  expect((await owner.post(EMAIL, { email: HELLO })).status).toBe(303);
  const [key] = domainService.keys;
  const shown = await read(await owner.get(EMAIL));
  for (const value of [
    'v=spf1 include:_spf.google.com include:relay.mailchannels.net ~all',
    ...[`_mailchannels.${STUDIO}`, 'v=mc1 auth=latchkey-test'],
    ...[String(key?.name), String(key?.value)],
    `_dmarc.${STUDIO}`,
  ]) {
    expect(shown).toContain(value);
  }
  expect(shown).not.toContain('google-site-verification');
  expect(await carlaAsks(), 'unconfirmed: as before').toMatchObject({
    from: PLATFORM,
    replyTo: CONTACT,
  });

  // confirmed: answers reach it, and nothing leaves from it yet
  const [mail] = mailsTo(HELLO);
  expect(mail?.body).toMatchObject({
    from: { name: 'Latchkey', email: PLATFORM },
    subject: `${codeFor(HELLO)} is your code to send as ${HELLO}`,
  });
  expect((await owner.post(`${EMAIL}/confirmation`, { code: codeFor(HELLO) })).status).toBe(303);
  expect(await carlaAsks()).toMatchObject({ from: PLATFORM, replyTo: HELLO });
  expect(await sender()).toMatchObject({ confirmed_at: expect.any(Number), verified_at: null });

  // wrong, then right
  zone.set(`_mailchannels.${STUDIO}`, ['v=mc1 auth=somebody-else']);
  await owner.post(`${EMAIL}/check`);
  const wrong = await read(await owner.get(EMAIL));
  expect(wrong).toContain('v=mc1 auth=somebody-else auth=latchkey-test');
  expect(wrong).toContain('It names another account only.');
  domainService.publish(STUDIO);
  await owner.post(`${EMAIL}/check`);
  expect(await sender()).toMatchObject({ verified_at: expect.any(Number), broken_at: null });
  expect(await carlaAsks()).toEqual({
    from: HELLO,
    replyTo: undefined,
    dkim_domain: STUDIO,
    dkim_selector: key?.selector,
  });

  // broken by the schedule's finding: the very next mail leaves from the platform
  zone.set(key?.name ?? '', []);
  const before = mailsTo(olivia).length;
  await runSchedule();
  expect(await carlaAsks()).toMatchObject({
    from: PLATFORM,
    replyTo: HELLO,
    dkim_domain: undefined,
  });
  const [notice, ...more] = mailsTo(olivia).slice(before);
  expect(more).toEqual([]);
  expect(notice?.body).toMatchObject({
    from: { name: 'Latchkey', email: PLATFORM },
    subject: `Mail no longer leaves from ${HELLO}`,
  });
  await runSchedule();
  expect(mailsTo(olivia)).toHaveLength(before + 1);

  // right again: restored by the schedule
  domainService.publish(STUDIO);
  await runSchedule();
  expect(await carlaAsks()).toMatchObject({ from: HELLO, dkim_selector: key?.selector });
  expect(await recorded()).toEqual([
    'sender_confirmed',
    'sender_verified',
    'sender_broken',
    'sender_verified',
  ]);
  const [broken] = await rows("SELECT detail FROM activity WHERE kind = 'sender_broken'");
  expect(JSON.parse(String(broken?.detail))).toEqual({
    address: HELLO,
    cause: 'records',
    records: ['dkim'],
  });

  // taken away
  await remove(owner);
  expect(await sender()).toBeUndefined();
  expect(await carlaAsks()).toMatchObject({ from: PLATFORM, replyTo: CONTACT });
});

test('another address at the same domain: needs a code, and no new record', async () => {
  const owner = await activeSender();
  const selector = (await sender())?.selector;
  const jane = `jane@${STUDIO}`;
  expect((await owner.post(EMAIL, { email: jane })).status).toBe(303);
  expect(await carlaAsks(), 'unconfirmed').toMatchObject({ from: HELLO });
  expect((await owner.post(`${EMAIL}/confirmation`, { code: codeFor(jane) })).status).toBe(303);
  expect((await sender())?.selector).toBe(selector);
  expect(await carlaAsks()).toMatchObject({ from: jane, dkim_selector: selector });
  expect(domainService.keys).toHaveLength(1);
});

test('an address at another domain: gets its own key, as does the first after it', async () => {
  const owner = await activeSender();
  const selector = (await sender())?.selector;
  await enter(owner, NEW);
  expect((await nextSender())?.selector).not.toBe(selector);
  domainService.publish('new.example');
  await owner.post(`${EMAIL}/check`);
  expect(await carlaAsks()).toMatchObject({ from: NEW });
  await enter(owner);
  expect((await nextSender())?.selector).not.toBe(selector);
  await owner.post(`${EMAIL}/check`);
  expect(await carlaAsks(), 'its record is another’s').toMatchObject({ from: NEW });
});

test('records right before the code: nothing to publish, Activity lists both in order', async () => {
  const owner = await activeSender();
  const jane = `jane@${STUDIO}`;
  await owner.post(EMAIL, { email: jane });
  const waiting = await read(await owner.get(EMAIL));
  expect(waiting).toContain(`The records of ${STUDIO} are right already`);
  expect(waiting).not.toMatch(/Publish these records|what to publish for|Do what each record/);

  await owner.post(`${EMAIL}/confirmation`, { code: codeFor(jane) });
  const [confirmed, verified] = await rows(
    "SELECT kind, at FROM activity WHERE kind LIKE 'sender_%' AND detail LIKE ? ORDER BY at",
    `%${jane}%`,
  );
  expect([confirmed?.kind, verified?.kind]).toEqual(['sender_confirmed', 'sender_verified']);
  expect(Number(verified?.at)).toBeGreaterThan(Number(confirmed?.at));
});

test('an address for replies only: the page says what its removal changes', async () => {
  const owner = await signedInOwner();
  await enter(owner, 'olivia@gmail.com');
  const shown = await read(await owner.get(EMAIL));
  expect(shown).toContain('Replies no longer reach it then.');
  expect(shown).not.toContain('Mail then comes from');
  await remove(owner);
  expect(await read(await owner.get(EMAIL))).toContain(
    'olivia@gmail.com was removed. Replies no longer reach it.',
  );
});
