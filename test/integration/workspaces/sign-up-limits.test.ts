import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  ACCESS_PER_WORKSPACE,
  type Allowance,
  WORKSPACES_PER_MEMBER,
} from '../../../worker/limits/rules.ts';
import { days, minutes } from '../../../worker/values/duration.ts';
import { watchBindings } from '../../support/bindings.ts';
import { olivia } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { dump, rows } from '../../support/database.ts';
import { attribute, errorAt, inputAt } from '../../support/html.ts';
import { scansOf } from '../../support/query-plan.ts';
import { tally, type Visitor, visit } from '../../support/visitor.ts';

const open: Env = { ...env, SIGN_UP: 'open' };
const STRANGER = 'stranger@elsewhere.test';

const [FIRST_WEEK, LATER] = mostOf(WORKSPACES_PER_MEMBER);
const [ACCESS_AT_FIRST, ACCESS_LATER] = mostOf(ACCESS_PER_WORKSPACE);

function mostOf(steps: Allowance): [number, number] {
  return [steps[0]?.most ?? 0, steps[1]?.most ?? 0];
}

function openOne(by: Visitor, slug: string): Promise<Response> {
  return by.post('/workspaces/new', { name: 'Fresh Design', slug });
}

/** Opens workspaces until the member owns this many. */
async function openUpTo(most: number, by: Visitor, name: string): Promise<void> {
  for (let nth = (await owned()).length; nth < most; nth += 1) {
    expect((await openOne(by, `${name}-${nth}`)).status).toBe(303);
  }
}

function owned(email = STRANGER) {
  return rows(
    `SELECT workspace_id FROM memberships JOIN members ON members.id = member_id WHERE email = ?`,
    email,
  );
}

// attack row 38
describe('workspaces of a member, while sign-up is open', () => {
  test(`the first week: ${FIRST_WEEK}; then 422 with why beside the name, and what was typed is kept`, async () => {
    const member = await visit('app', open).signInAs(STRANGER);
    await openUpTo(FIRST_WEEK, member, 'fresh');
    const before = await dump();
    const response = await openOne(member, 'one-more');
    const form = await response.text();
    expect(response.status).toBe(422);
    expect(errorAt('name', form)).toMatch(
      /^Nothing was opened: you have 3 workspaces, .* You can open more from \d+ \w+ 20\d\d .* ask the person who runs this service\.$/,
    );
    expect(form).toContain(attribute('Fresh Design'));
    expect(form).toContain(attribute('one-more'));
    expect(await dump()).toEqual(before);
  });

  test(`after it: ${LATER}, and never more`, async () => {
    const member = await visit('app', open).signInAs(STRANGER);
    await openUpTo(FIRST_WEEK, member, 'fresh');
    moveClock(days(7) - minutes(1));
    expect((await openOne(member, 'too-early')).status).toBe(422);
    moveClock(days(7) + minutes(1));
    await openUpTo(LATER, member, 'later');
    const refused = await openOne(member, 'one-more');
    expect(refused.status).toBe(422);
    expect(errorAt('name', await refused.text())).toBe(
      'Nothing was opened: you have 10 workspaces, as many as a member can have here. If you need more, ask the person who runs this service.',
    );
    expect(await owned()).toHaveLength(LATER);
  });

  test('twelve at once: no more than allowed, and none without an owner', async () => {
    const member = await visit('app', open).signInAs(STRANGER);
    const slugs = Array.from({ length: 12 }, (_, nth) => `race-${nth}`);
    const answers = await Promise.all(slugs.map((slug) => openOne(member, slug)));
    expect(tally(answers)).toEqual({ 303: FIRST_WEEK, 422: 12 - FIRST_WEEK });
    expect(await owned()).toHaveLength(FIRST_WEEK);
    expect(await rows("SELECT 1 FROM workspaces WHERE slug LIKE 'race-%'")).toHaveLength(
      FIRST_WEEK,
    );
  });

  test('each member by themselves, and an address that is taken stays "taken"', async () => {
    const first = await visit('app', open).signInAs(STRANGER);
    await openUpTo(FIRST_WEEK - 1, first, 'fresh');
    expect(errorAt('slug', await (await openOne(first, 'demo')).text())).toMatch(/is taken/);
    const other = await visit('app', open).signInAs('other@elsewhere.test');
    await openUpTo(FIRST_WEEK, first, 'more');
    expect((await openOne(other, 'others')).status).toBe(303);
  });

  test('the operator’s own address, and everybody while sign-up is closed: not limited', async () => {
    for (const [who, bindings] of [
      [open.OWNER_EMAIL, open],
      [olivia, env],
    ] as const) {
      const member = await visit('app', bindings).signInAs(who);
      for (let nth = 0; nth <= LATER; nth += 1) {
        expect((await openOne(member, `${who.slice(0, 3)}-${nth}`)).status).toBe(303);
      }
    }
  });
});

describe('contacts with access in a new workspace, while sign-up is open', () => {
  let member: Visitor;

  beforeEach(async () => {
    member = await visit('app', open).signInAs(STRANGER);
    await openOne(member, 'fresh');
  });

  /** Contacts that were added before. */
  async function fill(count: number, access: 0 | 1, prefix = 'c'): Promise<void> {
    await env.DB.prepare(
      `INSERT INTO contacts (id, workspace_id, name, name_key, email, email_key, portal_access, created_at, updated_at)
       SELECT ? || value, workspaces.id, 'N', 'n', ? || value || '@x.test', ? || value || '@x.test', ?, 0, 0
       FROM workspaces, (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ?) SELECT value FROM n)
       WHERE slug = 'fresh'`,
    )
      .bind(prefix, prefix, prefix, access, count)
      .run();
  }

  async function withAccess(): Promise<number> {
    const found = await rows(
      `SELECT 1 FROM contacts WHERE portal_access = 1
       AND workspace_id = (SELECT id FROM workspaces WHERE slug = 'fresh')`,
    );
    return found.length;
  }

  function add(name: string, more = {}): Promise<Response> {
    const fields = { name, email: `${name}@acme.test`, client: ['New Company'], ...more };
    return member.post('/w/fresh/contacts', fields);
  }

  const ON = { portal_access: 'on' };
  const CARD = '/w/fresh/contacts/off1';
  const switchOn = (id: string, init = {}) =>
    member.post(`/w/fresh/contacts/${id}/portal-access`, { enabled: 'on' }, init);

  test(`${ACCESS_AT_FIRST} have access: adding another is 422, why beside the box, nothing lost or stored`, async () => {
    await fill(ACCESS_AT_FIRST, 1);
    const before = await dump();
    const response = await add('nora', ON);
    const form = await response.text();
    expect(response.status).toBe(422);
    expect(errorAt('portal_access', form)).toMatch(
      /^Nobody was added\. 50 contacts have access, .* It can have more from \d+ \w+ 20\d\d .* Or add the contact without access for now\.$/,
    );
    for (const typed of ['nora', 'nora@acme.test', 'New Company']) {
      expect(form).toContain(attribute(typed));
    }
    expect(inputAt('portal_access', form)).toMatch(/ checked.* aria-invalid="true"/);
    expect(await dump()).toEqual(before);
    expect((await add('nora', { portal_access: 'off' })).status).toBe(303);
  });

  test('switching it on: 422, why beside the switch; as JSON too; off stays possible', async () => {
    await fill(ACCESS_AT_FIRST, 1);
    await fill(1, 0, 'off');
    const before = await dump();
    const response = await switchOn('off1');
    const card = await response.text();
    expect(response.status).toBe(422);
    expect(errorAt('portal-access', card)).toMatch(/^Portal access stays off\. 50 contacts have/);
    expect(card).toContain('aria-checked="false"');
    const json = await switchOn('off1', { headers: { accept: 'application/json' } });
    expect(json.status).toBe(422);
    expect(await json.json()).toEqual({ error: expect.stringMatching(/^Portal access stays off/) });
    expect(await dump()).toEqual(before);
    // one that is on already stays on
    expect((await switchOn('c1')).status).toBe(303);
    await member.post('/w/fresh/contacts/c1/portal-access', { enabled: 'off' });
    expect((await switchOn('off1')).status).toBe(303);
    expect(await (await member.get(CARD)).text()).toContain('aria-checked="true"');
  });

  test('many at once, added and switched on: no more than allowed', async () => {
    await fill(ACCESS_AT_FIRST - 2, 1);
    await fill(6, 0, 'off');
    const answers = await Promise.all([
      ...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => add(name, ON)),
      ...[1, 2, 3, 4, 5, 6].map((nth) => switchOn(`off${nth}`)),
    ]);
    expect(tally(answers)).toEqual({ 303: 2, 422: 10 });
    expect(await withAccess()).toBe(ACCESS_AT_FIRST);
    const recorded = "SELECT 1 FROM activity WHERE kind IN ('contact_added', 'access_on')";
    const added = await rows("SELECT 1 FROM activity WHERE kind = 'contact_added'");
    expect(await rows(recorded)).toHaveLength(2 + added.length);
    expect(added.length).toBe(
      (await rows("SELECT 1 FROM contacts WHERE email LIKE '%@acme.test'")).length,
    );
  });

  test(`after a week: ${ACCESS_LATER}; after a month: any number`, async () => {
    await fill(ACCESS_AT_FIRST, 1);
    moveClock(days(7) + minutes(1));
    member = await visit('app', open).signInAs(STRANGER);
    expect((await add('nora', ON)).status).toBe(303);
    await fill(ACCESS_LATER - ACCESS_AT_FIRST - 1, 1, 'later');
    expect((await add('olga', ON)).status).toBe(422);
    moveClock(days(30) + minutes(1));
    member = await visit('app', open).signInAs(STRANGER);
    expect((await add('olga', ON)).status).toBe(303);
  });

  test('sign-up closed, or the operator: not limited', async () => {
    await fill(ACCESS_AT_FIRST, 1);
    member = await visit('app', env).signInAs(STRANGER);
    expect((await add('nora', ON)).status).toBe(303);
  });

  test('each statement of it: reads no whole table', async () => {
    const meter = watchBindings(open);
    member = await visit('app', meter.bindings).signInAs(STRANGER);
    await fill(1, 0, 'off');
    meter.reset();
    await openOne(member, 'second');
    await add('nora', ON);
    await switchOn('off1');
    const found = await Promise.all([...meter.statements].map((sql) => scansOf(sql)));
    expect(meter.statements.size).toBeGreaterThan(10);
    expect(found.flat()).toEqual([]);
  });
});
