import { expect, test } from 'vitest';
import { watchBindings } from '../../support/bindings.ts';
import { carla, carlaAtDemo, larsAtDemo, olivia } from '../../support/cast.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { CONTACTS, changeCarlaEmail, DORA, stored } from '../../support/contacts.ts';
import { rows } from '../../support/database.ts';
import { CONNECTION_LOST, type Fault, withFaults } from '../../support/faults.ts';
import { visit } from '../../support/visitor.ts';

const LOST_ANSWER: Fault = { losesAnswer: CONNECTION_LOST };
const UNSURE = 'We do not know whether this was saved. Look before you press again.';

/** The owner of demo, whose next write of this kind goes wrong. */
async function ownerWith(fault: Fault, statement: RegExp) {
  const watch = watchBindings();
  const owner = await visit('app', watch.bindings).signInAs(olivia);
  watch.onCall = withFaults(({ sql }) => sql.some((text) => statement.test(text)), [fault]);
  return owner;
}

test('a new contact whose answer is lost: its card, as if nothing had happened', async () => {
  const owner = await ownerWith(LOST_ANSWER, /^insert into "contacts"/);
  const added = await owner.post(CONTACTS, DORA);
  const dora = await stored('Dora@acme.test');
  expect([added.status, added.headers.get('location')]).toEqual([303, `${CONTACTS}/${dora?.id}`]);
  expect(await rows("SELECT id FROM activity WHERE kind = 'contact_added'")).toHaveLength(1);
});

test('a change whose answer is lost: the page does not know, and says so', async () => {
  const owner = await ownerWith(LOST_ANSWER, /^update "contacts"/);
  expectConsoleError(/request failed.*may or may not.*Network connection lost/);
  const changed = await changeCarlaEmail(owner, 'carla@new.test');
  const page = await changed.text();
  expect([changed.status, changed.headers.get('retry-after')]).toEqual([503, '30']);
  expect(page).toContain(UNSURE);
  expect(page).toMatch(/quote <code>[\w-]{12}<\/code>/);
  expect(page).toContain(`href="${CONTACTS}/${carlaAtDemo}"`);
  expect(page).not.toMatch(/Nothing was|has this address|D1_|SQL/);
  expect(await stored('carla@new.test')).toMatchObject({ id: carlaAtDemo });
});

test.each([
  [
    'access',
    `${CONTACTS}/${larsAtDemo}/portal-access`,
    { enabled: 'on' },
    `${CONTACTS}/${larsAtDemo}`,
  ],
  [
    'preferences',
    '/w/demo/settings/preferences/clients',
    {},
    '/w/demo/settings/preferences/clients',
  ],
  [
    'a password',
    '/account/password',
    { password: 'five purple tunas sing at noon' },
    '/account/password',
  ],
  ['a workspace', '/workspaces/new', { name: 'Second', slug: 'second' }, '/'],
  ['signing out other devices', '/account/sessions/revocation', {}, '/account/sessions'],
])('%s: the same words, and a link to where it shows', async (_what, path, fields, look) => {
  const owner = await ownerWith(
    LOST_ANSWER,
    /^(?:insert into "(?!tries)|update "(?!tries)|delete)/,
  );
  expectConsoleError(/request failed/);
  const response = await owner.post(path, fields);
  const page = await response.text();
  expect(response.status).toBe(503);
  expect(page).toContain(UNSURE);
  expect(page).toContain(`<a class="button primary wide" href="${look}">Look now</a>`);
  expect((await owner.get(look)).status).toBe(200);
});

test('JSON: the same words', async () => {
  const owner = await ownerWith(LOST_ANSWER, /^update "contacts"/);
  expectConsoleError(/request failed/);
  const headers = { accept: 'application/json' };
  const path = `${CONTACTS}/${carlaAtDemo}/portal-access`;
  const response = await owner.post(path, { enabled: 'off' }, { headers });
  expect(await response.json()).toEqual({
    error: expect.stringContaining(UNSURE),
    reference: expect.any(String),
  });
});

test('a write that D1 refuses: nothing was lost, and nothing is', async () => {
  const fault = { fails: 'D1_ERROR: database or disk is full: SQLITE_FULL' };
  const owner = await ownerWith(fault, /^update "contacts"/);
  expectConsoleError(/request failed.*a write was refused/);
  const page = await (await changeCarlaEmail(owner, 'carla@new.test')).text();
  expect(page).toContain('Nothing was lost: all is as it was before');
  expect(await stored(carla)).toMatchObject({ id: carlaAtDemo });
});

test('a page that is only read: its words are about reading', async () => {
  const owner = await ownerWith(
    { fails: 'D1_ERROR: no such column: SQLITE_ERROR' },
    /from "contacts"/,
  );
  expectConsoleError(/request failed/);
  const response = await owner.get(CONTACTS);
  expect(await response.text()).toContain('Nothing was lost. Please try again shortly.');
});
