import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { PEOPLE } from '../../../worker/dev/demo/people.ts';
import { demoSql } from '../../../worker/dev/demo.ts';
import { sweep } from '../../../worker/jobs/sweep.ts';
import { days } from '../../../worker/values/duration.ts';
import { carlaAtDemo, demoId, larsAtDemo, olivia } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { dump, rows } from '../../support/database.ts';
import { splitStatements } from '../../support/sql.ts';
import { typePassword, type Visitor, visit } from '../../support/visitor.ts';

// What `npm start` adds to the cast of seed.sql, which is all that the other tests have.

let seeded: Tables;
let owner: Visitor;

type Tables = Awaited<ReturnType<typeof dump>>['d1'];

beforeEach(async () => {
  seeded = (await dump()).d1;
  await addDemo();
});

async function addDemo(): Promise<void> {
  const secrets = { sessionSecret: env.SESSION_SECRET, passwordPepper: env.PASSWORD_PEPPER };
  const sql = await demoSql(Date.now(), secrets);
  await env.DB.batch(splitStatements(sql).map((statement) => env.DB.prepare(statement)));
}

/** The words of a page. */
async function read(path: string): Promise<string> {
  const response = await owner.get(path);
  expect(response.status, path).toBe(200);
  return wordsOf(await response.text());
}

function wordsOf(html: string): string {
  return html
    .replace(/<(style|script)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
}

async function cardOf(name: string): Promise<string> {
  const [contact] = await rows('SELECT id FROM contacts WHERE name = ?', name);
  return read(`/w/demo/contacts/${contact?.id}`);
}

/** Every page of the workspace that shows what happened. */
async function readAll(): Promise<void> {
  for (const path of ['/w/demo', '/w/demo/contacts', '/w/demo/activity']) await read(path);
  for (const { name } of PEOPLE) await cardOf(name);
}

describe('the rows', () => {
  test('a second run adds nothing, even weeks later', async () => {
    const before = await dump();
    await addDemo();
    moveClock(days(21));
    await addDemo();
    expect(await dump()).toEqual(before);
  });

  test('the cast of seed.sql and the workspace rival are as before', async () => {
    const { d1 } = await dump();
    for (const [table, before] of Object.entries(seeded)) {
      const added = (d1[table] ?? []).filter((row) => !before.some(isSame(row)));
      expect(d1[table], table).toEqual(expect.arrayContaining(before));
      expect(added.filter(isOfTheCast), table).toEqual([]);
    }
    for (const table of ['workspaces', 'members', 'memberships']) {
      expect(d1[table], table).toEqual(seeded[table]);
    }
  });

  test('a contact who has one of the addresses already is left as it is', async () => {
    await env.DB.prepare("DELETE FROM contacts WHERE name = 'Amara Okafor'").run();
    await env.DB.prepare(
      `INSERT INTO contacts (id, workspace_id, name, name_key, email, email_key, portal_access, created_at, updated_at)
       VALUES ('mine', ?, 'Mine', 'mine', 'amara@finch.example', 'amara@finch.example', 0, 1, 1)`,
    )
      .bind(demoId)
      .run();
    const before = await dump();
    await addDemo();
    expect(await dump()).toEqual(before);
  });
});

type Row = Tables[string][number];

function isSame(row: Row): (other: Row) => boolean {
  const text = JSON.stringify(row);
  return (other) => JSON.stringify(other) === text;
}

function isOfTheCast(row: Row): boolean {
  const isTheirs = [carlaAtDemo, larsAtDemo].includes(String(row.contact_id));
  return isTheirs || (row.workspace_id ?? demoId) !== demoId;
}

/** Of each contact, what the card says. */
const CARDS: [name: string, ...words: string[]][] = [
  ['Amara Okafor', 'Chrome on macOS', 'Safari on iOS', 'London, GB', 'Lisbon, PT'],
  ['Beatriz Lopes', 'Signed in by password: Chrome on Windows, Dublin, IE', 'Set a password'],
  ['Daniel Weiss', 'Daniel cannot sign in.', 'Contact added by owner@demo.test', 'Never'],
  ['Fatima El Amrani', 'Fatima can sign in with', 'Last seen Never', 'No device at the moment.'],
  ['Hana Kobayashi', 'Signed out of a device by owner@demo.test', 'Removed the password'],
  ['Jonas Lindqvist', 'A mail scanner looked at the link', 'Opened the link in another browser'],
  ['Kwame Mensah', 'Portal access switched off by owner@demo.test', '2 sessions ended, 1 link'],
  ['Lucía Fernández', 'The sign-in mail could not be sent', 'given up after 8 tries'],
  ['Mei-Ling Chen', 'The mail has to wait at their mail server', 'took the mail over'],
  ['Oskar Brandt', 'The mail came back: there is no such mailbox'],
  ['Priya Raman', 'Paused until', 'the password is paused for 24 hours'],
  ['Siobhán Kelly', 'The mail was called spam', 'The mail was held back by the mail service'],
  ['Tomasz Zieliński', 'Asked for a link too often: one network asked for as many as it may'],
];

describe('the pages', () => {
  beforeEach(async () => {
    owner = await visit('app').signInAs(olivia);
  });

  test('Home names the last sign-ins and everybody who needs attention', async () => {
    const home = await read('/w/demo');
    expect(home).toContain('12 of 15 contacts can sign in.');
    expect(home).toContain(
      'Amara Okafor Harbour & Finch Architects Safari on iOS, Lisbon, PT, by code',
    );
    expect(home).toMatch(
      /Lucía Fernández A sign-in mail could not be sent: .* They can ask again\./,
    );
    expect(home).toMatch(
      /Oskar Brandt A mail to them came back: there is no such mailbox\. Is the address right/,
    );
    expect(home).toMatch(/Siobhán Kelly The mail service held a mail to them back/);
    expect(home).toMatch(/Tomasz Zieliński Asked for a link too often: one network/);
    expect(home).toMatch(/Priya Raman Somebody typed too many wrong passwords/);
  });

  test('Contacts lists everybody with their companies', async () => {
    const contacts = await read('/w/demo/contacts');
    for (const { name, email } of PEOPLE) expect(contacts).toContain(`${name} ${email}`);
    expect(contacts).toContain('Lumen Dental and Harbour & Finch Architects');
  });

  test('every card says what happened', async () => {
    for (const [name, ...words] of CARDS) {
      const card = await cardOf(name);
      for (const text of words) expect(card).toContain(text);
    }
    expect(CARDS.map(([name]) => name)).toEqual(PEOPLE.map(({ name }) => name));
  });

  test('Activity has more than a page', async () => {
    const first = await owner.get('/w/demo/activity');
    const [, older] = /href="([^"]*activity\?after=[^"]*)"/.exec(await first.text()) ?? [];
    expect(await read(older ?? '')).toContain('Contact added by owner@demo.test');
  });

  test('months later, swept each night, they still answer', async () => {
    for (const later of [1, 31, 90]) {
      moveClock(days(later));
      await sweep(env.DB, Date.now());
      owner = await visit('app').signInAs(olivia);
      await readAll();
    }
  });
});

describe('the portal', () => {
  test('every contact with access signs in by mail, also one who asked too often', async () => {
    const open = await rows(
      "SELECT email FROM contacts WHERE portal_access AND email LIKE '%.example'",
    );
    expect(open).toHaveLength(11);
    for (const { email } of open) {
      const contact = await visit('demo').signInAs(String(email));
      expect((await contact.get('/')).status, String(email)).toBe(200);
    }
  });

  test('a paused password is not even tried; another one is, and is wrong', async () => {
    const paused = await typePassword(visit('demo'), 'priya@lumen.example');
    const wrong = await typePassword(visit('demo'), 'beatriz@lumen.example');
    expect([paused.status, wrong.status]).toEqual([429, 401]);
  });
});
