import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import * as paths from '../../../ui/paths.ts';
import { minutes, seconds } from '../../../worker/values/duration.ts';
import {
  carla,
  carlaAtDemo,
  carlaAtRival,
  larsAtDemo,
  olivia,
  rita,
  robAtRival,
} from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { dump, rows } from '../../support/database.ts';
import { errorAt } from '../../support/html.ts';
import { INVITATION, invitations } from '../../support/invitations.ts';
import { mailService, onTheWire } from '../../support/network.ts';
import { deliverQueued, queued } from '../../support/queue.ts';
import { activeSender, HELLO, withDomains } from '../../support/senders.ts';
import { copyOf, type Visitor, visit } from '../../support/visitor.ts';

const CARD = paths.contact('demo', carlaAtDemo);

/** Like env, with mail over the wire. */
const overTheWire: Env = { ...env, MAIL_TRANSPORT: 'mailchannels', MAILCHANNELS_ACCOUNT: 'acme' };

let owner: Visitor;

/** What a page says, without its tags. */
async function read(path: string, by = owner): Promise<string> {
  const html = await (await by.get(path)).text();
  const text = html.replace(/<(style|script)[^>]*>.*?<\/\1>/gs, '').replace(/<[^>]+>/g, ' ');
  return text.replace(/&amp;/g, '&').replace(/\s+/g, ' ');
}

beforeEach(async () => {
  owner = await visit('app').signInAs(olivia);
});

describe('an invitation', () => {
  test('pressed: mailed by the workspace, with the portal’s address and the sentence', async () => {
    const response = await owner.post(INVITATION, { message: 'Your drafts are waiting.' });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(CARD);
    const [mail, ...more] = await invitations();
    expect(more).toEqual([]);
    expect(mail).toMatchObject({
      to: carla,
      from: { name: 'Demo Studio', email: 'portal@portal.localhost' },
      replyTo: 'hello@demo.test',
      subject: 'You can now sign in to Demo Studio',
    });
    for (const part of [mail?.text ?? '', mail?.html ?? '']) {
      expect(part).toContain('Your drafts are waiting.');
      expect(part).toContain('http://demo.portal.localhost');
      expect(part).toContain(`Enter ${carla} there and press Sign in.`);
    }
    const card = await read(CARD);
    expect(card).toContain('The invitation to Carla Client is on its way.');
    expect(card).toMatch(
      /The invitation was accepted by the mail service .*Invited to the portal by owner@demo\.test/,
    );
    expect(await read(paths.activity('demo'))).toContain('Invited to the portal');
  });

  test('without a sentence: mailed; line breaks in a sentence: spaces', async () => {
    expect((await owner.post(INVITATION)).status).toBe(303);
    expect((await invitations())[0]?.text).not.toContain('“');
    await owner.post(INVITATION, { message: '  First line,\r\n\r\nsecond line.  ' });
    expect((await invitations())[0]?.text).toContain('“First line, second line.”');
  });

  test('its link: leads to the sign-in page, and signs nobody in', async () => {
    await owner.post(INVITATION);
    const [mail] = await invitations();
    const [link = ''] = mail?.text.match(/http:\S+/) ?? [];
    const client = visit('demo');
    const opened = await client.get(link);
    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/sign-in?next=%2F']);
    expect(await rows('SELECT 1 FROM sessions WHERE contact_id IS NOT NULL')).toEqual([]);
    expect(await rows('SELECT 1 FROM magic_links WHERE contact_id IS NOT NULL')).toEqual([]);
  });

  test('its sender: the freelancer’s own, as of a sign-in mail', async () => {
    const there = copyOf(await activeSender(), withDomains);
    await there.post(INVITATION);
    expect(onTheWire().at(-1)?.body).toMatchObject({
      from: { name: 'Demo Studio', email: HELLO },
      personalizations: [{ to: [{ email: carla }] }],
    });
  });

  test('its activity: the member and the mail, never the sentence', async () => {
    await owner.post(INVITATION, { message: 'A sentence to look for.' });
    const [entry] = await rows("SELECT * FROM activity WHERE kind = 'invited'");
    const [mail] = await rows("SELECT * FROM mails WHERE kind = 'invitation'");
    expect(entry).toMatchObject({ contact_id: carlaAtDemo, detail: '', mail_id: mail?.id });
    expect(mail).toMatchObject({ contact_id: carlaAtDemo, state: 'accepted' });
    expect(JSON.stringify((await dump()).d1)).not.toContain('A sentence to look for.');
  });

  test('access switched on: no mail by itself', async () => {
    await owner.post(paths.contactPortalAccess('demo', larsAtDemo), { enabled: 'on' });
    expect(await invitations()).toEqual([]);
  });
});

describe('an invitation on the card', () => {
  test('waiting: the reason; then accepted, with the number of tries', async () => {
    expectConsoleError(/mail refused/);
    mailService('429', 'takes it over (202)');
    await copyOf(owner, overTheWire).post(INVITATION);
    expect(await read(CARD)).toContain(
      'The invitation is waiting to be sent: the mail service takes no more mail for the moment; it is tried again by itself',
    );
    moveClock(seconds(queued()[0]?.delaySeconds ?? 0));
    await deliverQueued(overTheWire);
    expect(await read(CARD)).toContain('The invitation was accepted by the mail service: at try 2');
  });

  test('refused for good: the reason, under its own name', async () => {
    expectConsoleError(/mail refused/);
    mailService('400');
    await copyOf(owner, overTheWire).post(INVITATION);
    const card = await read(CARD);
    expect(card).toContain('The invitation could not be sent: the mail service did not accept');
    expect(card).not.toContain('password could not be sent');
  });

  test('cut off while it is sent: unknown, and it can be sent again', async () => {
    await owner.post(INVITATION);
    await env.DB.prepare(
      "UPDATE mails SET state = 'sending', settled_at = NULL WHERE kind = 'invitation'",
    ).run();
    moveClock(minutes(2));
    expect(await read(CARD)).toContain(
      'Nobody knows whether the invitation left: sending was cut off; you can send it again',
    );
  });

  test('access off while it waits: not sent, with the reason', async () => {
    expectConsoleError(/mail refused/);
    mailService('429', 'takes it over (202)');
    await copyOf(owner, overTheWire).post(INVITATION);
    await owner.post(paths.contactPortalAccess('demo', carlaAtDemo), { enabled: 'off' });
    moveClock(seconds(15));
    await deliverQueued(overTheWire);
    expect(onTheWire()).toHaveLength(1);
    expect(await read(CARD)).toContain('The invitation was no longer needed');
  });

  test('came back: the reason, on the card and at Home', async () => {
    await owner.post(INVITATION);
    await env.DB.prepare(
      `INSERT INTO activity (id, at, kind, workspace_id, contact_id, detail, mail_id)
       SELECT 'bounce', ?, 'mail_bounced', workspace_id, contact_id, ?, id FROM mails WHERE kind = 'invitation'`,
    )
      .bind(Date.now() + 5, JSON.stringify({ failure: 'no-mailbox', mail: 'invitation' }))
      .run();
    expect(await read(CARD)).toContain('The invitation came back: there is no such mailbox');
    expect(await read('/w/demo')).toContain('A mail to them came back: there is no such mailbox.');
  });
});

describe('the sentence of an invitation', () => {
  test('with HTML and addresses: shown as text, without links', async () => {
    const message =
      '<a href="https://evil.example">Pay here</a> <img src=x onerror=alert(1)> https://evil.example/pay & "co"';
    expect((await owner.post(INVITATION, { message })).status).toBe(303);
    const [mail] = await invitations();
    expect(mail?.text.replaceAll('\u200c', '')).toContain(`“${message}”`);
    expect(mail?.html).not.toMatch(/<a href="https:\/\/evil|<img src=x/);
    const shown = mail?.html.replaceAll('\u200c', '');
    expect(shown).toContain('&lt;a href=&quot;https://evil.example&quot;>Pay here&lt;/a>');
    const links = [...(mail?.html ?? '').matchAll(/href="(https?:[^"]*)"/g)].map(([, to]) => to);
    expect(new Set(links)).toEqual(new Set(['http://demo.portal.localhost']));
  });

  // attack row 38
  test.each([
    ['https://evil.example/pay', 'https:\u200c//evil.\u200cexample/pay'],
    ['www.evil.example', 'www.\u200cevil.\u200cexample'],
    ['bit.ly/x or a@evil.example.', 'bit.\u200cly/x or a@\u200cevil.\u200cexample.'],
  ])('with %s: a mail program makes no link of it', async (message, unlinked) => {
    await owner.post(INVITATION, { message });
    const [mail] = await invitations();
    for (const part of [mail?.text, mail?.html]) {
      expect(part).toContain(unlinked);
      expect(part).not.toContain(message);
    }
  });

  test.each([
    ['longer than 300 characters', 'x'.repeat(301), 'At most 300 characters, please.'],
    ['with a control character', 'a\u0007b', 'Please leave out invisible control characters.'],
    ['that turns writing round', 'a\u202eb', 'Please leave out invisible control characters.'],
  ])('%s: 422, why beside its field, and the text is kept', async (_what, message, why) => {
    const before = await dump();
    const response = await owner.post(INVITATION, { message });
    expect(response.status).toBe(422);
    const page = await response.text();
    expect(errorAt('message', page)).toBe(why);
    expect(page).toContain(`>${message}</textarea>`);
    expect(page).toMatch(/<details id="invitation" class="folded" open/);
    expect(await dump()).toEqual(before);
  });

  test('refused: shown again, escaped', async () => {
    const message = `</textarea><script>alert(1)</script>${'x'.repeat(300)}`;
    const page = await (await owner.post(INVITATION, { message })).text();
    expect(page).not.toContain('<script>alert(1)');
    expect(page).toContain('&lt;/textarea>&lt;script>alert(1)');
  });
});

describe('an invitation that is refused', () => {
  test('a contact without access: 409 in words, and nothing is mailed or counted', async () => {
    const before = await dump();
    const address = paths.contactInvitation('demo', larsAtDemo);
    const response = await owner.post(address, { message: 'Hello' });
    expect(response.status).toBe(409);
    const page = await response.text();
    expect(errorAt('message', page)).toMatch(/^Nothing was mailed: .*no portal access/);
    expect(page).toContain('>Hello</textarea>');
    expect(await dump()).toEqual(before);
  });

  test('the form: hidden while access is off, shown while it is on', async () => {
    const form = async (id: string) => {
      const page = await (await owner.get(paths.contact('demo', id))).text();
      return /<details id="invitation"[^>]*>/.exec(page)?.[0];
    };
    expect(await form(larsAtDemo)).toContain('hidden');
    expect(await form(carlaAtDemo)).not.toContain('hidden');
  });

  test.each([
    ['another tenant’s contact, by its own address', 'demo', robAtRival],
    ['the same person at another tenant', 'demo', carlaAtRival],
    ['nobody', 'demo', 'unknown'],
    ['a contact of a workspace of others', 'rival', robAtRival],
  ])('%s: 404, and nothing is mailed', async (_what, slug, id) => {
    const before = await dump();
    expect((await owner.post(paths.contactInvitation(slug, id))).status).toBe(404);
    expect(await dump()).toEqual(before);
  });

  test('by a member of another workspace: 404', async () => {
    const other = await visit('app').signInAs(rita);
    const before = await dump();
    expect((await other.post(INVITATION)).status).toBe(404);
    expect(await dump()).toEqual(before);
  });
});
