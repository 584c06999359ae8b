import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { SENDER_NOTICES_PER_WORKSPACE } from '../../../worker/limits/rules.ts';
import { carla, demoId, olivia, rita } from '../../support/cast.ts';
import { moveClockToMarch } from '../../support/clock.ts';
import { rows } from '../../support/database.ts';
import { textOf, type WireMail } from '../../support/doubles/mailchannels/send.ts';
import { domainService, onTheWire } from '../../support/network.ts';
import {
  activeSender,
  CONFIRMATION,
  changeNoticesTo,
  codeFor,
  EMAIL,
  enter,
  GMAIL,
  HELLO,
  PLATFORM,
  RIVAL_EMAIL,
  remove,
  runSchedule,
  STUDIO,
  signedInOwner,
} from '../../support/senders.ts';
import type { Visitor } from '../../support/visitor.ts';

// Attack: somebody at another's desk, or with a stolen session, sends the answers of clients to themselves.

const BRANDING = '/w/demo/settings/branding';

/** The notices to an owner, oldest first: what they are called, and their text. */
function noticesTo(owner: string): { subject: string; text: string; mail: WireMail }[] {
  return changeNoticesTo(owner)
    .map((mail) => ({ subject: mail.body.subject, text: textOf(mail), mail }))
    .filter(({ subject }) => subject.startsWith('“Demo Studio”: '));
}

function subjectsTo(owner: string): string[] {
  return noticesTo(owner).map(({ subject }) => subject.replace('“Demo Studio”: ', ''));
}

async function setContact(owner: Visitor, address: string): Promise<void> {
  expect((await owner.post(BRANDING, { portal_contact: address })).status).toBe(303);
}

describe('the owners are mailed', () => {
  test('an address that replies reach is confirmed: old and new, who, when and from where', async () => {
    const year = moveClockToMarch();
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: GMAIL });
    expect(noticesTo(olivia), 'nothing has changed yet').toEqual([]);
    const from = {
      headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Firefox/143.0' },
      cf: { city: 'Lisbon', country: 'PT' },
    };
    await owner.post(CONFIRMATION, { code: codeFor(GMAIL) }, from);
    const [notice, ...more] = noticesTo(olivia);
    expect(more).toEqual([]);
    expect(notice?.subject).toBe('“Demo Studio”: replies reach another address');
    const text = notice?.text ?? '';
    expect(text).toContain(`Replies reach, before: hello@demo.test\nReplies reach, now: ${GMAIL}`);
    expect(text).toContain(
      `Changed by ${olivia} on 1 Mar ${year} 23:30 UTC, from Firefox on Linux, Lisbon, PT.`,
    );
    expect(text).toContain(`now come from ${PLATFORM}, and replies reach ${GMAIL}.`);
    expect(text).toContain(
      `Whoever it was is signed in as ${olivia}: in that account, open Devices`,
    );
    expect(text).toContain(`http://app.portal.localhost${EMAIL}`);
  });

  test('mail leaves from another address: by whom it was pressed, and by the schedule', async () => {
    await activeSender();
    expect(subjectsTo(olivia)).toEqual(['replies reach another address', VERIFIED]);
    const verified = noticesTo(olivia)[1]?.text;
    expect(verified).toContain(`Sender, before: ${PLATFORM}\nSender, now: ${HELLO}`);
    expect(verified).toMatch(/by a check that found the DNS records right, asked for from \w/);
    expect(verified).toContain(`now come from ${HELLO}, and replies reach it.`);
    await enter(await signedInOwner(), 'hi@new.example');
    expect(noticesTo(olivia)[2]?.text).toContain(
      `Sender, once its records are right, before: ${HELLO}\nSender, once its records are right, now: hi@new.example`,
    );
    domainService.publish('new.example');
    await runSchedule();
    const last = noticesTo(olivia).at(-1);
    expect(last?.text).toContain(`Sender, before: ${HELLO}\nSender, now: hi@new.example`);
    expect(last?.text).toContain('by a check that found the DNS records right.\n');
    expect(last?.text).not.toContain('Whoever it was');
  });

  test('confirmed and in use in one step: one mail that says both', async () => {
    await activeSender();
    await enter(await signedInOwner(), `jane@${STUDIO}`);
    const notice = noticesTo(olivia).at(-1);
    expect(subjectsTo(olivia)).toHaveLength(3);
    expect(notice?.subject).toContain(VERIFIED);
    expect(notice?.text).toContain(`Sender, before: ${HELLO}\nSender, now: jane@${STUDIO}`);
  });

  test('a sender is removed: what it was, and where mail comes from now', async () => {
    const owner = await activeSender();
    await remove(owner);
    const notice = noticesTo(olivia).at(-1);
    expect(notice?.subject).toBe('“Demo Studio”: a sender was removed');
    expect(notice?.text).toContain(`Sender, before: ${HELLO}\nSender, now: none`);
    expect(notice?.text).toContain(`come from ${PLATFORM}, and replies reach hello@demo.`);
  });

  test('the portal contact is changed, or taken away: old and new, and it is recorded', async () => {
    const owner = await signedInOwner();
    await setContact(owner, 'thief@evil.example');
    await setContact(owner, '');
    const [changed, removed] = noticesTo(olivia);
    expect(changed?.subject).toBe('“Demo Studio”: clients write to another address');
    expect(changed?.text).toContain(
      'Portal contact, before: hello@demo.test\nPortal contact, now: thief@evil.example',
    );
    expect(changed?.text).toContain('replies reach thief@evil.example.');
    expect(changed?.text).toContain(`http://app.portal.localhost${BRANDING}`);
    expect(removed?.text).toContain('before: thief@evil.example\nPortal contact, now: none');
    const details = await rows(
      "SELECT detail, member_id IS NOT NULL AS by_member FROM activity WHERE kind = 'portal_contact_changed' ORDER BY rowid",
    );
    expect(details).toEqual([
      { detail: '{"address":"thief@evil.example","instead":"hello@demo.test"}', by_member: 1 },
      { detail: '{"address":"","instead":"thief@evil.example"}', by_member: 1 },
    ]);
    const page = (await (await owner.get('/w/demo/activity')).text()).replace(/<[^>]+>/g, '');
    expect(page).toContain(
      `Portal contact changed by ${olivia}: thief@evil.example, in place of hello@demo.test`,
    );
  });

  test('every owner of the workspace, at their own address, from the platform’s sender', async () => {
    await env.DB.prepare(
      "INSERT INTO memberships SELECT id, ?, 'owner', 1 FROM members WHERE email = ?",
    )
      .bind(demoId, rita)
      .run();
    const owner = await activeSender();
    await setContact(owner, 'new@studio.example');
    for (const to of [olivia, rita]) {
      expect(subjectsTo(to), to).toHaveLength(3);
      for (const { mail } of noticesTo(to)) {
        expect(mail.body.from).toEqual({ name: 'Latchkey', email: PLATFORM });
        expect(mail.body.reply_to).toBeUndefined();
      }
    }
    const others = [HELLO, carla, 'hello@demo.test', 'new@studio.example'].flatMap(noticesTo);
    expect(others, 'no contact, no sender, old or new').toEqual([]);
  });

  test('long addresses: whole, in the subject’s mail and its text', async () => {
    const long = `${'a'.repeat(60)}@${'acme.'.repeat(36)}test`;
    const owner = await signedInOwner();
    await setContact(owner, long);
    const [notice] = noticesTo(olivia);
    const html = notice?.mail.body.content.find(({ type }) => type === 'text/html')?.value;
    expect(notice?.text).toContain(`Portal contact, now: ${long}\n`);
    expect(html).toContain(`<span translate="no">${long}</span>`);
  });
});

const VERIFIED = 'mail comes from another address';

describe('nobody is mailed', () => {
  test('a save that changes no address, and the same form twice', async () => {
    const owner = await signedInOwner();
    await owner.post(BRANDING, { name: 'Demo Studio', welcome: 'Hello' });
    await setContact(owner, 'hello@demo.test');
    expect(noticesTo(olivia)).toEqual([]);
    const form = { portal_contact: 'new@demo.test' };
    await Promise.all([owner.post(BRANDING, form), owner.post(BRANDING, form)]);
    await owner.post(BRANDING, form);
    expect(subjectsTo(olivia)).toHaveLength(1);
  });

  test('the same code in two tabs, the same removal twice: one mail each', async () => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: GMAIL });
    const code = codeFor(GMAIL);
    await Promise.all([owner.post(CONFIRMATION, { code }), owner.post(CONFIRMATION, { code })]);
    expect(subjectsTo(olivia)).toHaveLength(1);
    await Promise.all([remove(owner), remove(owner)]);
    expect(subjectsTo(olivia)).toHaveLength(2);
  });

  test('an address that was never confirmed: neither entering nor removing it', async () => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: HELLO });
    await owner.post(CONFIRMATION, { code: 'AAAAAA' });
    await remove(owner);
    expect(noticesTo(olivia)).toEqual([]);
  });

  test('another workspace: its owner, and nobody of this one', async () => {
    const rival = await signedInOwner(rita);
    await rival.post('/w/rival/settings/branding', { portal_contact: 'new@rival.test' });
    await rival.post(RIVAL_EMAIL, { email: GMAIL });
    expect(changeNoticesTo(olivia)).toEqual([]);
    expect(changeNoticesTo(rita).map(({ body }) => body.subject)).toEqual([
      '“Rival Works”: clients write to another address',
    ]);
  });

  test('more than the limit within an hour: recorded, no longer mailed', async () => {
    const owner = await signedInOwner();
    const { most } = SENDER_NOTICES_PER_WORKSPACE;
    for (let nth = 0; nth <= most; nth += 1) await setContact(owner, `c${nth}@demo.test`);
    expect(subjectsTo(olivia)).toHaveLength(most);
    const [counted] = await rows(
      "SELECT count(*) AS n FROM activity WHERE kind = 'portal_contact_changed'",
    );
    expect(counted).toEqual({ n: most + 1 });
  });
});

test('a hostile name: escaped, on one line', async () => {
  const owner = await activeSender();
  await env.DB.prepare("UPDATE workspaces SET name = ? WHERE slug = 'demo'")
    .bind('<b>Evil</b>\r\nBcc: & "Co"\u202e')
    .run();
  await remove(owner);
  const mail = onTheWire().at(-1);
  expect(mail?.body.subject).toBe('“<b>Evil</b> Bcc: & "Co"”: a sender was removed');
  const html = mail?.body.content.find(({ type }) => type === 'text/html')?.value;
  expect(html).not.toMatch(/<b>|\u202e/);
  expect(textOf(mail)).not.toMatch(/^Bcc/m);
});
