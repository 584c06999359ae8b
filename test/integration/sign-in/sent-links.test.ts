import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { days, hours, minutes } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo, larsAtDemo, olivia } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { rows } from '../../support/database.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { mailbox, visit } from '../../support/visitor.ts';

/** As a sweep, an export or a filter of the activity may do at any moment. */
async function emptyActivity(): Promise<void> {
  await env.DB.prepare('DELETE FROM activity').run();
}

describe('sign-in does not depend on the activity', () => {
  test('code: works after the activity was emptied', async () => {
    const browser = visit('demo');
    const mail = await browser.ask(carla);
    await emptyActivity();
    expect((await browser.post('/sign-in/code', { code: codeIn(mail) })).status).toBe(303);
  });

  test('link: works after the activity was emptied', async () => {
    const browser = visit('demo');
    const mail = await browser.ask(carla);
    await emptyActivity();
    expect((await browser.get(linkIn(mail))).status).toBe(303);
  });

  test('cap of mails: still counts after the activity was emptied', async () => {
    const browser = visit('demo');
    for (let asked = 0; asked < 10; asked += 1) {
      await browser.ask(carla);
      await emptyActivity();
    }
    expect(await browser.ask(carla)).toBeUndefined();
    expect(await mailbox()).toHaveLength(10);
  });

  test('mail withheld: recorded again after the activity was emptied, an hour later', async () => {
    moveClock(0);
    const browser = visit('demo');
    for (let asked = 0; asked < 12; asked += 1) await browser.ask(carla);
    await emptyActivity();
    await browser.ask(carla);
    const withheld = "SELECT 1 FROM activity WHERE kind = 'link_withheld'";
    expect(await rows(withheld)).toEqual([]);
    moveClock(hours(1) + 1000);
    for (let asked = 0; asked < 11; asked += 1) await browser.ask(carla);
    expect(await rows(withheld)).toHaveLength(1);
  });

  test('revocation: counts the voided links after the activity was emptied', async () => {
    await visit('demo').ask(carla);
    await visit('demo').ask(carla);
    const owner = await visit('app').signInAs(olivia);
    await emptyActivity();
    const path = `/w/demo/contacts/${carlaAtDemo}/portal-access`;
    const headers = { accept: 'application/json' };
    const answer = await owner.post(path, { enabled: 'off' }, { headers });
    expect(await answer.json()).toEqual({
      portalAccess: false,
      sessionsEnded: 0,
      linksVoided: 2,
    });
  });
});

test('thirty parallel requests from one network: ten links are stored, mailed and recorded', async () => {
  const browser = visit('demo');
  const ask = () => browser.post('/sign-in/link', { email: carla });
  await Promise.all(Array.from({ length: 30 }, ask));
  const [counts] = await rows(
    `SELECT (SELECT count(*) FROM magic_links) AS links, (SELECT count(*) FROM mails) AS mails,
       (SELECT count(*) FROM activity WHERE kind = 'link_sent') AS recorded`,
  );
  expect(counts).toEqual({ links: 10, mails: 10, recorded: 10 });
});

test('a stored link: its account and browser, never an address, token or code', async () => {
  const mail = await visit('demo').ask(carla);
  const [stored, ...more] = await rows('SELECT * FROM magic_links');
  expect(more).toEqual([]);
  expect(stored).toMatchObject({ contact_id: carlaAtDemo, member_id: null, link_epoch: 0 });
  const text = JSON.stringify(stored);
  const token = linkIn(mail).split('/').at(-1);
  for (const secret of [token, codeIn(mail), carla]) expect(text).not.toContain(secret);
});

test('a deleted contact: its stored links are deleted too', async () => {
  await visit('demo').ask(carla);
  const owner = await visit('app').signInAs(olivia);
  expect((await owner.post(`/w/demo/contacts/${carlaAtDemo}/deletion`)).status).toBe(303);
  expect(await rows('SELECT 1 FROM magic_links WHERE contact_id = ?', carlaAtDemo)).toEqual([]);
});

describe('migration 0017: links that were sent before it', () => {
  const OLD = `CREATE TABLE old_activity (id, at, kind, workspace_id, contact_id, member_id, address_key, link_epoch,
    verifier_hash, detail, mail_id)`;

  /** The statements of the migration that map rows, on a table as it was before. */
  function mapping(): string[] {
    const found = env.TEST_MIGRATIONS.find(({ name }) => name.includes('magic_links'));
    const statements = found?.queries.filter((sql) => /(?:INSERT INTO|UPDATE) `/.test(sql));
    return (statements ?? []).map((sql) => sql.replaceAll('`activity`', '`old_activity`'));
  }

  test('links of the last day: taken over; older ones and other kinds: not', async () => {
    // the migration asks D1 for the time
    const [clock] = await rows('SELECT unixepoch() * 1000 AS now');
    const now = Number(clock?.now);
    const { DB } = env;
    await DB.prepare(OLD).run();
    const add = (id: string, at: number, kind: string, detail = '') =>
      DB.prepare(
        `INSERT INTO old_activity SELECT ?1, ?2, ?3, workspace_id, id, NULL, 'key', 7, 'verifier', ?4, 'mail of ' || ?1
         FROM contacts WHERE id = ?5`,
      ).bind(id, at, kind, detail, larsAtDemo);
    await DB.batch([
      add('new', now - minutes(5), 'link_sent'),
      add('old', now - days(2), 'link_sent'),
      add('other', now - minutes(5), 'link_opened'),
      add('withheld', now - minutes(5), 'link_withheld', JSON.stringify({ until: 5 })),
    ]);
    const statements = mapping();
    expect(statements).toHaveLength(2);
    await DB.batch(statements.map((sql) => DB.prepare(sql)));
    expect(
      await rows('SELECT mail_id, contact_id, link_epoch, requested_at FROM magic_links'),
    ).toEqual([
      {
        mail_id: 'mail of new',
        contact_id: larsAtDemo,
        link_epoch: 7,
        requested_at: now - minutes(5),
      },
    ]);
    const [withheld] = await rows("SELECT detail FROM old_activity WHERE kind = 'link_withheld'");
    expect(JSON.parse(String(withheld?.detail))).toEqual({ until: 5, epoch: 7 });
    await DB.prepare('DROP TABLE old_activity').run();
  });
});
