import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { mailboxOf } from '../../../worker/values/mailbox.ts';
import { typeCode } from '../../support/codes.ts';
import { addClient } from '../../support/contacts.ts';
import { rows } from '../../support/database.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { scansOf } from '../../support/query-plan.ts';
import { mailbox, typePassword, visit, withPassword } from '../../support/visitor.ts';

const STORED = 'Dora.Designer@gmail.com';
const SPELLINGS = [
  'dora.designer@gmail.com',
  'doradesigner@gmail.com',
  'D.O.R.A.Designer@GMAIL.com',
  'dora.designer+portal@gmail.com',
  'dora.designer@googlemail.com',
  'doradesigner+a.b+c@googlemail.com',
];

describe('a Gmail address in another spelling', () => {
  test.each(SPELLINGS)('%s: the mail goes to the stored spelling', async (typed) => {
    await addClient(STORED);
    const browser = visit('demo');
    expect(await browser.ask(typed)).toMatchObject({ to: STORED });
    const page = await (await browser.get('/sign-in/check-email')).text();
    expect(page).toContain(`>${typed}</strong>`);
    // what is stored stays unknown to the visitor
    if (typed.toLowerCase() !== STORED.toLowerCase()) expect(page).not.toContain(STORED);
  });

  test('the code of the mail signs in', async () => {
    const id = await addClient(STORED);
    const browser = visit('demo');
    const mail = await browser.ask('doradesigner+portal@googlemail.com');
    expect((await typeCode(browser, codeIn(mail))).status).toBe(303);
    expect(await rows('SELECT contact_id FROM sessions WHERE contact_id = ?', id)).toHaveLength(1);
  });

  test('the link of the mail signs in', async () => {
    const id = await addClient(STORED);
    const browser = visit('demo');
    const mail = await browser.ask('doradesigner@gmail.com');
    expect((await browser.get(linkIn(mail))).status).toBe(303);
    expect(await rows('SELECT contact_id FROM sessions WHERE contact_id = ?', id)).toHaveLength(1);
  });

  test('the password signs in, and wrong ones count for the mailbox', async () => {
    const id = await addClient(STORED);
    await withPassword('demo', STORED);
    const typed = ['doradesigner@gmail.com', 'd.oradesigner@gmail.com'];
    for (const email of typed) await typePassword(visit('demo'), email, 'a wrong one, surely');
    const counted = await rows("SELECT count FROM tries WHERE key LIKE 'password/address:%'");
    expect(counted).toEqual([{ count: typed.length }]);
    expect((await typePassword(visit('demo'), 'dora.designer+x@gmail.com')).status).toBe(303);
    expect(await rows('SELECT 1 FROM sessions WHERE contact_id = ?', id)).toHaveLength(2);
  });

  test('a member is found as well', async () => {
    await rows(
      "UPDATE members SET email = 'o.livia@gmail.com', email_key = 'o.livia@gmail.com' WHERE email = 'owner@demo.test'",
    );
    expect(await visit('app').ask('olivia+work@googlemail.com')).toMatchObject({
      to: 'o.livia@gmail.com',
    });
  });
});

describe('two contacts of one Gmail mailbox', () => {
  test.each(['d.ora@gmail.com', 'dora@gmail.com'])(
    '%s, spelled exactly: that one',
    async (email) => {
      await addClient('d.ora@gmail.com');
      await addClient('dora@gmail.com');
      expect(await visit('demo').ask(email.toUpperCase())).toMatchObject({ to: email });
    },
  );

  test.each(['do.ra@gmail.com', 'dora+x@gmail.com', 'dora@googlemail.com'])(
    '%s, a third spelling: neither',
    async (email) => {
      await addClient('d.ora@gmail.com');
      await addClient('dora@gmail.com');
      expect(await visit('demo').ask(email)).toBeUndefined();
      expect((await typePassword(visit('demo'), email)).status).toBe(401);
    },
  );

  test('the exact one has no access: no mail to the other', async () => {
    const id = await addClient('d.ora@gmail.com');
    await addClient('dora@gmail.com');
    await rows('UPDATE contacts SET portal_access = 0 WHERE id = ?', id);
    expect(await visit('demo').ask('d.ora@gmail.com')).toBeUndefined();
  });
});

describe('what is no other spelling', () => {
  test.each([
    ['a plus tag at another service', 'dora@acme.test', 'dora+x@acme.test'],
    ['dots at another service', 'd.ora@acme.test', 'dora@acme.test'],
    ['another mailbox at Gmail', 'dora@gmail.com', 'dora.x@gmail.com'],
    ['a domain that ends in gmail.com', 'dora@gmail.com', 'dora@notgmail.com'],
    ['a subdomain of Gmail', 'dora@gmail.com', 'dora@mail.gmail.com'],
    ['only a tag', 'dora@gmail.com', '+dora@gmail.com'],
  ])('%s: nobody', async (_what, stored, typed) => {
    await addClient(stored);
    expect(await visit('demo').ask(typed)).toBeUndefined();
  });

  test('the contact of another workspace: nobody', async () => {
    await addClient('d.ora@gmail.com');
    expect(await visit('rival').ask('dora@gmail.com')).toBeUndefined();
    expect((await mailbox()).filter(({ to }) => to.includes('gmail'))).toEqual([]);
  });
});

test.each([
  ...SPELLINGS,
  '+dora@gmail.com',
  'dora+x@acme.test',
  'dora@gmail.com.test',
  'x@notgmail.com',
])('the mailbox of %s: the same in the database as in the code', async (email) => {
  const key = email.toLowerCase();
  await addClient(email);
  const [contact] = await rows('SELECT mailbox_key FROM contacts WHERE email_key = ?', key);
  expect(contact).toEqual({ mailbox_key: mailboxOf({ key }) });
});

test('the look-up by mailbox: uses its index', async () => {
  const sql = 'SELECT id FROM contacts WHERE workspace_id = ? AND mailbox_key = ?';
  expect(await scansOf(sql)).toEqual([]);
  const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind('', '')
    .all<{ detail: string }>();
  expect(plan.results.map(({ detail }) => detail).join()).toContain('contacts_workspace_mailbox');
});
