import { expect, test } from 'vitest';
import { onlyReads } from '../../worker/db/sturdy.ts';
import { watchBindings } from '../support/bindings.ts';
import { scansOf } from '../support/query-plan.ts';
import { walkEverything } from '../support/walk/everything.ts';
import { walkMails, walkNews } from '../support/walk/mails.ts';
import { walkSenders } from '../support/walk/senders.ts';

test('every query of the app: reads no whole table', async () => {
  const meter = watchBindings();
  await walkMails(meter.bindings);
  await walkNews(meter.bindings);
  await walkSenders(meter.bindings);
  await walkEverything(meter.bindings);
  expect(meter.statements.size).toBeGreaterThan(100);
  // what runs after an answer, or only once in a long while, was reached too
  for (const rare of [
    /^update "sessions" set "last_seen_at"/,
    /^update "contacts" set "last_seen_at" = \? where/,
    /^update "passwords" set "hash" = \? where/,
    /^delete from "passwords"/,
    /^update "mails" set "state" = \?, "provider_id"|^update "mails" set .*"settled_at"/,
    /^update "mails" set "delivered_at"/,
    /^update "mails" .* CROSS JOIN mails AS newer/s,
    /"mails"."provider_id" IN/,
    /"mails"."request_id" IN/,
    /from "mails" where .*"mails"."created_at" = \?/,
    /CROSS JOIN mails/,
    /^select .* from "mails" .*"mails"."about" = \?/,
    /^select .* from "activity" .*"mails"."about" = \?/,
    /^update "tries" set "count" = max/,
    /^delete from "tries" where "tries"."key"/,
    /^update "sessions" set "browser_hash"/,
    /^select count\(\*\) FILTER .* from "sessions"/,
    /^update "senders" set "verified_at"/,
    /^update "senders" set "broken_at"/,
    /^update "senders" set "told_at"/,
    /^update "senders" set "slot"/,
    /^delete from "senders" where .*exists/,
    /^delete from "senders" where .*returning/,
    /from "senders" where .*order by "senders"."checked_at"/,
  ]) {
    expect(
      [...meter.statements].filter((sql) => rare.test(sql)),
      String(rare),
    ).not.toEqual([]);
  }
  const selects = [...meter.statements].filter((sql) => /^\s*(?:select|with)\b/i.test(sql));
  expect(
    selects.filter((sql) => !onlyReads(sql)),
    'tried once only',
  ).toEqual([]);
  const verbs = new Set(
    [...meter.statements].map((sql) => sql.trim().split(/\s/)[0]?.toLowerCase()),
  );
  expect([...verbs].toSorted()).toEqual(['delete', 'insert', 'select', 'update']);
  const found = await Promise.all(
    [...meter.statements].map(async (sql) => ({ sql, scans: await scansOf(sql) })),
  );
  expect(found.filter(({ scans }) => scans.length > 0)).toEqual([]);
});

test.each([
  'SELECT * FROM contacts WHERE name = ?',
  'SELECT * FROM sessions ORDER BY created_at',
  'SELECT count(*) FROM activity AS a WHERE a.detail = ?',
  'UPDATE "contacts" SET name = ? WHERE email = ?',
  'DELETE FROM sessions WHERE ended_at < ?',
  `SELECT id FROM workspaces WHERE EXISTS (SELECT 1 FROM contacts WHERE name = '?')`,
])('the control: a scan is found in %s', async (sql) => {
  expect(await scansOf(sql)).not.toEqual([]);
});

test.each([
  'SELECT 1',
  'SELECT * FROM contacts WHERE id = ?',
  'SELECT * FROM (SELECT ? AS a UNION ALL SELECT ?) AS few',
  'DELETE FROM tries WHERE resets_at < ?',
])('the control: no scan is found in %s', async (sql) => {
  expect(await scansOf(sql)).toEqual([]);
});
