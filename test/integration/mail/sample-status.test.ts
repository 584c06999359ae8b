import { env } from 'cloudflare:workers';
import { beforeEach, expect, test } from 'vitest';
import * as paths from '../../../ui/paths.ts';
import { days, hours, minutes, seconds } from '../../../worker/values/duration.ts';
import { wrapBindings } from '../../support/bindings.ts';
import { demoId, olivia, rita } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import { ACCOUNT } from '../../support/doubles/mailchannels/domains.ts';
import type { Signer } from '../../support/doubles/mailchannels/signing-keys.ts';
import { mailService, signer } from '../../support/network.ts';
import { deliverQueued, queued } from '../../support/queue.ts';
import { EMAIL, read, signedInOwner, withDomains } from '../../support/senders.ts';
import { copyOf, type Visitor, visit } from '../../support/visitor.ts';

const ON_ITS_WAY = 'The sample is on its way · just now Reload this page to see what became of it.';
const ACCEPTED = 'The sample was accepted by the mail service';
const NOT_THERE = 'Not in your mailbox? Look into its spam folder.';
const AGAIN =
  'Try once more with the button. If it fails again, your clients’ mails may be failing too: see their cards, and show the words above to the person who runs Latchkey for you.';

let bindings: Env;
let owner: Visitor;
let sign: Signer;

// bindings of its own are an isolate of its own: no key of webhooks is remembered from the test before
beforeEach(async () => {
  moveClock(0);
  bindings = { ...withDomains };
  owner = await signedInOwner(olivia, bindings);
  sign = await signer();
});

async function press(by = owner, slug = 'demo'): Promise<void> {
  expect((await by.post(paths.sampleMail(slug))).status).toBe(303);
}

/** The note about the last sample, as text; '' if there is none. */
async function note(by = owner, page = EMAIL): Promise<string> {
  const shown = await read(await by.get(page));
  const [, after = ''] = /Mail me a sample<\/button>(.*?)<div class="previews">/s.exec(shown) ?? [];
  const text = after.replaceAll('</p>', ' ').replace(/<[^>]+>/g, '');
  return text.replace(/\s+/g, ' ').trim();
}

/** An event of MailChannels about the one mail of a test. */
async function sendEvent(event: string, more: Record<string, unknown> = {}): Promise<void> {
  const named = { customer_handle: ACCOUNT, request_id: 'r-1', timestamp: Date.now() / 1000 };
  const body = JSON.stringify([{ event, ...named, ...more }]);
  const machine = visit('app', bindings);
  const headers = { 'content-type': 'application/json', ...(await sign(body)) };
  const address = machine.origin + paths.mailchannelsWebhook();
  const answer = await machine.send(new Request(address, { method: 'POST', headers, body }));
  expect(answer.status).toBe(200);
}

test('no sample: no note', async () => {
  expect(await note()).toBe('');
});

test('a sample: on its way, then accepted', async () => {
  await press();
  moveClock(seconds(50));
  expect(await note()).toBe(`${ACCEPTED} · just now ${NOT_THERE}`);
  await env.DB.prepare("UPDATE mails SET state = 'sending', settled_at = NULL").run();
  expect(await note()).toBe(ON_ITS_WAY);
});

test('D1 is down: the answer promises nothing', async () => {
  expectConsoleError(/D1_ERROR/);
  const full = wrapBindings(({ sql }, run) => {
    const isOrder = sql.some((text) => text.startsWith('insert into "mails"'));
    return isOrder ? Promise.reject(new Error('D1_ERROR: no room')) : run();
  }, bindings);
  const there = copyOf(owner, full);
  expect((await there.post(paths.sampleMail('demo'))).status).toBe(503);
  expect(there.cookies.has('__Host-flash')).toBe(false);
  expect(await note()).toBe('');
});

test('before its first try: on its way; after a minute: waiting', async () => {
  await press();
  await env.DB.prepare("UPDATE mails SET state = 'waiting', tries = 0, settled_at = NULL").run();
  expect(await note()).toBe(ON_ITS_WAY);
  moveClock(minutes(1));
  expect(await note()).toMatch(
    /^The sample is waiting to be sent: it is tried again by itself · .*ago$/,
  );
});

test('waiting: why, and that it is tried again; then accepted, at which try', async () => {
  expectConsoleError(/mail refused/);
  mailService('429', 'takes it over (202)');
  await press();
  expect(await note()).toBe(
    'The sample is waiting to be sent: the mail service takes no more mail for the moment; it is tried again by itself · just now',
  );
  moveClock(seconds(queued()[0]?.delaySeconds ?? 0));
  await deliverQueued(bindings);
  expect(await note()).toBe(`${ACCEPTED}: at try 2 · just now ${NOT_THERE}`);
});

test('refused for good: why and what to do, until the next sample', async () => {
  expectConsoleError(/mail refused/);
  mailService('400');
  await press();
  expect(await note()).toBe(
    `The sample could not be sent: the mail service did not accept the mail; the person who runs Latchkey for you finds its answer in the log · just now ${AGAIN}`,
  );
  moveClock(seconds(5));
  mailService('takes it over (202)');
  await press();
  expect(await note()).toBe(`${ACCEPTED} · just now ${NOT_THERE}`);
});

test('half an hour of failed tries: given up, and why', async () => {
  expectConsoleError(/mail refused/);
  mailService('429');
  await press();
  for (let tries = 1; queued().length > 0; tries += 1) {
    expect(tries).toBeLessThan(20);
    moveClock(seconds(queued()[0]?.delaySeconds ?? 0));
    await deliverQueued(bindings);
  }
  expect(await note()).toMatch(
    /^The sample could not be sent: the mail service takes no more mail for the moment; given up after \d tries · just now Try once more/,
  );
});

test('no further try: after half an hour it could not be sent', async () => {
  expectConsoleError(/mail refused/);
  mailService('429');
  await press();
  moveClock(minutes(31));
  expect(await note()).toBe(
    `The sample could not be sent: the mail service takes no more mail for the moment · 31 minutes ago ${AGAIN}`,
  );
});

test('cut off while it was sent: not known whether it left', async () => {
  await press();
  await env.DB.prepare("UPDATE mails SET state = 'sending', settled_at = NULL").run();
  moveClock(minutes(2));
  expect(await note()).toBe(
    'Nobody knows whether the sample left: sending was cut off; you can ask again · 2 minutes ago Look into your mailbox. If it isn’t there, try once more with the button.',
  );
});

test.each<[string, Record<string, unknown>, string]>([
  ['delivered', {}, `Your mail server took the sample over · just now ${NOT_THERE}`],
  [
    'hard-bounced',
    { status: '5.7.1', reason: 'upstream words' },
    'The sample came back: your mail server refused it as unwanted · just now See that your mailbox takes mail, then try once more with the button. Open a contact to see whether mails reach them.',
  ],
  [
    'soft-bounced',
    { status: '4.4.1' },
    'The sample has to wait at your mail server: your mail server could not be reached; the mail service goes on trying for a while · just now',
  ],
  [
    'dropped',
    {},
    'The sample was held back by the mail service: mails to this address came back before, or were called spam · just now Your sign-in links may be held back too: ask the person who runs Latchkey for you to have your address taken off the mail service’s list.',
  ],
  [
    'complained',
    {},
    'The sample was called spam: by you or by your mail program · just now Take it out of your spam folder and mark it as wanted, or your sign-in links may end up there as well.',
  ],
])('an event of the mail service: %s', async (event, more, words) => {
  if (event !== 'delivered') expectConsoleError(/event of a mail/);
  await press();
  moveClock(seconds(30));
  await sendEvent(event, more);
  expect(await note()).toBe(words);
  await sendEvent(event, { ...more, again: true });
  expect(await note()).toBe(words);
});

test('several events: the note is about the last one', async () => {
  expectConsoleError(/event of a mail/);
  await press();
  for (const [event, words] of [
    ['soft-bounced', 'The sample has to wait at your mail server'],
    ['delivered', 'Your mail server took the sample over'],
    ['complained', 'The sample was called spam'],
  ] as const) {
    moveClock(minutes(1));
    await sendEvent(event);
    expect(await note()).toMatch(new RegExp(`^${words}`));
  }
});

test('events of a sample: not in the workspace’s activity', async () => {
  expectConsoleError(/event of a mail/);
  await press();
  await sendEvent('hard-bounced');
  expect(await rows("SELECT 1 FROM activity WHERE kind = 'mail_bounced'")).toHaveLength(1);
  expect(await read(await owner.get('/w/demo'))).toContain(
    'Nothing at the moment. Problems with signing in and with mail appear here.',
  );
  expect(await read(await owner.get('/w/demo/activity'))).toContain('Nothing yet.');
});

test('a day later: no note', async () => {
  expectConsoleError(/event of a mail/);
  await press();
  moveClock(hours(20));
  await sendEvent('hard-bounced');
  moveClock(hours(3));
  expect(await note()).toMatch(/^The sample came back/);
  moveClock(days(1) - hours(23));
  expect(await note()).toBe('');
});

test('another member’s sample, or another workspace’s: no note', async () => {
  expectConsoleError(/event of a mail/);
  await owner.post('/workspaces/new', { name: 'Second', slug: 'second' });
  const [ritas] = await rows('SELECT id FROM members WHERE email = ?', rita);
  await env.DB.prepare(
    'INSERT INTO memberships (member_id, workspace_id, role, created_at) VALUES (?, ?, ?, 0)',
  )
    .bind(String(ritas?.id), demoId, 'owner')
    .run();
  const other = copyOf(await visit('app').signInAs(rita), bindings);
  await press();
  await sendEvent('complained');
  expect(await note()).toMatch(/^The sample was called spam/);
  expect(await note(owner, '/w/second/settings/email'), 'another workspace of hers').toBe('');
  expect(await note(other), 'another member of the workspace').toBe('');
  expect(await note(other, '/w/rival/settings/email'), 'another tenant').toBe('');

  mailService('401');
  expectConsoleError(/mail refused/);
  await press(other, 'rival');
  expect(await note(other, '/w/rival/settings/email')).toMatch(/^The sample could not be sent/);
  expect(await note(other)).toBe('');
  expect(await note()).toMatch(/^The sample was called spam/);
});
