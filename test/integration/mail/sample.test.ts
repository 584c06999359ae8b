import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { SAMPLES_PER_MEMBER } from '../../../worker/limits/rules.ts';
import { hours, minutes, seconds } from '../../../worker/values/duration.ts';
import { atSomeTime } from '../../support/all-mails.ts';
import { carla, olivia, oliviaId, rita } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { dump, rows } from '../../support/database.ts';
import type { Mail } from '../../support/mail.ts';
import { mailService, onTheWire } from '../../support/network.ts';
import { deliverQueued, queued } from '../../support/queue.ts';
import { activeSender, HELLO, withDomains } from '../../support/senders.ts';
import { type Fields, mailbox, type Visitor, visit } from '../../support/visitor.ts';

const SETTINGS = '/w/demo/settings/email';
const SAMPLE = `${SETTINGS}/sample`;

/** Presses the button; returns the mails that came of it. */
async function press(owner: Visitor, fields: Fields = {}): Promise<Mail[]> {
  const before = new Set((await mailbox()).map(({ id }) => id));
  const answer = await owner.post(SAMPLE, fields);
  expect([answer.status, answer.headers.get('location')]).toEqual([303, SETTINGS]);
  return (await mailbox()).filter(({ id }) => !before.has(id));
}

/** What the next page says of it. */
function flashOf(owner: Visitor): string {
  return decodeURIComponent(owner.cookies.get('__Host-flash') ?? '');
}

/** A mail without what is each one's own: link, code, when and where it was asked. */
function bare(text: string | undefined): string {
  return (text ?? '')
    .replace(/http:\/\/demo\.portal\.localhost\/sign-in[\w/-]*/g, 'LINK')
    .replace(/<title>[^<]*<\/title>/, '')
    .replace(/Asked from [^<\n]*?(\.|\. Wasn’t)(?=$|\n| )/gm, 'ASKED')
    .replace(/\b(SAMPLE|[0-9A-Z]{6})\b/g, 'CODE');
}

/** The subject that a client would read, and when the sample was asked for: no two of them are one thread. */
function sampleSubject(name: string) {
  return atSomeTime(`SAMPLE is your code to sign in to ${name} (`);
}

test('the sample: brand, sender, Reply-To and words of a client’s mail', async () => {
  const owner = await visit('app').signInAs(olivia);
  const real = await visit('demo').ask(carla);
  const [mail, ...more] = await press(owner);
  expect(more).toEqual([]);
  expect(flashOf(owner)).toBe('On its way to owner@demo.test.');
  expect(mail).toMatchObject({
    to: olivia,
    from: real?.from,
    replyTo: 'hello@demo.test',
    subject: sampleSubject('Demo Studio'),
  });
  expect(mail?.from.name).toBe('Demo Studio');
  const line =
    'This is a sample of the mail that your clients get: its link leads to the sign-in page, its code opens nothing.';
  expect(mail?.text.split('\n')[0]).toBe(line);
  expect(mail?.html.split(line)).toHaveLength(2);
  const withoutLine = mail?.text.replace(`${line}\n\n`, '');
  const filledIn = /\n@demo\.portal\.localhost #\w{6}\n$/;
  expect(real?.text).toMatch(filledIn);
  expect(bare(withoutLine)).toBe(bare(real?.text.replace(filledIn, '')));
  expect(bare(mail?.html).replace(new RegExp(`<p [^>]*>${line}</p>`), '')).toBe(bare(real?.html));
});

test('its link and code: open nothing', async () => {
  const owner = await visit('app').signInAs(olivia);
  const before = (await dump()).kv;
  const [mail] = await press(owner);
  const links = [...(mail?.html.matchAll(/href="(http[^"]+)"/g) ?? [])].map(([, to = '']) => to);
  expect([...new Set([...links, ...(mail?.text.match(/https?:\S+/g) ?? [])])]).toEqual([
    'http://demo.portal.localhost/sign-in',
  ]);
  const kept = Object.keys((await dump()).kv).filter((key) => !(key in before));
  expect(kept, 'no link was minted').toEqual([`outbox:${kept[0]?.slice('outbox:'.length)}`]);
  const page = await visit('demo').get('/sign-in');
  expect(page.status).toBe(200);
  const client = visit('demo');
  await client.ask(carla);
  expect((await client.post('/sign-in/code', { code: 'SAMPLE' })).status).toBe(422);
  expect(mail?.text).toContain('Your code is SAMPLE\n');
  expect(mail?.text, 'no phone offers to fill it in').not.toContain('#SAMPLE');
});

test('form fields: ignored; it goes to the member’s own address', async () => {
  const owner = await visit('app').signInAs(olivia);
  const fields = {
    email: 'victim@evil.test',
    to: 'victim@evil.test',
    member: rita,
    workspace: '00000000-0000-4000-8000-00000000e001',
    name: 'Evil',
  };
  const [mail, ...more] = await press(owner, fields);
  expect(more).toEqual([]);
  expect(mail).toMatchObject({ to: olivia, from: { name: 'Demo Studio' } });
});

test('another tenant’s member: 404, and no mail', async () => {
  const other = await visit('app').signInAs(rita);
  const mails = (await mailbox()).length;
  expect((await other.post(SAMPLE)).status).toBe(404);
  expect(await mailbox()).toHaveLength(mails);
  expect(await rows("SELECT 1 FROM mails WHERE kind = 'sample'")).toEqual([]);
});

test('no portal contact: replies are not sent to the owner’s sign-in address', async () => {
  await env.DB.prepare("UPDATE workspaces SET portal_contact = ''").run();
  const [mail] = await press(await visit('app').signInAs(olivia));
  expect(mail?.replyTo).toBeNull();
});

test('a sender of the freelancer’s own: the sample leaves from it', async () => {
  const owner = await activeSender();
  await owner.post(SAMPLE);
  await visit('demo', withDomains).post('/sign-in/link', { email: carla });
  const [sample, real] = onTheWire().slice(-2);
  expect(sample?.body.personalizations[0]).toMatchObject({ to: [{ email: olivia }] });
  expect(sample?.body.from).toEqual({ name: 'Demo Studio', email: HELLO });
  expect(sample?.body.from).toEqual(real?.body.from);
  expect(sample?.body.reply_to).toEqual(real?.body.reply_to);
});

// attack rows 13 and 26
test('a hostile brand: escaped, on one line, and to no other address', async () => {
  const name = '<b>Evil</b>\r\nBcc: thief\u202e" onload="x';
  await env.DB.prepare("UPDATE workspaces SET name = ?, portal_contact = ? WHERE slug = 'demo'")
    .bind(name, '"><script>x</script>@evil.test')
    .run();
  const owner = await visit('app').signInAs(olivia);
  await owner.post(SAMPLE, {}, {});
  const bindings = { ...env, MAIL_TRANSPORT: 'mailchannels' };
  const there = visit('app', bindings);
  for (const [key, value] of owner.cookies) there.cookies.set(key, value);
  await there.post(SAMPLE);
  const [mail] = (await mailbox()).filter(({ subject }) => subject.startsWith('SAMPLE'));
  const shown = '<b>Evil</b> Bcc: thief" onload="x';
  expect(mail?.subject).toEqual(sampleSubject(shown));
  expect(mail?.from.name).toBe(shown);
  expect(mail?.html).not.toMatch(/<b>|<script|\u202e/);
  expect(mail?.text).not.toMatch(/\r|\u202e/);
  const wire = onTheWire().at(-1)?.body;
  expect(wire?.personalizations).toEqual([{ to: [{ email: olivia }] }]);
  expect(wire?.subject).toEqual(sampleSubject(shown));
});

test('the mail service is down: the sample waits in the queue, and arrives', async () => {
  moveClock(0);
  const owner = await visit('app').signInAs(olivia);
  expectConsoleError(/"what":"mail refused"/);
  mailService('500 with HTML', '500 with HTML', 'takes it over (202)');
  const bindings = { ...env, MAIL_TRANSPORT: 'mailchannels' };
  const there = visit('app', bindings);
  for (const [key, value] of owner.cookies) there.cookies.set(key, value);
  expect((await there.post(SAMPLE)).status).toBe(303);
  expect(flashOf(there), 'no more than is known').toBe('On its way to owner@demo.test.');
  expect(JSON.stringify(queued()[0]?.body)).not.toContain(olivia);
  moveClock(seconds(queued()[0]?.delaySeconds ?? 0));
  await deliverQueued(bindings);
  expect(onTheWire().at(-1)?.body).toMatchObject({
    subject: sampleSubject('Demo Studio'),
    from: { name: 'Demo Studio' },
    personalizations: [{ to: [{ email: olivia }] }],
  });
  expect(await rows("SELECT state, member_id FROM mails WHERE kind = 'sample'")).toEqual([
    { state: 'accepted', member_id: oliviaId },
  ]);
});

test('ten samples an hour: then none, and the page says when again', async () => {
  moveClock(0);
  const owner = await visit('app').signInAs(olivia);
  for (let nth = 1; nth <= SAMPLES_PER_MEMBER.most; nth += 1) {
    expect(await press(owner), `the ${nth}th`).toHaveLength(1);
  }
  expect(await press(owner)).toEqual([]);
  expect(flashOf(owner)).toBe('Those were many samples in a row. Try again in 1 hour.');
  moveClock(hours(1) + minutes(1));
  expect(await press(owner)).toHaveLength(1);
});
