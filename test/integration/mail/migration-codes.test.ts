import { applyD1Migrations, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { carlaAtDemo, demoId, olivia, oliviaId } from '../../support/cast.ts';
import { rows } from '../../support/database.ts';
import { splitStatements } from '../../support/sql.ts';
import { type Visitor, visit } from '../../support/visitor.ts';

const OPERATOR = 'whoever runs Latchkey for you';
const NOT_KEPT = 'it could not be kept for another try';
const GOES_ON = 'the mail service goes on trying for a while';

/** Every sentence of why a mail did not leave, as earlier versions stored it, and its code. */
const NOT_SENT = [
  ['the mail service could not be reached', 'unreachable'],
  ['the mail service did not answer in time', 'timeout'],
  ['the mail service has trouble of its own', 'service-error'],
  ['the mail service takes no more mail for the moment', 'rate-limited'],
  [
    `the mail service takes no more mail today; if it happens again, ${OPERATOR} has to raise the limit there`,
    'quota',
  ],
  ['the mail service answered something unexpected', 'unclear'],
  ['the mail service could not pass the mail on', 'undelivered'],
  [
    `the mail service does not let this portal send; ${OPERATOR} has to look at its mail settings`,
    'sender-refused',
  ],
  [
    `the mail service no longer mails this address, because mails to it came back or were called spam; ask them for another address, or ${OPERATOR} to have it allowed again`,
    'suppressed',
  ],
  [`the mail service did not accept the mail; ${OPERATOR} finds its answer in the log`, 'refused'],
  ['Latchkey’s own storage did not answer', 'storage-down'],
  [NOT_KEPT, 'queue-down'],
  ['sending was cut off; they can ask again', 'cut-off'],
] as const;

/** The same of a mail that nobody needed any more. */
const DROPPED = [
  ['asked again since', 'superseded'],
  ['signed in, switched off or changed meanwhile', 'no-longer-needed'],
] as const;

/** What pages say today in place of words that earlier versions stored. */
const TODAY = [
  [OPERATOR, 'the person who runs Latchkey for you'],
  ['asked again since', 'they asked for a newer link'],
  [
    'signed in, switched off or changed meanwhile',
    'the contact signed in, lost access or changed in the meantime',
  ],
] as const;

function wordsToday(stored: string): string {
  return TODAY.reduce((words, [before, now]) => words.replaceAll(before, now), stored);
}

/** The same of a mail that its recipient's server did not take. */
const NOT_TAKEN = [
  ['there is no such mailbox', 'no-mailbox'],
  ['there is no mail server at that domain', 'no-mail-server'],
  ['that domain takes no mail', 'domain-takes-no-mail'],
  ['the mailbox is switched off', 'mailbox-disabled'],
  ['the mailbox is full', 'mailbox-full'],
  ['the mailbox takes no mail', 'mailbox-closed'],
  ['their mail server can’t take it', 'server-unable'],
  ['their mail server could not be reached', 'server-unreachable'],
  ['their mail server refused it as unwanted', 'unwanted'],
] as const;

/** Sentences of versions before, which say the same as a later one. */
const EARLIER = [
  ['the mail service takes no more mail today', 'quota'],
  [
    'the mail service does not let us send: its key or the sender’s address needs a look',
    'sender-refused',
  ],
  [
    'the mail service no longer mails this address: mails to it bounced or were called spam',
    'suppressed',
  ],
  ['the mail service did not accept the mail', 'refused'],
  ['sending was cut off, and nobody knows whether it left; they can ask again', 'cut-off'],
  ['a sentence that nobody wrote', 'unclear'],
] as const;

let count = 0;
/** How many migrations there were before the codes. */
const BEFORE = env.TEST_MIGRATIONS.findIndex(({ name }) => name.startsWith('0016_'));

beforeEach(async () => {
  count = 0;
  await reset();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS.slice(0, BEFORE));
  await env.DB.batch([
    env.DB.prepare(
      "INSERT INTO workspaces (id, slug, name, created_at) VALUES (?, 'demo', 'Demo Studio', 1)",
    ).bind(demoId),
    env.DB.prepare(
      "INSERT INTO members (id, name, email, email_key, created_at) VALUES (?1, 'Olivia', ?2, ?2, 1)",
    ).bind(oliviaId, olivia),
    env.DB.prepare(
      `INSERT INTO contacts (id, workspace_id, name, name_key, email, email_key, portal_access, created_at, updated_at)
       VALUES (?, ?, 'Carla Client', 'carla client', 'client@demo.test', 'client@demo.test', 1, 1, 1)`,
    ).bind(carlaAtDemo, demoId),
  ]);
});

/** Brings D1 up to date, and Olivia to her workspace. */
async function migrate(): Promise<Visitor> {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await env.DB.batch(splitStatements(env.TEST_SEED).map((sql) => env.DB.prepare(sql)));
  return visit('app').signInAs(olivia);
}

async function enterActivity(kind: string, detail: unknown): Promise<string> {
  count += 1;
  const id = `activity-${count}`;
  await env.DB.prepare(
    'INSERT INTO activity (id, at, kind, workspace_id, contact_id, detail) VALUES (?, ?, ?, ?, ?, ?)',
  )
    .bind(id, Date.now() - count * 1000, kind, demoId, carlaAtDemo, detailText(detail))
    .run();
  return id;
}

function detailText(detail: unknown): string {
  return typeof detail === 'string' ? detail : JSON.stringify(detail);
}

async function enterMail(state: string, reason: string): Promise<string> {
  count += 1;
  const id = `mail-${count}`;
  await env.DB.prepare(
    `INSERT INTO mails (id, kind, workspace_id, contact_id, state, reason, tries, created_at, settled_at)
     VALUES (?, 'sign-in', ?, ?, ?, ?, 1, ?, 2)`,
  )
    .bind(id, demoId, carlaAtDemo, state, reason, Date.now() - count)
    .run();
  return id;
}

async function detailOf(id: string): Promise<unknown> {
  const [row] = await rows('SELECT detail FROM activity WHERE id = ?', id);
  return JSON.parse(String(row?.detail));
}

async function reasonOf(id: string): Promise<unknown> {
  return (await rows('SELECT reason FROM mails WHERE id = ?', id))[0]?.reason;
}

/** What a page says, without its tags. */
async function read(owner: Visitor, path: string): Promise<string> {
  const response = await owner.get(path);
  expect(response.status, path).toBe(200);
  const html = await response.text();
  const text = html.replace(/<(style|script)[^>]*>.*?<\/\1>/gs, '').replace(/<[^>]+>/g, '');
  return text.replace(/&amp;/g, '&').replace(/\s+/g, ' ');
}

const CARD = `/w/demo/contacts/${carlaAtDemo}`;
const ACTIVITY = '/w/demo/activity';

describe('why a mail failed', () => {
  test('every sentence in the table of mails becomes its code', async () => {
    const all = [...NOT_SENT, ...DROPPED, ...NOT_TAKEN, ...EARLIER];
    const ids = [];
    for (const [sentence] of all) ids.push(await enterMail('failed', sentence));
    const both = await enterMail('failed', `the mail service did not answer in time; ${NOT_KEPT}`);
    const none = await enterMail('accepted', '');
    await migrate();
    expect(await Promise.all(ids.map(reasonOf))).toEqual(all.map(([, code]) => code));
    expect(await reasonOf(both)).toBe('queue-down');
    expect(await reasonOf(none)).toBe('');
  });

  test('what a contact’s mail failed for reads as before', async () => {
    const ids = [];
    for (const [reason] of NOT_SENT) {
      ids.push(await enterActivity('link_failed', { reason, tries: 1 }));
    }
    const owner = await migrate();
    expect(await Promise.all(ids.map(detailOf))).toEqual(
      NOT_SENT.map(([, failure]) => ({ failure, tries: 1, mail: 'sign-in' })),
    );
    const [card, activity] = [await read(owner, CARD), await read(owner, ACTIVITY)];
    for (const [sentence] of NOT_SENT) {
      expect(card).toContain(wordsToday(sentence));
      expect(activity).toContain(wordsToday(sentence));
    }
    expect(await read(owner, '/w/demo')).toContain(
      'A sign-in mail could not be sent: the mail service could not be reached.',
    );
  });

  test('an earlier version’s sentence becomes the code of the later one, an unknown one unclear', async () => {
    const ids = [];
    for (const [reason] of EARLIER) {
      ids.push(await enterActivity('link_failed', { reason, tries: 3 }));
    }
    const owner = await migrate();
    expect(await Promise.all(ids.map(detailOf))).toEqual(
      EARLIER.map(([, failure]) => ({ failure, tries: 3, mail: 'sign-in' })),
    );
    expect(await read(owner, CARD)).not.toContain('a sentence that nobody wrote');
  });

  test.each(NOT_SENT.slice(0, 7))('%s, and no queue kept it: both are kept', async (why, code) => {
    const id = await enterActivity('link_failed', { reason: `${why}; ${NOT_KEPT}`, tries: 2 });
    const owner = await migrate();
    expect(await detailOf(id)).toEqual({
      failure: 'queue-down',
      after: code,
      tries: 2,
      mail: 'sign-in',
    });
    expect(await read(owner, CARD)).toContain(`${wordsToday(why)}; ${NOT_KEPT}`);
  });

  test('a failed notice was about a password, which its row did not say', async () => {
    const reason = 'the mail service did not answer in time';
    const one = await enterActivity('notice_failed', { reason, tries: 2 });
    const other = await enterActivity('notice_failed', { reason: `${reason}; ${NOT_KEPT}` });
    const owner = await migrate();
    expect(await detailOf(one)).toEqual({ failure: 'timeout', tries: 2, mail: 'password' });
    expect(await detailOf(other)).toMatchObject({ failure: 'queue-down', mail: 'password' });
    expect(await read(owner, CARD)).toContain(
      `The notice about the password could not be sent: ${reason}; given up after 2 tries`,
    );
  });

  test('a mail that was dropped says why as before', async () => {
    for (const [sentence] of DROPPED) await enterMail('dropped', sentence);
    const card = await read(await migrate(), CARD);
    for (const [sentence] of DROPPED) {
      expect(card).toContain(`The mail was no longer needed: ${wordsToday(sentence)}`);
    }
  });
});

describe('what the mail service said later', () => {
  test.each([
    [
      'mail_bounced',
      'came back',
      [...NOT_TAKEN, ['their mail server did not take it', 'rejected']],
    ],
    [
      'mail_suppressed',
      'was held back by the mail service',
      [
        ...NOT_TAKEN,
        ['mails to this address came back before, or were called spam', 'returned-before'],
      ],
    ],
    [
      'mail_complained',
      'was called spam',
      [['by them or by their mail program', 'marked-as-spam']],
    ],
  ])('%s: every sentence becomes its code, and reads as before', async (kind, title, sentences) => {
    const ids = [];
    for (const [reason] of sentences) {
      ids.push(await enterActivity(kind, { reason, mail: 'password' }));
    }
    const owner = await migrate();
    expect(await Promise.all(ids.map(detailOf))).toEqual(
      sentences.map(([, failure]) => ({ failure, mail: 'password' })),
    );
    const [card, activity] = [await read(owner, CARD), await read(owner, ACTIVITY)];
    for (const [sentence] of sentences) {
      const line = `The notice about the password ${title}: ${sentence}`;
      expect(card).toContain(line);
      expect(activity.toLowerCase()).toContain(line.toLowerCase());
    }
  });

  test('mail_delayed: that the service goes on is said by the page, no longer by the row', async () => {
    const sentences = [...NOT_TAKEN, ['it did not say why', 'no-reason']];
    const ids = [];
    for (const [why] of sentences) {
      ids.push(await enterActivity('mail_delayed', { reason: `${why}; ${GOES_ON}` }));
    }
    const owner = await migrate();
    expect(await Promise.all(ids.map(detailOf))).toEqual(
      sentences.map(([, failure]) => ({ failure, mail: 'sign-in' })),
    );
    const card = await read(owner, CARD);
    for (const [why] of sentences) {
      expect(card).toContain(`The mail has to wait at their mail server: ${why}; ${GOES_ON}`);
    }
  });
});

describe('why mail no longer leaves from an address', () => {
  const NAMES = { spf: 'SPF', dkim: 'DKIM', 'domain-lockdown': 'lock-down', mx: 'MX' };
  const records = Object.keys(NAMES);
  /** All combinations of records that could be wrong. */
  const SETS = Array.from({ length: 15 }, (_, bits) =>
    records.filter((_record, at) => (bits + 1) & (1 << at)),
  );

  test('the mail service refused it, or these records were wrong', async () => {
    const address = 'hello@studio.example';
    const reason = 'the mail service refused mail from it';
    const refused = await enterActivity('sender_broken', { address, reason });
    const none = await enterActivity('sender_broken', { address, reason: '' });
    const wrong: { id: string; set: string[]; sentence: string }[] = [];
    for (const set of SETS) {
      const names = set.map((record) => NAMES[record as keyof typeof NAMES]).join(', ');
      const sentence = `its DNS records are no longer right (${names})`;
      const id = await enterActivity('sender_broken', { address, reason: sentence });
      wrong.push({ id, set, sentence });
    }
    const early = await enterActivity('sender_broken', {
      address,
      reason: 'its DNS records are no longer right: DKIM',
    });
    const owner = await migrate();
    expect(await detailOf(refused)).toEqual({ address, cause: 'refused' });
    expect(await detailOf(none)).toEqual({ address, cause: 'records', records: [] });
    expect(await detailOf(early)).toEqual({ address, cause: 'records', records: ['dkim'] });
    for (const { id, set } of wrong) {
      expect(await detailOf(id)).toEqual({ address, cause: 'records', records: set });
    }
    const page = await read(owner, ACTIVITY);
    expect(page).toContain(`Mail no longer leaves from ${address}: ${reason}`);
    for (const { sentence } of wrong) {
      expect(page).toContain(sentence.replace('lock-down', 'Domain Lockdown'));
    }
  });
});

test('where somebody signed in, or opened a link, has another name and reads the same', async () => {
  const where = { device: 'Firefox on Windows', place: 'Lisbon, PT' };
  const signedIn = await enterActivity('signed_in', { method: 'code', ...where });
  const opened = await enterActivity('link_opened', where);
  const nowhere = await enterActivity('signed_in', { method: 'link', device: 'Chrome', place: '' });
  const owner = await migrate();
  const moved = { device: 'Firefox on Windows', location: 'Lisbon, PT' };
  expect(await detailOf(signedIn)).toEqual({ method: 'code', ...moved });
  expect(await detailOf(opened)).toEqual(moved);
  expect(await detailOf(nowhere)).toEqual({ method: 'link', device: 'Chrome', location: '' });
  const card = await read(owner, CARD);
  expect(card).toContain('Signed in by code: Firefox on Windows, Lisbon, PT');
  expect(card).toContain('Opened the link in another browser: Firefox on Windows, Lisbon, PT');
  expect(await read(owner, '/w/demo')).toContain('Firefox on Windows, Lisbon, PT');
});

test('what has no such words stays as it is', async () => {
  const kept = [
    ['link_sent', ''],
    ['access_off', '{"sessions":2,"links":1}'],
    ['sender_verified', '{"address":"a@b.example","instead":""}'],
    ['link_failed', 'no JSON'],
  ] as const;
  const ids = [];
  for (const [kind, detail] of kept) ids.push(await enterActivity(kind, detail));
  const owner = await migrate();
  for (const [at, [, detail]] of kept.entries()) {
    const [row] = await rows('SELECT detail FROM activity WHERE id = ?', String(ids[at]));
    expect(row?.detail).toBe(detail);
  }
  expect(await read(owner, CARD)).toContain('Asked for a sign-in link');
  expect(await rows("SELECT 1 FROM sqlite_schema WHERE name LIKE '%failures'")).toEqual([]);
});
