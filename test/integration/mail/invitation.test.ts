import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import * as paths from '../../../ui/paths.ts';
import { INVITATIONS_PER_ACTOR, INVITATIONS_PER_ADDRESS } from '../../../worker/limits/rules.ts';
import { days, minutes, seconds } from '../../../worker/values/duration.ts';
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
import { mailService, onTheWire } from '../../support/network.ts';
import { deliverQueued, queued } from '../../support/queue.ts';
import { activeSender, HELLO, withDomains } from '../../support/senders.ts';
import { copyOf, mailbox, type Visitor, visit } from '../../support/visitor.ts';

const CARD = paths.contact('demo', carlaAtDemo);
const INVITATION = paths.contactInvitation('demo', carlaAtDemo);
/** Like env, with mail over the wire. */
const overTheWire: Env = { ...env, MAIL_TRANSPORT: 'mailchannels', MAILCHANNELS_ACCOUNT: 'acme' };

let owner: Visitor;

beforeEach(async () => {
  owner = await visit('app').signInAs(olivia);
});

/** What a page says, without its tags. */
async function read(path: string, by = owner): Promise<string> {
  const html = await (await by.get(path)).text();
  const text = html.replace(/<(style|script)[^>]*>.*?<\/\1>/gs, '').replace(/<[^>]+>/g, ' ');
  return text.replace(/&amp;/g, '&').replace(/\s+/g, ' ');
}

async function invitations() {
  return (await mailbox()).filter(({ subject }) => subject.startsWith('You can now sign in'));
}

describe('an invitation', () => {
  test('is mailed on the press: the portal’s address, the sentence, in the workspace’s name', async () => {
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

  test('needs no sentence; line breaks in one are spaces', async () => {
    expect((await owner.post(INVITATION)).status).toBe(303);
    expect((await invitations())[0]?.text).not.toContain('“');
    await owner.post(INVITATION, { message: '  First line,\r\n\r\nsecond line.  ' });
    expect((await invitations())[0]?.text).toContain('“First line, second line.”');
  });

  test('leads to the sign-in page, and signs nobody in', async () => {
    await owner.post(INVITATION);
    const [mail] = await invitations();
    const [link = ''] = mail?.text.match(/http:\S+/) ?? [];
    const client = visit('demo');
    const opened = await client.get(link);
    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/sign-in?next=%2F']);
    expect(await rows('SELECT 1 FROM sessions WHERE contact_id IS NOT NULL')).toEqual([]);
    expect(await rows('SELECT 1 FROM magic_links WHERE contact_id IS NOT NULL')).toEqual([]);
  });

  test('leaves from the freelancer’s own sender, as the sign-in mail does', async () => {
    const there = copyOf(await activeSender(), withDomains);
    await there.post(INVITATION);
    expect(onTheWire().at(-1)?.body).toMatchObject({
      from: { name: 'Demo Studio', email: HELLO },
      personalizations: [{ to: [{ email: carla }] }],
    });
  });

  test('is recorded with who invited and its mail; what it said is kept nowhere', async () => {
    await owner.post(INVITATION, { message: 'A sentence to look for.' });
    const [entry] = await rows("SELECT * FROM activity WHERE kind = 'invited'");
    const [mail] = await rows("SELECT * FROM mails WHERE kind = 'invitation'");
    expect(entry).toMatchObject({ contact_id: carlaAtDemo, detail: '', mail_id: mail?.id });
    expect(mail).toMatchObject({ contact_id: carlaAtDemo, state: 'accepted' });
    expect(JSON.stringify((await dump()).d1)).not.toContain('A sentence to look for.');
  });

  test('switching access on mails nothing by itself', async () => {
    await owner.post(paths.contactPortalAccess('demo', larsAtDemo), { enabled: 'on' });
    expect(await invitations()).toEqual([]);
  });
});

describe('what the card says of it', () => {
  test('waits: why; then accepted, at which try', async () => {
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

  test('refused for good: why, under its own name', async () => {
    expectConsoleError(/mail refused/);
    mailService('400');
    await copyOf(owner, overTheWire).post(INVITATION);
    const card = await read(CARD);
    expect(card).toContain('The invitation could not be sent: the mail service did not accept');
    expect(card).not.toContain('password could not be sent');
  });

  test('cut off while it was sent: nobody knows, and it can be sent again', async () => {
    await owner.post(INVITATION);
    await env.DB.prepare(
      "UPDATE mails SET state = 'sending', settled_at = NULL WHERE kind = 'invitation'",
    ).run();
    moveClock(minutes(2));
    expect(await read(CARD)).toContain(
      'Nobody knows whether the invitation left: sending was cut off; you can send it again',
    );
  });

  test('access off while it waited: not sent, and why', async () => {
    expectConsoleError(/mail refused/);
    mailService('429', 'takes it over (202)');
    await copyOf(owner, overTheWire).post(INVITATION);
    await owner.post(paths.contactPortalAccess('demo', carlaAtDemo), { enabled: 'off' });
    moveClock(seconds(15));
    await deliverQueued(overTheWire);
    expect(onTheWire()).toHaveLength(1);
    expect(await read(CARD)).toContain('The invitation was no longer needed');
  });

  test('came back: why, on the card and at Home', async () => {
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

describe('a sentence', () => {
  test('of HTML and addresses: shown as text, and no part of it is a link', async () => {
    const message =
      '<a href="https://evil.example">Pay here</a> <img src=x onerror=alert(1)> https://evil.example/pay & "co"';
    expect((await owner.post(INVITATION, { message })).status).toBe(303);
    const [mail] = await invitations();
    expect(mail?.text).toContain(`“${message}”`);
    expect(mail?.html).not.toMatch(/<a href="https:\/\/evil|<img src=x/);
    expect(mail?.html).toContain('&lt;a href=&quot;https://evil.example&quot;>Pay here&lt;/a>');
    const links = [...(mail?.html ?? '').matchAll(/href="(https?:[^"]*)"/g)].map(([, to]) => to);
    expect(new Set(links)).toEqual(new Set(['http://demo.portal.localhost']));
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

  test('that is refused is shown escaped', async () => {
    const message = `</textarea><script>alert(1)</script>${'x'.repeat(300)}`;
    const page = await (await owner.post(INVITATION, { message })).text();
    expect(page).not.toContain('<script>alert(1)');
    expect(page).toContain('&lt;/textarea>&lt;script>alert(1)');
  });
});

describe('who can’t be invited', () => {
  test('a contact without access: 409, in words, and nothing is mailed or counted', async () => {
    const before = await dump();
    const address = paths.contactInvitation('demo', larsAtDemo);
    const response = await owner.post(address, { message: 'Hello' });
    expect(response.status).toBe(409);
    const page = await response.text();
    expect(errorAt('message', page)).toMatch(/^Nothing was mailed: .*no portal access/);
    expect(page).toContain('>Hello</textarea>');
    expect(await dump()).toEqual(before);
  });

  test('the form is hidden while access is off, and there while it is on', async () => {
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

  test('by somebody who is not a member of the workspace: 404', async () => {
    const other = await visit('app').signInAs(rita);
    const before = await dump();
    expect((await other.post(INVITATION)).status).toBe(404);
    expect(await dump()).toEqual(before);
  });
});

describe('how often', () => {
  const { most } = INVITATIONS_PER_ADDRESS;

  async function inviteAsOften(times = most): Promise<void> {
    for (let nth = 0; nth < times; nth += 1) {
      expect((await owner.post(INVITATION)).status).toBe(303);
    }
  }

  test('an address has a few a day: then 429 in words, and none is mailed', async () => {
    await inviteAsOften();
    const response = await owner.post(INVITATION, { message: 'Once more' });
    expect(response.status).toBe(429);
    const page = await response.text();
    expect(errorAt('message', page)).toBe(
      'Nothing was mailed: this address has had 3 invitations within a day. Try again tomorrow.',
    );
    expect(page).toContain('>Once more</textarea>');
    expect(await invitations()).toHaveLength(most);
    moveClock(days(1));
    const later = copyOf(owner);
    expect((await later.post(INVITATION)).status).toBe(303);
  });

  test('many at once: no more than that', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => owner.post(INVITATION)));
    expect(all.filter(({ status }) => status === 303)).toHaveLength(most);
    expect(await invitations()).toHaveLength(most);
  });

  test('a contact who is deleted and added again has the same count', async () => {
    await inviteAsOften();
    await owner.post(paths.contactDeletion('demo', carlaAtDemo));
    const fields = { name: 'Carla', email: carla.toUpperCase(), portal_access: 'on' };
    const added = await owner.post(paths.contacts('demo'), fields);
    const card = added.headers.get('location') ?? '';
    expect((await owner.post(`${card}/invitation`)).status).toBe(429);
  });

  test('another contact has a count of their own', async () => {
    await inviteAsOften();
    await owner.post(paths.contactPortalAccess('demo', larsAtDemo), { enabled: 'on' });
    expect((await owner.post(paths.contactInvitation('demo', larsAtDemo))).status).toBe(303);
  });

  test('a member has a limit over all contacts and workspaces', async () => {
    const spent = `UPDATE tries SET count = ${INVITATIONS_PER_ACTOR.most} WHERE key LIKE 'invitation/actor:%'`;
    await inviteAsOften(1);
    await env.DB.prepare(spent).run();
    const response = await owner.post(INVITATION);
    expect(response.status).toBe(429);
    expect(errorAt('message', await response.text())).toMatch(/you have sent 100 invitations/);
    // beyond their own limit they do not use up the address's
    const [ofAddress] = await rows("SELECT count FROM tries WHERE key LIKE 'invitation/address:%'");
    expect(ofAddress).toEqual({ count: 1 });
    expect(await invitations()).toHaveLength(1);
  });
});
